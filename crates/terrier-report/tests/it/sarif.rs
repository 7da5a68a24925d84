use expect_test::expect;
use terrier_report::sarif;
use terrier_rules::RulePack;

use crate::{findings, findings_of, hostile_shard};

#[tokio::test]
async fn a_log_of_the_findings() {
    let log = sarif(&findings().await, &RulePack::embedded()).await.unwrap();
    assert_eq!((log["version"].as_str(), log["runs"].as_array().unwrap().len()), (Some("2.1.0"), 1));
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 4, "findings of test values alone are left out");
    for result in results {
        let rule = &rules[result["ruleIndex"].as_u64().unwrap() as usize];
        assert_eq!(rule["id"], result["ruleId"]);
        assert!(["error", "warning", "note"].contains(&result["level"].as_str().unwrap()));
        assert!((0.0..=100.0).contains(&result["rank"].as_f64().unwrap()));
        assert_eq!(result["partialFingerprints"]["findingId/v1"].as_str().unwrap().len(), 32);
        assert!(result["locations"][0]["physicalLocation"].get("contextRegion").is_none());
    }
    assert_eq!(run["invocations"][0]["executionSuccessful"], false, "the run of the fixture is incomplete");
    expect![[r#"
        {
          "level": "error",
          "locations": [
            {
              "logicalLocations": [
                {
                  "fullyQualifiedName": "export/payments 2026.csv!card_no",
                  "kind": "member",
                  "name": "card_no"
                }
              ],
              "physicalLocation": {
                "artifactLocation": {
                  "uri": "s3://acme-data/export/payments%202026.csv"
                },
                "region": {
                  "startLine": 12
                }
              }
            }
          ],
          "message": {
            "text": "Payment card number: 43 occurrences, high confidence"
          },
          "partialFingerprints": {
            "findingId/v1": "83b13445a58f6650d6267281b595f98f"
          },
          "properties": {
            "assetSensitivity": "restricted",
            "countHigh": 40,
            "countLow": 1,
            "countMedium": 0,
            "countTest": 2,
            "distinct": 22,
            "tier": "high"
          },
          "rank": 97.0,
          "ruleId": "payment_card",
          "ruleIndex": 1
        }"#]]
    .assert_eq(&serde_json::to_string_pretty(&results[0]).unwrap());
}

#[tokio::test]
async fn addresses_are_well_formed_whatever_the_name() {
    let log = sarif(&findings_of(hostile_shard).await, &RulePack::embedded()).await.unwrap();
    for result in log["runs"][0]["results"].as_array().unwrap() {
        let uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
        assert!(uri.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>\"{}|\\^`".contains(&byte)), "{uri}");
    }
}
