//! What is handed out, made by the scripts that make it. A program that hands on to the built one stands in for the static binary, which takes
//! most of an hour to build; `make package` looks whether that one is static and works.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::harness::{Bench, Ended};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn told(program: &str, args: &[&str], folder: &Path) -> String {
    Ended::of(Command::new(program).args(args).current_dir(folder).output().unwrap()).expect(0).stdout
}

#[test]
fn packages_hold_everything_and_come_out_the_same_twice() {
    let bench = Bench::new();
    let standin = bench.path("standin");
    fs::write(&standin, format!("#!/bin/sh\nexec '{}' \"$@\"\n", env!("CARGO_BIN_EXE_terrier"))).unwrap();
    fs::set_permissions(&standin, fs::Permissions::from_mode(0o755)).unwrap();
    let make = |out: &str, umask: &str| {
        let script = root().join("scripts/package/package.sh");
        let line = format!("umask {umask}; '{}' '{}' '{}'", script.display(), bench.path(out).display(), standin.display());
        let mut command = Command::new("sh");
        command.args(["-c", &line]).env("SOURCE_DATE_EPOCH", "1700000000").env("TARGET", "x86_64-unknown-linux-musl");
        Ended::of(command.output().unwrap()).expect(0);
        fs::read_to_string(bench.path(out).join("SHA256SUMS")).unwrap()
    };
    let sums = make("once", "022");
    assert_eq!(sums, make("again", "077"));
    let out = bench.path("once");
    told("sha256sum", &["--check", "--strict", "SHA256SUMS"], &out);

    let named = |ending: &str| {
        let mut names = sums.lines().filter_map(|line| line.split_whitespace().nth(1));
        names.find(|name| name.ends_with(ending)).map(str::to_owned)
    };
    let listing = told("tar", &["-tf", &named(".tar.gz").unwrap()], &out);
    for file in [
        "/terrier",
        "/completions/terrier.bash",
        "/completions/_terrier",
        "/completions/terrier.fish",
        "/terrier.1",
        "/examples/folder.yaml",
        "/config.schema.json",
        "/LICENSE",
        "/THIRD-PARTY-LICENCES.txt",
    ] {
        assert!(listing.lines().any(|line| line.ends_with(file)), "{file} is missing in\n{listing}");
    }

    // Only where Debian's tools are is there a package for it.
    if let Some(deb) = named(".deb") {
        let contents = told("dpkg-deb", &["--contents", &deb], &out);
        for (mode, file) in [
            ("-rwxr-xr-x root/root", "./usr/bin/terrier"),
            ("-rw-r--r-- root/root", "./usr/share/bash-completion/completions/terrier"),
            ("-rw-r--r-- root/root", "./usr/share/zsh/vendor-completions/_terrier"),
            ("-rw-r--r-- root/root", "./usr/share/fish/vendor_completions.d/terrier.fish"),
            ("-rw-r--r-- root/root", "./usr/share/man/man1/terrier.1.gz"),
            ("-rw-r--r-- root/root", "./usr/share/doc/terrier/copyright"),
        ] {
            assert!(contents.lines().any(|line| line.starts_with(mode) && line.ends_with(file)), "{file} is missing in\n{contents}");
        }
        let fields = told("dpkg-deb", &["--field", &deb, "Package", "Version", "Architecture"], &out);
        assert_eq!(fields, format!("Package: terrier\nVersion: {}\nArchitecture: amd64\n", env!("CARGO_PKG_VERSION")));
    }

    let sbom: Value = serde_json::from_slice(&fs::read(out.join(named(".cdx.json").unwrap())).unwrap()).unwrap();
    assert_eq!((&sbom["bomFormat"], &sbom["specVersion"]), (&"CycloneDX".into(), &"1.5".into()));
    let components = sbom["components"].as_array().unwrap();
    let name_of = |component: &Value| component["name"].as_str().unwrap().to_owned();
    let names: Vec<String> = components.iter().map(name_of).collect();
    assert!(["terrier-scan", "parquet", "clap", "rustls"].iter().all(|name| names.contains(&(*name).to_owned())), "{names:?}");
    assert!(!["terrier-faults", "expect-test", "serde_derive"].iter().any(|name| names.contains(&(*name).to_owned())), "{names:?}");
    for component in components {
        assert!(component["licenses"][0]["expression"].is_string(), "{component}");
        assert!(name_of(component).starts_with("terrier-") || component["hashes"][0]["content"].is_string(), "{component}");
    }
}

/// As much of the recipe as can be looked at where no image is built.
#[test]
fn the_recipe_of_the_image_fits_the_project() {
    let folder = root().join("deploy/container");
    let recipe = fs::read_to_string(folder.join("Containerfile")).unwrap();
    let lines: Vec<Vec<&str>> = recipe
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'))
        .map(|line| line.split_whitespace().collect())
        .collect();
    const KNOWN: [&str; 9] = ["FROM", "ARG", "RUN", "WORKDIR", "COPY", "USER", "ENTRYPOINT", "CMD", "ENV"];
    assert!(lines.iter().all(|line| KNOWN.contains(&line[0])), "{recipe}");
    assert!(lines.iter().filter(|line| line[0] == "COPY" && !line[1].starts_with("--")).all(|line| root().join(line[1]).exists()));

    let toolchain = fs::read_to_string(root().join("rust-toolchain.toml")).unwrap();
    let channel = toolchain.lines().find_map(|line| line.strip_prefix("channel = ")).unwrap().trim_matches('"');
    assert!(recipe.contains(&format!("--toolchain {channel} ")) && recipe.contains(&format!("FROM rust:{}", &channel[..4])), "{channel}");

    let build = lines.iter().flatten().find(|word| word.starts_with("scripts/")).unwrap();
    assert_ne!(fs::metadata(root().join(build)).unwrap().permissions().mode() & 0o111, 0, "{build}");

    let last = &lines[lines.iter().rposition(|line| line[0] == "FROM").unwrap()..];
    assert_eq!(last[0], ["FROM", "scratch"]);
    let user = last.iter().find(|line| line[0] == "USER").unwrap()[1];
    assert!(user.split(':').all(|id| id.parse::<u32>().is_ok_and(|id| id > 0)), "{user}");
    let entry = last.iter().find(|line| line[0] == "ENTRYPOINT").unwrap()[1].trim_matches(|c| "[]\"".contains(c));
    assert!(last.iter().any(|line| line[0] == "COPY" && line.last() == Some(&entry)), "nothing is put at {entry}");
    assert!(last.iter().any(|line| line.last().is_some_and(|to| to.ends_with("ca-certificates.crt"))), "TLS needs certificates");
    let left_out = fs::read_to_string(folder.join("Containerfile.dockerignore")).unwrap();
    assert!(["target", ".git"].iter().all(|name| left_out.lines().any(|line| line == *name)));
}
