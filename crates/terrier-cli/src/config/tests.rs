use clap::Parser;
use expect_test::{Expect, expect};

use super::*;
use crate::args::Secret;

fn problems(text: &str) -> String {
    let mut problems = parse(text, Environment::OfTheJob).err().unwrap_or_default();
    problems.sort();
    problems.dedup();
    problems.iter().map(|problem| format!("{}\n", problem.in_file("job.yaml"))).collect()
}

fn check(text: &str, expect: Expect) {
    expect.assert_eq(&problems(text));
}

#[test]
fn a_job_is_what_the_same_arguments_are() {
    let text = "
version: 1
targets: [s3://bucket/prefix]
object_stores: { region: eu-central-1, path_style: false }
read: { include: ['*.csv', '*.json'], max_object_size: 500M, since_last: true }
sampling: { max_prevalence: 1%, confidence: 0.99 }
resources: { threads: 2, memory: 1G }
results: { out: s3://mine/findings, fail_on: [high, 'us_ssn:low'], quiet: true, format: json }
rules: { extended_rules: true }
metrics: { listen: '127.0.0.1:9464' }
notify: { url: 'https://hooks.example.com/x', host: [hooks.example.com], when: [found, failed] }
log: { format: json, level: info }
";
    let job = parse(text, Environment::OfTheJob).unwrap();
    let typed = Job::try_parse_from([
        "--region=eu-central-1",
        "--path-style=false",
        "--include=*.csv",
        "--include=*.json",
        "--max-object-size=500M",
        "--since-last",
        "--max-prevalence=1%",
        "--confidence=0.99",
        "--threads=2",
        "--memory=1G",
        "--out=s3://mine/findings",
        "--fail-on=high",
        "--fail-on=us_ssn:low",
        "--quiet",
        "--format=json",
        "--extended-rules",
        "--metrics-listen=127.0.0.1:9464",
        "--notify-url=https://hooks.example.com/x",
        "--notify-host=hooks.example.com",
        "--notify-when=found,failed",
        "--log-format=json",
        "--log=info",
        "s3://bucket/prefix",
    ])
    .unwrap();
    assert_eq!(format!("{job:?}"), format!("{typed:?}"));
    assert_eq!(job.scan.notify.notify_url, Some(Secret("https://hooks.example.com/x".to_owned())));
}

#[test]
fn every_mistake_is_told_with_its_place() {
    check(
        "version: 1\ntargets: [./a]\nsampling:\n  max_prevalense: 1%\n  confidence: sure\nresources:\n  threads: 0\n  memory: lots\n",
        expect![[r#"
            job.yaml:4:3: sampling.max_prevalense: there is no such field; did you mean `max_prevalence`?
        "#]],
    );
    check(
        "version: 1\ntargets: [./a]\nsampling:\n  confidence: sure\nresources:\n  threads: 0\n  memory: lots\nresults:\n  format: xml\n",
        expect![[r#"
            job.yaml:4:15: sampling.confidence: `sure` is not understood: expected a share between 0 and 1, such as 1% or 0.01
            job.yaml:6:12: resources.threads: `0` is not understood: number would be zero for non-zero type
            job.yaml:7:11: resources.memory: `lots` is not understood: expected bytes, or a number with K, M, G or T, such as 256M
            job.yaml:9:11: results.format: `xml` is not understood: expected one of table, json
        "#]],
    );
}

#[test]
fn sections_and_kinds_are_told() {
    check(
        "targets: ./a\nsamplings: {}\nout: x\nread:\n  include: '*.csv'\n  exclude: [1]\n  full: perhaps\n  max_prevalence: 1%\nrules:\n",
        expect![[r#"
            job.yaml:1:1: version: is missing; begin with `version: 1`
            job.yaml:1:10: targets: expected a list, such as [s3://bucket/prefix], and found text
            job.yaml:2:1: samplings: there is no such section; did you mean `sampling`?
            job.yaml:3:1: out: there is no such section; it is a field of `results`
            job.yaml:5:12: read.include: expected a list, such as [a, b], and found text
            job.yaml:6:13: read.exclude: expected text, and found a number; put it in quotes
            job.yaml:7:9: read.full: expected true or false, and found text
            job.yaml:8:3: read.max_prevalence: there is no such field; it belongs to `sampling`
            job.yaml:9:6: rules: has no fields; give it some, or remove it
        "#]],
    );
    check(
        "- a\n",
        expect![[r#"
        job.yaml:1:1: expected fields, such as `version: 1` and `targets:`, and found a list
    "#]],
    );
    check(
        "version: 1\nversion: 1\n",
        expect![[r#"
        job.yaml:2:1: duplicate mapping key: version; this is not YAML
    "#]],
    );
    check(
        "version: 2\ntargets: [./a]\n",
        expect![[r#"
        job.yaml:1:10: version: this program reads version 1 of the format, and the file has version 2
    "#]],
    );
}

#[test]
fn what_cannot_stand_together_is_told() {
    check(
        "version: 1\ntargets: [./a]\nsampling:\n  budget_bytes: 1G\n  budget_usd: 2\nread:\n  full: true\n  since_last: true\n",
        expect![[r#"
            job.yaml:4:17: sampling.budget_bytes: cannot stand beside sampling.budget_usd; remove one of the two
            job.yaml:7:9: read.full: cannot stand beside read.since_last; remove one of the two
        "#]],
    );
    check(
        "version: 1\ntargets: [./a]\nread:\n  ocr_lang: deu\n",
        expect![[r#"
        job.yaml:1:1: read.ocr: is missing; another field of this file needs it
    "#]],
    );
}

#[test]
fn what_a_scan_would_refuse_is_told_with_its_place() {
    check(
        "version: 1\ntargets:\n  - ./a\n  - ./a/b\nread:\n  include: ['*.csv', '[']\nresults:\n  fail_on: [high, nonsense]\nresources:\n  \
         memory: 1M\nmetrics:\n  listen: 0.0.0.0:9464\nnotify:\n  url: https://evil.example.com/t0ken\n  host: [hooks.example.com]\n",
        expect![[r#"
            job.yaml:3:5: targets: target ./a/b lies inside another target, ./a; name each place once
            job.yaml:6:22: read.include: the glob `[` is malformed: unclosed character class; missing ']'; quote it for the shell, and escape `[`, `{` and `*` with a backslash to mean themselves
            job.yaml:8:19: results.fail_on: --fail-on nonsense: neither a tier (high, medium, low) nor a class; see: terrier rules list
            job.yaml:10:11: resources.memory: --memory is too small: a scan needs at least 128M
            job.yaml:12:11: metrics.listen: --metrics-listen 0.0.0.0:9464 can be reached by other machines; give 127.0.0.1, or --metrics-remote if that is meant
            job.yaml:14:8: notify.url: names the host evil.example.com, which is not among those allowed; add it to --notify-host (notify.host) if it is meant
        "#]],
    );
    check(
        "version: 1\ntargets: [./a]\nresults:\n  out: ./a\n",
        expect![[r#"
        job.yaml:4:8: results.out: --out ./a is the target ./a or holds it; give the findings a place of their own
    "#]],
    );
}

#[test]
fn the_environment_stands_in_secrets_only_and_is_never_quoted() {
    check(
        "version: 1\ntargets: ['s3://${BUCKET}']\nresults:\n  out: ${HOME}/x\nnotify:\n  url: https://h/${TERRIER_NO_SUCH_VARIABLE}\n",
        expect![[r#"
            job.yaml:2:11: targets: `${…}` is replaced in secrets only: notify.url, notify.authorization
            job.yaml:4:8: results.out: `${…}` is replaced in secrets only: notify.url, notify.authorization
            job.yaml:6:8: notify.url: the environment has no TERRIER_NO_SUCH_VARIABLE; set it, or take ${TERRIER_NO_SUCH_VARIABLE} out
        "#]],
    );
    for url in ["https://h.example.com/${TERRIER_NO_SUCH_VARIABLE}", "${TERRIER_NO_SUCH_VARIABLE}"] {
        let elsewhere = format!("version: 1\ntargets: [./a]\nnotify:\n  url: {url}\n  host: [h.example.com]\n");
        assert!(parse(&elsewhere, Environment::Elsewhere).is_ok(), "{url}");
    }
    let leaking = problems("version: 1\ntargets: [./a]\nnotify:\n  url: 't0ken'\n  when: [t0day]\n");
    assert!(!leaking.contains("t0ken"), "{leaking}");
}

#[test]
fn the_schema_in_the_documentation_is_this_one() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/config.schema.json");
    let schema = format!("{}\n", serde_json::to_string_pretty(&schema()).unwrap());
    expect_test::expect_file![path].assert_eq(&schema);
}
