//! What goes to stderr: lines for people, or JSON objects for programs. Never content.

use std::fmt;
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use jiff::Timestamp;
use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::Context;
use tracing_subscriber::prelude::*;

use crate::args::{LogArgs, LogFormat, LogLevel};

/// Set once, before anything is told.
static JSON: AtomicBool = AtomicBool::new(false);

/// Settles how to tell, without beginning to.
pub(crate) fn set_format(format: LogFormat) {
    JSON.store(format == LogFormat::Json, Relaxed);
}

/// Begins to log. Only our own crates do: the libraries' debug output quotes keys and headers.
pub(crate) fn start(args: LogArgs) {
    set_format(args.log_format);
    let level = match args.level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Trace => LevelFilter::TRACE,
    };
    let ours = tracing_subscriber::filter::filter_fn(|metadata| metadata.target().starts_with("terrier"));
    let lines: Box<dyn Layer<_> + Send + Sync> = if is_json() {
        Box::new(JsonLines)
    } else {
        Box::new(tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_target(false))
    };
    tracing_subscriber::registry().with(lines.with_filter(ours).with_filter(level)).init();
}

/// Whether a program reads what is told.
pub(crate) fn is_json() -> bool {
    JSON.load(Relaxed)
}

/// Tells something that the user is to know, whatever the level of the log: the message to people, the fields beside it to programs.
///
/// A reader that went away is not an error.
pub(crate) fn tell(level: Level, event: &str, message: &str, fields: Value) {
    let mut stderr = std::io::stderr().lock();
    let _ = if is_json() { stderr.write_all(json_line(level, event, message, fields).as_bytes()) } else { writeln!(stderr, "{message}") };
}

/// Tells a notice, which is neither progress nor trouble.
pub(crate) fn notice(event: &str, message: &str) {
    tell(Level::INFO, event, message, Value::Null);
}

fn json_line(level: Level, event: &str, message: &str, fields: Value) -> String {
    let mut object = Map::new();
    object.insert("time".to_owned(), Timestamp::now().to_string().into());
    object.insert("level".to_owned(), level.as_str().to_ascii_lowercase().into());
    object.insert("event".to_owned(), event.into());
    object.insert("message".to_owned(), message.into());
    if let Value::Object(fields) = fields {
        object.extend(fields);
    }
    format!("{}\n", Value::Object(object))
}

/// Writes what the crates log as the same objects.
struct JsonLines;

impl<S: Subscriber> Layer<S> for JsonLines {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let Fields { message, others } = fields;
        let line = json_line(*event.metadata().level(), "log", &message, Value::Object(others));
        let _ = std::io::stderr().lock().write_all(line.as_bytes());
    }
}

#[derive(Default)]
struct Fields {
    message: String,
    others: Map<String, Value>,
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let text = format!("{value:?}");
        if field.name() == "message" {
            self.message = text;
        } else {
            self.others.insert(field.name().to_owned(), text.into());
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.others.insert(field.name().to_owned(), value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.others.insert(field.name().to_owned(), value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.others.insert(field.name().to_owned(), value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.others.insert(field.name().to_owned(), value.into());
    }
}
