use std::sync::Arc;

use object_store::memory::InMemory;
use object_store::path::Path;
use terrier_findings::ShardRows;
use terrier_query::FindingsDb;
use terrier_report::{ReportError, html};
use terrier_rules::RulePack;

use crate::{findings, findings_of, fixture, hostile_shard};

async fn page() -> String {
    html(&findings().await, &RulePack::embedded()).await.unwrap()
}

#[tokio::test]
async fn it_says_what_matters() {
    let page = page().await;
    // For looking at it: TERRIER_REPORT_OUT=/some/file.html
    if let Some(path) = std::env::var_os("TERRIER_REPORT_OUT") {
        std::fs::write(path, &page).unwrap();
    }
    for part in [
        "s3://acme-data",
        "<strong>2 items hold sensitive data</strong>, 1 of them restricted",
        "This report is incomplete",
        "export/payments 2026.csv",
        "<span class=\"chip exposed\">public</span>",
        "access denied",
        "hr/salaries.xlsx",
        "encrypted or password-protected",
        "PCI DSS",
        "2026-05-01 12:00 UTC",
    ] {
        assert!(page.contains(part), "the page does not say `{part}`");
    }
}

#[tokio::test]
async fn it_loads_and_runs_nothing() {
    let page = page().await;
    for part in ["<script", "<link", "<img", "<iframe", "url(", "@import", "src=", "javascript:", " style=", "http://", "https://"] {
        assert!(!page.contains(part), "the page has `{part}`");
    }
    assert!(page.contains("default-src 'none'"));
}

#[tokio::test]
async fn hostile_names_stay_text() {
    let page = html(&findings_of(hostile_shard).await, &RulePack::embedded()).await.unwrap();
    for part in ["<script", "<img", "onerror=alert(2)>", "\u{202e}", "\"'>"] {
        assert!(!page.contains(part), "`{part}` came through");
    }
    assert!(page.contains("&quot;&#39;&gt;&lt;script&gt;alert(1)"));
    let opened = page.matches("<li").count();
    assert_eq!(opened, page.matches("</li>").count());
}

#[tokio::test]
async fn every_element_is_closed() {
    let page = page().await;
    let mut open: Vec<&str> = Vec::new();
    for tag in page.split('<').skip(1) {
        let tag = &tag[..tag.find('>').unwrap()];
        let name = tag.trim_start_matches('/').split_whitespace().next().unwrap();
        if ["!doctype", "meta", "br"].contains(&name) || tag.ends_with('/') {
            continue;
        }
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name), "elements nest");
        } else {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "left open: {open:?}");
}

#[tokio::test]
async fn an_estate_without_findings_gets_a_page_too() {
    let only_assets = |run: &terrier_model::RunId, shard| ShardRows {
        assets: if shard == 2 { fixture::shard(run, shard).assets } else { Vec::new() },
        ..ShardRows::default()
    };
    let page = html(&findings_of(only_assets).await, &RulePack::embedded()).await.unwrap();
    assert!(page.contains("Nothing labelled restricted or confidential was found."));
    assert!(!page.contains("This report is incomplete"));
}

#[tokio::test]
async fn without_a_run_there_is_no_page() {
    let empty = FindingsDb::open(Arc::new(InMemory::new()), Path::default()).await.unwrap();
    assert!(matches!(html(&empty, &RulePack::embedded()).await, Err(ReportError::NoRun)));
}
