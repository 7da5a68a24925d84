use std::fs;

use crate::workspace::{packages, report};

/// What every manifest takes from the workspace.
const INHERITED: &[&str] = &[
    "version.workspace = true",
    "edition.workspace = true",
    "rust-version.workspace = true",
    "license.workspace = true",
    "repository.workspace = true",
    "[lints]\nworkspace = true",
];

#[test]
fn every_crate_inherits_what_the_workspace_settles() {
    let mut complaints = Vec::new();
    for package in packages() {
        let manifest = fs::read_to_string(&package.manifest).unwrap();
        let missing = INHERITED.iter().filter(|line| !manifest.contains(**line));
        complaints.extend(missing.map(|line| format!("{} lacks {line:?}", package.name)));
        if !manifest.contains("description = \"") {
            complaints.push(format!("{} has no description", package.name));
        }
    }
    report("every crate inherits version, edition, licence and lints", &complaints);
}

#[test]
fn every_dependency_is_settled_in_the_workspace() {
    let mut complaints = Vec::new();
    for package in packages() {
        let manifest = fs::read_to_string(&package.manifest).unwrap();
        let mut in_dependencies = false;
        for line in manifest.lines().map(str::trim) {
            if line.starts_with('[') {
                in_dependencies = line.ends_with("dependencies]");
            } else if in_dependencies && line.contains('=') && !line.starts_with('#') && !line.contains("workspace = true") {
                complaints.push(format!("{}: `{line}`", package.name));
            }
        }
    }
    report("versions and features of dependencies stand in the root manifest only", &complaints);
}
