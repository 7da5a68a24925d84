use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// A crate of the workspace, as Cargo describes it.
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) manifest: PathBuf,
    pub(crate) dependencies: Vec<Dependency>,
}

pub(crate) struct Dependency {
    pub(crate) name: String,
    pub(crate) for_development: bool,
}

impl Package {
    /// Names what the crate is built with, tests left out.
    pub(crate) fn built_with(&self) -> impl Iterator<Item = &str> {
        self.dependencies.iter().filter(|dependency| !dependency.for_development).map(|dependency| dependency.name.as_str())
    }
}

/// Returns the root of the workspace, as Cargo says when it runs the tests: a binary may be older than the checkout it is run in.
pub(crate) fn root() -> PathBuf {
    let mut path = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("Cargo sets it for tests"));
    path.pop();
    path.pop();
    path
}

/// Asks Cargo for the crates of the workspace.
pub(crate) fn packages() -> Vec<Package> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output =
        Command::new(cargo).args(["metadata", "--no-deps", "--offline", "--format-version", "1"]).current_dir(root()).output().unwrap();
    assert!(output.status.success(), "cargo metadata failed: {}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    metadata["packages"].as_array().unwrap().iter().map(package).collect()
}

fn package(value: &Value) -> Package {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let dependency = |value: &Value| Dependency { name: text(&value["name"]), for_development: value["kind"] == "dev" };
    Package {
        name: text(&value["name"]),
        manifest: PathBuf::from(text(&value["manifest_path"])),
        dependencies: value["dependencies"].as_array().unwrap().iter().map(dependency).collect(),
    }
}

/// A text file of the project.
pub(crate) struct Source {
    /// Its path from the root, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// Reads all text files of the project: what is built, downloaded or written by the demo is left out.
pub(crate) fn sources() -> Vec<Source> {
    let mut found = Vec::new();
    collect(&root(), &root(), &mut found);
    assert!(found.len() > 50, "the walk over the project found only {} files", found.len());
    found
}

fn collect(root: &Path, folder: &Path, found: &mut Vec<Source>) {
    const OUTSIDE: &[&str] = &[".git", ".venv", "target", "demo", "terrier-findings", "__pycache__"];
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        if OUTSIDE.iter().any(|name| entry.file_name() == *name) {
            continue;
        }
        let path = entry.path();
        if entry.file_type().unwrap().is_dir() {
            collect(root, &path, found);
        } else if let Ok(text) = fs::read_to_string(&path) {
            let path = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            found.push(Source { path, text });
        }
    }
}

/// Fails with all complaints at once.
pub(crate) fn report(rule: &str, complaints: &[String]) {
    assert!(complaints.is_empty(), "{rule}\n  {}", complaints.join("\n  "));
}
