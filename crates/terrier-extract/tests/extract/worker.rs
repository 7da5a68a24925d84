//! Complex formats in real worker processes.

use std::path::PathBuf;
use std::time::Duration;

use terrier_content::Sensitive;
use terrier_extract::{Extractor, Limits, Outcome, ReadAt, ReadError, WorkerCommand};
use terrier_model::Reason;

use crate::archives::{gzip, tar, zip};
use crate::transcript::{Transcript, extract, saw, shown};

/// The example `worker` of this crate, which is built with its tests.
pub(crate) fn command() -> WorkerCommand {
    let tests = std::env::current_exe().unwrap();
    let program: PathBuf = tests.parent().unwrap().parent().unwrap().join("examples/worker");
    assert!(program.exists(), "build the examples of terrier-extract too: {}", program.display());
    WorkerCommand { program, args: Vec::new() }
}

fn extractor(limits: Limits) -> Extractor {
    Extractor::new(limits, Some(command()))
}

fn run(extractor: &Extractor, name: &str, source: &dyn ReadAt) -> (Transcript, Outcome) {
    let mut transcript = Transcript::default();
    let outcome = extractor.extract(source, Sensitive::new(name.as_bytes()), &mut transcript);
    assert_eq!(transcript.open, 0, "every member that is entered is left");
    (transcript, outcome)
}

/// Extracts with complex formats in a worker.
pub(crate) fn extract_in_worker(name: &str, source: &dyn ReadAt) -> (Transcript, Outcome) {
    run(&extractor(Limits::default()), name, source)
}

#[test]
fn a_worker_sees_what_the_process_sees() {
    let extractor = extractor(Limits { worker_assets: 3, ..Limits::default() });
    let rows = b"id,email\n1,a@example.com\n";
    let archive = zip(&[("a.csv", rows), ("b.parquet", &crate::parquet::people(10)), ("c.bin", &[0, 1, 2, 255]), ("d.txt", b"text")]);
    let layers_and_batches = [
        ("mixed.zip", archive),
        ("batches.parquet", crate::parquet::people(5000)),
        ("a.zst", crate::layers::zstd(&gzip(b"text"))),
        ("a.xz", crate::layers::xz(&tar(&[("b.txt", b"text")]))),
        ("cut.zip", b"PK\x03\x04 nothing".to_vec()),
    ];
    let samples = layers_and_batches.map(|(name, bytes)| (name.to_owned(), bytes)).into_iter().chain(crate::hostile::samples());
    for (name, bytes) in samples {
        let (apart, outcome_apart) = run(&extractor, &name, &bytes);
        let (here, outcome_here) = extract(&name, &bytes);
        assert_eq!(apart.lines, here.lines, "{name}");
        assert_eq!(shown(&outcome_apart), shown(&outcome_here));
    }
}

#[test]
fn memory_beyond_the_limit_has_its_reason_and_ends_nothing_else() {
    let limits = Limits { worker_memory: 192 << 20, ratio: u64::MAX, buffered_bytes: 2 << 30, ..Limits::default() };
    let extractor = extractor(limits);
    // A PDF in a zip is held in memory before it is read.
    let mut large = b"%PDF-1.4\n".to_vec();
    large.resize(300 << 20, b' ');
    let archive = zip(&[("a.txt", b"before"), ("large.pdf", &large), ("c.txt", b"after")]);
    drop(large);
    let (transcript, outcome) = run(&extractor, "a.zip", &archive);
    assert_eq!(shown(&outcome), "- sampled memory_limit");
    assert_eq!(transcript.left.iter().map(shown).collect::<Vec<_>>(), ["text full", "- sampled memory_limit"]);
    let (transcript, outcome) = run(&extractor, "b.zip", &zip(&[("a.txt", b"next asset")]));
    assert!(saw(&transcript, "next asset"));
    assert_eq!(shown(&outcome), "zip full");
}

#[test]
fn what_a_library_unpacks_stays_within_the_memory_of_the_worker() {
    let extractor = extractor(Limits { worker_memory: 192 << 20, ..Limits::default() });
    let objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>".to_vec(),
        crate::pdf::deflated("/Type /ObjStm /N 1 /First 4", &vec![b' '; 400 << 20]),
    ];
    let mut document = crate::pdf::document_of_bytes(&objects, "");
    document.truncate(document.len() - 40); // without a cross-reference the streams of objects are searched
    let (_, outcome) = run(&extractor, "a.pdf", &document);
    assert_eq!(outcome.reason, Some(Reason::MemoryLimit));
    let (_, outcome) = run(&extractor, "b.pdf", &crate::pdf::pages(&["BT /F1 12 Tf 72 720 Td (next asset) Tj ET"]));
    assert_eq!(shown(&outcome), "pdf full");
}

#[test]
fn time_beyond_the_limit_has_its_reason() {
    let limits = Limits { worker_cpu_seconds: 0, ratio: u64::MAX, ..Limits::default() };
    // Unpacks to nothing but a gap between two strings, so that the worker works and says nothing.
    let busy = zip(&[("a.bin", &vec![0; 1 << 30])]);
    let (transcript, outcome) = run(&extractor(limits), "a.zip", &busy);
    assert_eq!(outcome.reason, Some(Reason::TimedOut));
    assert_eq!(transcript.left.len(), 1);
}

#[test]
fn silence_has_its_reason() {
    let command = WorkerCommand { program: "/bin/sleep".into(), args: vec!["1000".into()] };
    let limits = Limits { worker_silence: Duration::from_millis(50), ..Limits::default() };
    let (_, outcome) = run(&Extractor::new(limits, Some(command)), "a.zip", &zip(&[("a", b"a")]));
    assert_eq!(shown(&outcome), "- not_scanned timed_out");
}

#[test]
fn a_worker_that_cannot_be_or_dies_or_babbles_is_a_crash() {
    for (program, args) in [("/nonexistent/worker", vec![]), ("/bin/false", vec![]), ("/bin/sh", vec!["-c", "yes nonsense; kill -SEGV $$"])]
    {
        let command = WorkerCommand { program: program.into(), args: args.into_iter().map(Into::into).collect() };
        let (_, outcome) = run(&Extractor::new(Limits::default(), Some(command)), "a.zip", &zip(&[("a", b"a")]));
        assert_eq!(shown(&outcome), "- not_scanned parser_crashed", "{program}");
    }
}

/// A source that fails at the second read.
struct Denied(Vec<u8>);

impl ReadAt for Denied {
    fn size(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize, ReadError> {
        if offset < 64 << 10 { self.0[..64 << 10].to_vec().read_at(offset, buf) } else { Err(ReadError { reason: Reason::Denied }) }
    }
}

#[test]
fn failures_of_the_store_cross_the_pipe() {
    let mut archive = zip(&[("a", b"a")]);
    archive.resize(100 << 10, 0);
    let (_, outcome) = extract_in_worker("a.zip", &Denied(archive));
    assert_eq!(shown(&outcome), "zip not_scanned denied");
}

#[test]
fn a_sink_that_stops_frees_the_worker() {
    let extractor = extractor(Limits::default());
    let mut transcript = Transcript { stop_after: Some(1), ..Transcript::default() };
    let archive = zip(&[("in.zip", &zip(&[("a.txt", b"one"), ("b.txt", b"two")])), ("c.txt", b"three")]);
    let outcome = extractor.extract(&archive, Sensitive::new(b"a.zip"), &mut transcript);
    assert_eq!(shown(&outcome), "- sampled");
    assert_eq!(transcript.open, 0);
    assert!(saw(&transcript, "one") && !saw(&transcript, "two"));
}

#[test]
fn many_threads_share_the_pool() {
    let extractor = extractor(Limits::default());
    let archive = zip(&[("a.txt", b"shared")]);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..20 {
                    assert_eq!(shown(&run(&extractor, "a.zip", &archive).1), "zip full");
                }
            });
        }
    });
}

#[test]
fn a_worker_is_confined() {
    let extractor = extractor(Limits { worker_memory: 512 << 20, ..Limits::default() });
    run(&extractor, "a.zip", &zip(&[("a.txt", b"text")]));
    let mut workers = 0;
    for process in std::fs::read_dir("/proc").unwrap().flatten() {
        let read = |file| std::fs::read_to_string(process.path().join(file)).unwrap_or_default();
        let status = read("status");
        if !status.contains(&format!("\nPPid:\t{}\n", std::process::id())) || !read("limits").contains(&(512 << 20).to_string()) {
            continue;
        }
        workers += 1;
        assert!(status.contains("\nSeccomp:\t2\n") && status.contains("\nNoNewPrivs:\t1\n"), "{status}");
        let limits = read("limits");
        for limit in ["Max core file size", "Max file size"] {
            let line = limits.lines().find(|line| line.starts_with(limit)).unwrap();
            assert_eq!(line.split_whitespace().rev().nth(1), Some("0"), "{line}");
        }
    }
    assert_eq!(workers, 1);
}
