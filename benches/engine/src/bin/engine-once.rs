//! Does one piece of work once, for callgrind to count its instructions: `make instructions`.
//!
//! The engine runs with AVX2, whatever the processor has, since valgrind knows no AVX-512: what is counted is the same everywhere.

use std::hint::black_box;
use std::process::ExitCode;

use terrier_classify::{Backend, Classifier, Instructions};
use terrier_engine_bench::{KINDS, Rules, Until, take, text};

/// Bytes of text: two windows.
const BYTES: usize = 2 << 20;

fn main() -> ExitCode {
    #[cfg(target_arch = "x86_64")]
    let instructions = Instructions::Avx2;
    #[cfg(not(target_arch = "x86_64"))]
    let instructions = Instructions::Portable;

    let pack = Rules::Default.load();
    let compile = || Classifier::compile_with(&pack, Backend::Rust, instructions).expect("the built-in rules compile");
    let work = std::env::args().nth(1).unwrap_or_default();
    if work == "compile" {
        counted(&mut || {
            black_box(compile());
        });
        return ExitCode::SUCCESS;
    }
    let Some(kind) = KINDS.into_iter().find(|kind| kind.as_str() == work) else {
        eprintln!("name what is to be counted: compile, mixed or mixed-clean");
        return ExitCode::FAILURE;
    };
    let (classifier, text) = (compile(), text(kind, BYTES));
    // Automata that are built as they run are built in a first run.
    black_box(take(&classifier, &text, Until::End));
    counted(&mut || {
        black_box(take(&classifier, black_box(&text), Until::End));
    });
    ExitCode::SUCCESS
}

/// Callgrind counts while this runs, and finds it by its name.
#[inline(never)]
fn counted(work: &mut dyn FnMut()) {
    black_box(work)();
}
