//! A worker process and nothing else: what the tests of this crate start.

use std::process::ExitCode;

fn main() -> ExitCode {
    terrier_extract::serve_worker()
}
