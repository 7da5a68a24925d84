//! Terrier as an AWS Lambda function: events in, one run per object or one part of a plan out.
//!
//! The scan itself is `terrier-scan`, as for the `terrier` command. Here are the shapes of the events, what is answered to whom, and the
//! deadline.
//!
//! **Invariant:** an answer and a log line hold names of reasons, counts and ids, never a key or a value.
//! **Invariant:** the same event twice leaves what it leaves once.

mod answer;
mod deadline;
mod event;
mod failure;
mod function;
mod runtime;
mod settings;
mod work;

use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::prelude::*;

use crate::failure::Failure;
use crate::function::Function;
use crate::runtime::Runtime;
use crate::settings::Settings;

fn main() -> ExitCode {
    install_panic_hook();
    // The extractor's workers are this program, started again.
    if std::env::args_os().nth(1).is_some_and(|argument| argument == function::WORKER_ARGUMENT) {
        return terrier_extract::serve_worker();
    }
    start_log();
    match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(tokio) => tokio.block_on(serve()),
        Err(error) => {
            tracing::error!("cannot start: {}", error.kind());
            ExitCode::FAILURE
        }
    }
}

async fn serve() -> ExitCode {
    let runtime = match Runtime::of_environment() {
        Ok(runtime) => runtime,
        Err(failure) => {
            tracing::error!("{failure}");
            return ExitCode::FAILURE;
        }
    };
    let started = Settings::read(|name| std::env::var(name).ok()).map_err(Failure::from).and_then(Function::start);
    let failure = match started {
        Ok(function) => {
            let function = Arc::new(function);
            let answer = move |event, deadline| {
                let function = Arc::clone(&function);
                async move { function.answer(event, deadline).await }
            };
            runtime.serve(answer).await
        }
        Err(failure) => {
            runtime.refuse_to_start(&failure).await;
            failure
        }
    };
    tracing::error!("{failure}");
    ExitCode::FAILURE
}

/// A panic's message may quote content, so only its place is told.
fn install_panic_hook() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(String::new, |at| format!(" at {}:{}", at.file(), at.line()));
        let _ = writeln!(std::io::stderr(), "terrier: internal error{place}; please report this place");
    }));
}

/// Only our own crates log: the libraries' debug output quotes keys and headers. The service adds the time to each line.
fn start_log() {
    let level = std::env::var("TERRIER_LOG").ok().and_then(|level| level.parse().ok()).unwrap_or(LevelFilter::INFO);
    let ours = tracing_subscriber::filter::filter_fn(|metadata| {
        metadata.target().starts_with("terrier") || metadata.target().starts_with("bootstrap")
    });
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_target(false).with_ansi(false).without_time();
    tracing_subscriber::registry().with(lines.with_filter(ours).with_filter(level)).init();
}
