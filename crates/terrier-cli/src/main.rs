//! The `terrier` command: arguments in, progress and a summary out.

mod args;
mod commands;
mod display;
mod exit;
mod fail_on;
mod key;
mod resources;
mod summary;
mod targets;
mod units;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use terrier_classify::{Backend, Classifier};
use terrier_rules::RulePack;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::prelude::*;

use crate::args::{Cli, Command, LogLevel};
use crate::exit::Exit;

fn main() -> ExitCode {
    install_panic_hook();
    let cli = Cli::parse();
    if matches!(cli.command, Command::Worker) {
        return terrier_extract::serve_worker();
    }
    start_log(cli.log);
    match commands::run(cli.command) {
        Ok(exit) => exit.into(),
        Err(error) if is_broken_pipe(&error) => Exit::Done.into(),
        Err(error) => {
            complain(&error);
            Exit::Failed.into()
        }
    }
}

/// A panic's message may quote content, so only its place is told.
fn install_panic_hook() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(String::new, |at| format!(" at {}:{}", at.file(), at.line()));
        let _ = writeln!(
            std::io::stderr(),
            "terrier: internal error{place}; please report this place, with the version and the format of the file"
        );
    }));
}

/// Only our own crates log: the libraries' debug output quotes keys and headers.
fn start_log(level: LogLevel) {
    let level = match level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Trace => LevelFilter::TRACE,
    };
    let ours = tracing_subscriber::filter::filter_fn(|metadata| metadata.target().starts_with("terrier"));
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_target(false);
    tracing_subscriber::registry().with(lines.with_filter(ours).with_filter(level)).init();
}

/// Prints an error with its causes. What the user named may hold a value, so it is masked like any other name.
fn complain(error: &anyhow::Error) {
    let text = format!("{error:#}");
    let masked = Classifier::compile_for(&RulePack::embedded(), Backend::Rust).ok().map(|classifier| classifier.mask(&text));
    let _ = writeln!(std::io::stderr(), "error: {}", masked.unwrap_or(text));
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().filter_map(|cause| cause.downcast_ref::<std::io::Error>()).any(|cause| cause.kind() == std::io::ErrorKind::BrokenPipe)
}
