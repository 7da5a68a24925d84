//! The `terrier` command: arguments in, progress and a summary out.

mod args;
mod commands;
mod config;
mod display;
mod exit;
mod fail_on;
mod key;
mod log;
mod metrics;
mod notify;
mod resources;
mod summary;
mod targets;
mod units;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};
use serde_json::{Value, json};
use terrier_classify::{Backend, Classifier};
use terrier_rules::RulePack;
use tracing::Level;

use crate::args::{Cli, Command};
use crate::exit::Exit;

fn main() -> ExitCode {
    install_panic_hook();
    let typed = Cli::command().get_matches();
    let cli = Cli::from_arg_matches(&typed).unwrap_or_else(|error| error.exit());
    if matches!(cli.command, Command::Worker) {
        return terrier_extract::serve_worker();
    }
    log::set_format(cli.log.log_format);
    match commands::run(cli.command, cli.log, &typed) {
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
        let told = format!("terrier: internal error{place}; please report this place, with the version and the format of the file");
        log::tell(Level::ERROR, "panic", &told, Value::Null);
    }));
}

/// Prints an error with its causes. What the user named may hold a value, so it is masked like any other name.
fn complain(error: &anyhow::Error) {
    let text = masked(&format!("{error:#}"));
    let told = if log::is_json() { text } else { format!("error: {text}") };
    log::tell(Level::ERROR, "failed", &told, json!({ "exit_code": Exit::Failed.code() }));
}

/// Masks the values in a text that names things.
pub(crate) fn masked(text: &str) -> String {
    let classifier = Classifier::compile_for(&RulePack::embedded(), Backend::Rust);
    classifier.map_or_else(|_| text.to_owned(), |classifier| classifier.mask(text))
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().filter_map(|cause| cause.downcast_ref::<std::io::Error>()).any(|cause| cause.kind() == std::io::ErrorKind::BrokenPipe)
}
