use std::collections::{BTreeMap, BTreeSet};

use crate::workspace::{Package, packages, report, root};

/// The floors, lowest first. A crate depends only on crates of lower floors. `docs/architecture.md` shows the same table.
const FLOORS: &[&[&str]] = &[
    &["terrier-model", "terrier-content"],
    &["terrier-rules", "terrier-extract", "terrier-stores", "terrier-findings"],
    &["terrier-classify", "terrier-query", "terrier-sim"],
    &["terrier-scan", "terrier-eval", "terrier-report"],
    &["terrier-cli", "terrier-lambda"],
];

/// Crates that only tests use: nothing is built with them.
const FOR_DEVELOPMENT: &[&str] = &["terrier-faults", "terrier-tidy"];

/// What belongs to some crates alone: the start of the dependency's name, and the crates that may be built with it.
const BELONGS_TO: &[(&str, &[&str])] = &[
    ("datafusion", &["terrier-query"]),
    ("aws-", &["terrier-stores", "terrier-faults"]),
    ("azure_core", &["terrier-stores"]),
    ("azure_identity", &["terrier-stores"]),
    ("google-cloud-auth", &["terrier-stores"]),
    ("reqwest", &["terrier-cli", "terrier-stores"]),
    ("sqlx", &["terrier-stores"]),
    ("redis", &["terrier-stores"]),
    ("arrow-ipc", &["terrier-extract"]),
    ("hayro-", &["terrier-extract"]),
    ("kamadak-exif", &["terrier-extract"]),
    ("lofty", &["terrier-extract"]),
    ("orc-rust", &["terrier-extract", "terrier-scan"]),
    ("quick-xml", &["terrier-extract", "terrier-stores"]),
    ("sevenz-rust2", &["terrier-extract"]),
    ("seccompiler", &["terrier-extract"]),
    ("zip", &["terrier-extract", "terrier-sim"]),
    ("tar", &["terrier-extract", "terrier-sim"]),
    ("regex-automata", &["terrier-classify"]),
    ("phonenumber", &["terrier-classify"]),
    ("anyhow", &["terrier-cli", "terrier-sim"]),
    ("indicatif", &["terrier-cli"]),
    ("clap", &["terrier-cli", "terrier-sim"]),
];

/// What a pure crate is not built with: anything that waits, reads, writes or tells the time.
const IMPURE: &[&str] = &["tokio", "futures", "async-trait", "object_store", "parquet", "rayon", "walkdir", "tempfile", "rustix", "rand"];

/// Crates that are pure: bytes in, answers out.
const PURE: &[&str] = &["terrier-model", "terrier-content", "terrier-rules", "terrier-classify"];

fn floor_of(name: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&name))
}

#[test]
fn every_crate_has_a_floor() {
    let homeless: Vec<String> = packages()
        .iter()
        .filter(|package| floor_of(&package.name).is_none() && !FOR_DEVELOPMENT.contains(&package.name.as_str()))
        .map(|package| format!("{} is on no floor; give it one here and in docs/architecture.md", package.name))
        .collect();
    report("every crate has a floor", &homeless);
}

#[test]
fn dependencies_point_down() {
    let mut complaints = Vec::new();
    for package in packages() {
        let own = floor_of(&package.name);
        for dependency in package.built_with().filter(|name| name.starts_with("terrier-")) {
            match (own, floor_of(dependency)) {
                (_, None) => complaints.push(format!("{} is built with {dependency}, which is for tests only", package.name)),
                (Some(own), Some(other)) if other >= own => {
                    complaints.push(format!("{} (floor {own}) is built with {dependency} (floor {other})", package.name));
                }
                _ => {}
            }
        }
    }
    report("a crate depends only on crates of lower floors", &complaints);
}

#[test]
fn some_dependencies_have_one_home() {
    let mut complaints = Vec::new();
    for package in packages() {
        for dependency in package.built_with() {
            for (start, homes) in BELONGS_TO {
                let named = dependency == *start || dependency.starts_with(&format!("{}-", start.trim_end_matches('-')));
                if named && !homes.contains(&package.name.as_str()) {
                    complaints.push(format!("{} is built with {dependency}, which belongs to {}", package.name, homes.join(" and ")));
                }
            }
        }
    }
    report("heavy and edge dependencies have one home each", &complaints);
}

#[test]
fn pure_crates_stay_pure() {
    let mut complaints = Vec::new();
    for package in packages().iter().filter(|package| PURE.contains(&package.name.as_str())) {
        for dependency in package.built_with().filter(|name| IMPURE.contains(name)) {
            complaints.push(format!("{} is pure and is built with {dependency}", package.name));
        }
    }
    report("pure crates wait for nothing, read nothing and write nothing", &complaints);
}

#[test]
fn findings_cannot_name_content() {
    let packages = packages();
    let by_name: BTreeMap<&str, &Package> = packages.iter().map(|package| (package.name.as_str(), package)).collect();
    for writer in ["terrier-findings", "terrier-query", "terrier-report"] {
        let mut reached = BTreeSet::new();
        let mut open = vec![writer];
        while let Some(name) = open.pop() {
            if reached.insert(name) {
                open.extend(by_name[name].built_with().filter(|dependency| by_name.contains_key(dependency)));
            }
        }
        assert!(
            !reached.contains("terrier-content"),
            "{writer} reaches terrier-content through {reached:?}; what writes results cannot name a value"
        );
    }
    let content = by_name["terrier-content"].built_with().collect::<Vec<_>>();
    assert!(content.is_empty(), "terrier-content depends on nothing, and now on {content:?}");
}

#[test]
fn the_architecture_document_shows_the_same_floors() {
    let document = std::fs::read_to_string(root().join("docs/architecture.md")).unwrap();
    for (floor, crates) in FLOORS.iter().enumerate() {
        let row = format!("| {floor} | {} |", crates.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "));
        assert!(document.contains(&row), "docs/architecture.md lacks this row of the floors: {row}");
    }
    for name in FOR_DEVELOPMENT {
        assert!(document.contains(&format!("`{name}`")), "docs/architecture.md does not mention {name}");
    }
}
