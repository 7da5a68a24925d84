use expect_test::{Expect, expect};
use terrier_query::{OutputFormat, render};

use crate::{fixture, one_run, open, prefix};

async fn check(format: OutputFormat, statement: &str, expected: Expect) {
    let batches = one_run().await.sql(statement).await.unwrap();
    expected.assert_eq(&render(&batches, format).unwrap());
}

const FINDINGS: &str = "SELECT class, tier, count, places, rules, test_value, started FROM findings JOIN runs USING (run_id)
    WHERE class <> 'email' ORDER BY class, count DESC";

#[tokio::test]
async fn as_a_table() {
    check(OutputFormat::Table, FINDINGS, expect![[r#"
        class         tier    count  places                                                                            rules                                        test_value                     started
        ────────────  ──────  ─────  ────────────────────────────────────────────────────────────────────────────────  ───────────────────────────────────────────  ─────────────────────────────  ────────────────────
        payment_card  high       43  [{kind: record, number: 0, column: card_no}, {kind: line, number: 12, column: }]  [payment_card.bare, payment_card.formatted]                                 2026-05-01 12:00:00Z
        payment_card  low         4  [{kind: record, number: 0, column: card_no}, {kind: line, number: 12, column: }]  [payment_card.bare, payment_card.formatted]  specimen number of the issuer  2026-05-01 12:00:00Z
        us_ssn        medium      3  [{kind: record, number: 0, column: card_no}, {kind: line, number: 12, column: }]  [us_ssn.bare, us_ssn.formatted]                                             2026-05-01 12:00:00Z
        (3 rows)
    "#]]).await;
}

#[tokio::test]
async fn as_json() {
    check(OutputFormat::Json, FINDINGS, expect![[r#"
        [
        {"class":"payment_card","tier":"high","count":43,"places":[{"kind":"record","number":0,"column":"card_no"},{"kind":"line","number":12,"column":null}],"rules":["payment_card.bare","payment_card.formatted"],"test_value":null,"started":"2026-05-01T12:00:00Z"},
        {"class":"payment_card","tier":"low","count":4,"places":[{"kind":"record","number":0,"column":"card_no"},{"kind":"line","number":12,"column":null}],"rules":["payment_card.bare","payment_card.formatted"],"test_value":"specimen number of the issuer","started":"2026-05-01T12:00:00Z"},
        {"class":"us_ssn","tier":"medium","count":3,"places":[{"kind":"record","number":0,"column":"card_no"},{"kind":"line","number":12,"column":null}],"rules":["us_ssn.bare","us_ssn.formatted"],"test_value":null,"started":"2026-05-01T12:00:00Z"}
        ]
    "#]]).await;
    check(
        OutputFormat::Json,
        "SELECT 1 AS x WHERE false",
        expect![[r#"
        []
    "#]],
    )
    .await;
}

#[tokio::test]
async fn as_csv() {
    check(OutputFormat::Csv, FINDINGS, expect![[r#"
        class,tier,count,places,rules,test_value,started
        payment_card,high,43,"[{""kind"":""record"",""number"":0,""column"":""card_no""},{""kind"":""line"",""number"":12,""column"":null}]","[""payment_card.bare"",""payment_card.formatted""]",,2026-05-01T12:00:00Z
        payment_card,low,4,"[{""kind"":""record"",""number"":0,""column"":""card_no""},{""kind"":""line"",""number"":12,""column"":null}]","[""payment_card.bare"",""payment_card.formatted""]",specimen number of the issuer,2026-05-01T12:00:00Z
        us_ssn,medium,3,"[{""kind"":""record"",""number"":0,""column"":""card_no""},{""kind"":""line"",""number"":12,""column"":null}]","[""us_ssn.bare"",""us_ssn.formatted""]",,2026-05-01T12:00:00Z
    "#]]).await;
    check(
        OutputFormat::Csv,
        "SELECT class FROM findings WHERE false",
        expect![[r#"
        class
    "#]],
    )
    .await;
}

#[tokio::test]
async fn a_table_steers_no_terminal() {
    let store = crate::empty();
    let hostile = |run: &terrier_model::RunId, shard| terrier_findings::ShardRows {
        assets: if shard == 0 { vec![fixture::asset(run, 1, "a\u{1b}[31mred\u{202e}txt\nb")] } else { Vec::new() },
        ..terrier_findings::ShardRows::default()
    };
    fixture::write_run_of(std::sync::Arc::clone(&store), &prefix(), "r1", fixture::STARTED, hostile).await;
    let batches = open(store).await.sql("SELECT path, repeat('wide ', 40) AS long FROM assets").await.unwrap();
    expect![[r#"
        path                          long
        ────────────────────────────  ─────────────────────────────────────────────────────────────────────────────────────────────────────
        a\u{1b}[31mred\u{202e}txt\nb  wide wide wide wide wide wide wide wide wide wide wide wide wide wide wide wide wide wide wide wide …
        (1 row)
    "#]]
    .assert_eq(&render(&batches, OutputFormat::Table).unwrap());
}
