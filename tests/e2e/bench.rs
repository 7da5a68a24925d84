use expect_test::expect;
use serde_json::Value;

use crate::harness::Bench;

/// The names of all fields and the types of their values; of a list, those of its first element.
fn shape(value: &Value, indent: usize, out: &mut String) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                out.push_str(&format!("\n{:indent$}{name}:", ""));
                shape(value, indent + 2, out);
            }
        }
        Value::Array(values) => {
            out.push_str(" list of");
            match values.first() {
                Some(first) => shape(first, indent + 2, out),
                None => out.push_str(" nothing"),
            }
        }
        Value::String(_) => out.push_str(" text"),
        // What the system does not tell, or too short a time does not, is null.
        Value::Number(_) | Value::Null => out.push_str(" number"),
        Value::Bool(_) => out.push_str(" boolean"),
    }
}

#[test]
fn the_fields_of_a_benchmark_are_a_promise() {
    let bench = Bench::new();
    let ended = bench.run(["bench", "--size", "64K", "--threads", "2", "--format", "json"]).expect(0);
    let mut told: Value = serde_json::from_str(&ended.stdout).unwrap();
    let warnings = told.as_object_mut().unwrap().remove("warnings").unwrap();
    assert!(warnings.is_array(), "{warnings}");
    let mut shaped = String::new();
    shape(&told, 0, &mut shaped);
    expect![[r#"

        engine: text
        kinds: list of
            bytes: number
            gb_per_second: number
            kind: text
            passes: list of
                processor_seconds: number
                seconds: number
            processor_share: number
            read_gb_per_second: number
            seconds: number
            share_of_reading: number
            stages:
              counting: number
              matching: number
              sieve: number
              weighing: number
            values_found: number
            values_planted: number
        petabyte:
          core_hours: number
          cores: number
          hours: number
          price_per_core_hour_usd: number
          usd: number
        rules:
          classes: number
          count: number
          digest: text
        size: number
        start_up:
          compile_ms: number
          load_ms: number
        together:
          bytes: number
          gb_per_second: number
          gb_per_second_per_thread: number
          kind: text
          passes: list of
              processor_seconds: number
              seconds: number
          processor_share: number
          seconds: number
          threads: number
        version: text"#]]
    .assert_eq(&shaped);
    assert!(ended.stderr.is_empty(), "{}", ended.stderr);

    let kinds: Vec<(&str, bool)> = told["kinds"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["kind"].as_str().unwrap(), row["values_found"] == row["values_planted"]))
        .collect();
    let all = ["mixed", "mixed-clean", "encoded", "minified-json", "logs", "records"];
    assert_eq!(kinds, all.map(|kind| (kind, true)));
    assert_eq!(told["together"]["threads"], 2);
    assert_eq!(told["petabyte"]["cores"], 2);
}

#[test]
fn a_benchmark_says_what_it_means() {
    let bench = Bench::new();
    let args = ["bench", "--size", "64K", "--kinds", "mixed-clean,logs", "--threads", "1", "--cores", "50", "--price-per-core-hour", "0.1"];
    let told = bench.run(args).expect(0).stdout;
    for part in ["mixed-clean", "logs", "1 thread at the same time", "hours on 50 such cores", "USD at 0.1 USD per core hour"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert!(!told.contains("minified-json"), "{told}");
}

#[test]
fn a_benchmark_refuses_what_it_cannot_measure() {
    let bench = Bench::new();
    for (args, told) in [
        (["bench", "--size", "64"], "write 64M for MiB"),
        (["bench", "--size", "1T"], "between 64.0 KiB and 4.0 GiB"),
        (["bench", "--threads", "1000"], "at most 256"),
        (["bench", "--price-per-core-hour", "free"], "expected dollars"),
        (["bench", "--kinds", "images"], "minified-json"),
    ] {
        let ended = bench.run(args).expect(2);
        assert!(ended.stderr.contains(told), "{args:?}: {}", ended.stderr);
    }
}
