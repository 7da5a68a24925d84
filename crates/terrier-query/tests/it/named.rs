use expect_test::{Expect, expect};
use terrier_model::{DataClass, RunId};

use crate::{fixture, one_run};

fn check(answer: impl std::fmt::Debug, expected: Expect) {
    expected.assert_eq(&format!("{answer:#?}\n"));
}

#[tokio::test]
async fn summary() {
    let db = one_run().await;
    let summary = db.summary(Some(&RunId::new("r1"))).await.unwrap();
    assert_eq!(summary, db.summary(None).await.unwrap());
    assert_eq!((summary.assets, summary.members), (6, 2));
    assert_eq!(summary.runs, [fixture::run_row(&RunId::new("r1"), fixture::STARTED)]);
    check(
        &summary.coverage,
        expect![[r#"
        [
            CoverageRow {
                method: Full,
                reason: None,
                assets: 4,
                members: 1,
                bytes_total: 4103,
                bytes_read: 4103,
            },
            CoverageRow {
                method: Sampled,
                reason: Some(
                    DecompressedLimit,
                ),
                assets: 1,
                members: 0,
                bytes_total: 1014,
                bytes_read: 500,
            },
            CoverageRow {
                method: NotScanned,
                reason: Some(
                    Denied,
                ),
                assets: 1,
                members: 0,
                bytes_total: 1013,
                bytes_read: 0,
            },
            CoverageRow {
                method: NotScanned,
                reason: Some(
                    Encrypted,
                ),
                assets: 0,
                members: 1,
                bytes_total: 0,
                bytes_read: 0,
            },
        ]
    "#]],
    );
    check(
        &summary.classes,
        expect![[r#"
        [
            ClassRow {
                class: email,
                assets: 2,
                assets_high: 2,
                assets_medium: 0,
                assets_low: 0,
                high: 45,
                medium: 1,
                low: 0,
                test: 0,
            },
            ClassRow {
                class: payment_card,
                assets: 1,
                assets_high: 1,
                assets_medium: 0,
                assets_low: 0,
                high: 40,
                medium: 0,
                low: 1,
                test: 6,
            },
            ClassRow {
                class: us_ssn,
                assets: 1,
                assets_high: 0,
                assets_medium: 1,
                assets_low: 0,
                high: 0,
                medium: 3,
                low: 0,
                test: 0,
            },
        ]
    "#]],
    );
    check(
        &summary.sensitivity,
        expect![[r#"
        [
            SensitivitySummary {
                sensitivity: Restricted,
                assets: 1,
                bytes: 1001,
            },
            SensitivitySummary {
                sensitivity: Confidential,
                assets: 1,
                bytes: 1002,
            },
            SensitivitySummary {
                sensitivity: Internal,
                assets: 0,
                bytes: 0,
            },
            SensitivitySummary {
                sensitivity: Public,
                assets: 4,
                bytes: 4125,
            },
        ]
    "#]],
    );
    check(
        &summary.regulations,
        expect![[r#"
        [
            RegulationSummary {
                id: "gdpr",
                assets: 2,
                restricted: 1,
                public: 1,
            },
            RegulationSummary {
                id: "pci_dss",
                assets: 1,
                restricted: 1,
                public: 1,
            },
        ]
    "#]],
    );
    check(
        (&summary.stores, &summary.formats, &summary.combinations),
        expect![[r#"
        (
            [
                StoreSummary {
                    store_id: StoreId(
                        "s3://acme-data",
                    ),
                    kind: S3,
                    region: Some(
                        "eu-central-1",
                    ),
                    public: Unknown,
                    assets: 6,
                    bytes: 6130,
                    restricted: 1,
                    confidential: 1,
                },
            ],
            [
                FormatSummary {
                    format: Some(
                        "csv",
                    ),
                    assets: 5,
                    sensitive: 2,
                },
                FormatSummary {
                    format: Some(
                        "text",
                    ),
                    assets: 1,
                    sensitive: 0,
                },
                FormatSummary {
                    format: Some(
                        "zip",
                    ),
                    assets: 1,
                    sensitive: 0,
                },
                FormatSummary {
                    format: None,
                    assets: 1,
                    sensitive: 0,
                },
            ],
            [
                CombinationSummary {
                    classes: [
                        email,
                        payment_card,
                    ],
                    records: 38,
                    assets: 1,
                },
            ],
        )
    "#]],
    );
    check(
        &summary.worst,
        expect![[r#"
        [
            WorstAsset {
                asset_id: AssetId(
                    "00000000000000000000000000000001",
                ),
                store_id: StoreId(
                    "s3://acme-data",
                ),
                path: "export/payments 2026.csv",
                size: 1001,
                sensitivity: Restricted,
                regulations: [
                    "gdpr",
                    "pci_dss",
                ],
                reasons: [
                    "payment_card (restricted): 40 occurrences at high confidence",
                    "email (confidential): 38 occurrences at high confidence",
                ],
                public: Yes,
                external: No,
                classes: [
                    ClassInAsset {
                        class: payment_card,
                        tier: High,
                        high: 40,
                        medium: 0,
                        distinct: 22,
                    },
                    ClassInAsset {
                        class: email,
                        tier: High,
                        high: 38,
                        medium: 0,
                        distinct: 20,
                    },
                ],
            },
            WorstAsset {
                asset_id: AssetId(
                    "00000000000000000000000000000002",
                ),
                store_id: StoreId(
                    "s3://acme-data",
                ),
                path: "crm/people.csv",
                size: 1002,
                sensitivity: Confidential,
                regulations: [
                    "gdpr",
                ],
                reasons: [
                    "email (confidential): 7 occurrences at high confidence",
                ],
                public: Unknown,
                external: No,
                classes: [
                    ClassInAsset {
                        class: email,
                        tier: High,
                        high: 7,
                        medium: 1,
                        distinct: 5,
                    },
                ],
            },
            WorstAsset {
                asset_id: AssetId(
                    "0000000000000000000000000000000b",
                ),
                store_id: StoreId(
                    "s3://acme-data",
                ),
                path: "backup.zip!/notes.txt",
                size: 1011,
                sensitivity: Public,
                regulations: [],
                reasons: [],
                public: Unknown,
                external: No,
                classes: [
                    ClassInAsset {
                        class: us_ssn,
                        tier: Medium,
                        high: 0,
                        medium: 3,
                        distinct: 2,
                    },
                ],
            },
        ]
    "#]],
    );
}

#[tokio::test]
async fn worst_is_bounded() {
    assert_eq!(one_run().await.worst(1).await.unwrap().len(), 1);
}

#[tokio::test]
async fn unread() {
    check(
        one_run().await.unread(1).await.unwrap(),
        expect![[r#"
        [
            UnreadAsset {
                store_id: StoreId(
                    "s3://acme-data",
                ),
                path: "logs/app.log",
                method: Sampled,
                reason: DecompressedLimit,
                bytes_total: 1014,
            },
            UnreadAsset {
                store_id: StoreId(
                    "s3://acme-data",
                ),
                path: "hr/salaries.xlsx",
                method: NotScanned,
                reason: Denied,
                bytes_total: 1013,
            },
            UnreadAsset {
                store_id: StoreId(
                    "s3://acme-data",
                ),
                path: "backup.zip!/locked.pdf",
                method: NotScanned,
                reason: Encrypted,
                bytes_total: 1012,
            },
        ]
    "#]],
    );
}

#[tokio::test]
async fn asset_by_id_path_address_and_end_of_path() {
    let db = one_run().await;
    let id = fixture::asset_id(1);
    let by_id = db.asset(id.as_str()).await.unwrap();
    assert_eq!(by_id.len(), 1);
    for name in ["export/payments 2026.csv", "s3://acme-data/export/payments 2026.csv", "payments 2026.csv"] {
        assert_eq!(db.asset(name).await.unwrap(), by_id, "{name}");
    }
    let run = RunId::new("r1");
    let rows = fixture::shard(&run, 0);
    assert_eq!(by_id[0].asset, rows.assets[0]);
    assert_eq!(by_id[0].findings, [rows.findings[0].clone(), rows.findings[1].clone()]);
    assert_eq!(by_id[0].columns, [rows.columns[1].clone(), rows.columns[2].clone()]);
    assert_eq!(by_id[0].combinations, rows.combinations);
    let archive = db.asset("backup.zip").await.unwrap();
    assert_eq!((archive[0].member_count, archive[0].members.len()), (2, 2));
    assert!(db.asset("nothing' OR '1' = '1").await.unwrap().is_empty());
}

#[tokio::test]
async fn paths_near_what_is_not_there() {
    let db = one_run().await;
    let check = async |text: &str, expect: &[&str]| assert_eq!(db.paths_near(text, 2).await.unwrap(), expect, "{text}");
    check("crm/pepole.csv", &["crm/people.csv"]).await;
    check("other/folder/People.CSV", &["crm/people.csv"]).await;
    check("PAYMENTS", &["export/payments 2026.csv"]).await;
    check("backup", &["backup.zip", "backup.zip!/locked.pdf"]).await;
    check("nothing' OR '1' = '1", &[]).await;
}

#[tokio::test]
async fn class() {
    let db = one_run().await;
    let detail = db.class(&DataClass::new("email")).await.unwrap().unwrap();
    let paths: Vec<&str> = detail.findings.iter().map(|finding| finding.path.as_str()).collect();
    assert_eq!(paths, ["export/payments 2026.csv", "crm/people.csv"]);
    assert_eq!((detail.class.high, detail.class.medium, detail.class.assets), (45, 1, 2));
    assert_eq!(db.class(&DataClass::new("absent")).await.unwrap(), None);
}

#[tokio::test]
async fn findings_are_bounded_and_located() {
    let db = one_run().await;
    assert_eq!(db.findings(100).await.unwrap().len(), 5);
    assert_eq!(db.findings(2).await.unwrap().len(), 2);
}
