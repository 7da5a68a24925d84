//! The keys of a logical database, page by page, each with what it holds up to a bound.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use ::redis::aio::MultiplexedConnection;
use ::redis::{Cmd, Pipeline, RedisError, RedisResult, Value, cmd};
use terrier_content::ColumnKind;
use terrier_model::Reason;

use super::super::batch::{Gone, MAX_VALUE, RowSink};
use super::failure::failed;
use super::{DENIED, template};
use crate::StoreError;
use crate::error::ErrorKind;
use crate::store::Requests;

/// Columns that there are whatever the keys are.
pub(super) const COLUMNS: [(&str, ColumnKind); 2] = [("key", ColumnKind::Text), ("(other)", ColumnKind::Text)];
const KEY: usize = 0;
const OTHER: usize = 1;

/// Columns of their own; values of further kinds of keys share one.
const MAX_COLUMNS: usize = 512;

/// Keys that one step of the walk asks for.
const SCAN_COUNT: u32 = 200;

/// Elements of one list, set, hash or stream that are read.
const MAX_ELEMENTS: usize = 1_000;

/// What holds more memory than this is left out, since its elements cannot be asked for by length.
const MAX_MEMORY: i64 = 64 << 20;

/// Keys up to which a walk remembers what it saw: a table that grows while it is walked shows keys twice.
const REMEMBERED: usize = 2_000_000;

/// Why reading ended before the end.
pub(super) enum End {
    Gone,
    Failed(StoreError),
}

impl From<Gone> for End {
    fn from(_: Gone) -> Self {
        Self::Gone
    }
}

impl From<RedisError> for End {
    fn from(error: RedisError) -> Self {
        Self::Failed(failed(&error, "cannot read the keys"))
    }
}

/// Walks the keys to the end, or until enough were read.
pub(super) async fn run(connection: &mut MultiplexedConnection, sink: &mut RowSink, requests: &Requests) -> Result<(), End> {
    let mut walk = Walk { connection, sink, requests, columns: HashMap::new(), seen: HashSet::new(), missed: Vec::new() };
    walk.run().await?;
    let missed = std::mem::take(&mut walk.missed);
    for reason in missed {
        sink.leave_out(reason).await?;
    }
    Ok(sink.finish().await?)
}

struct Walk<'w> {
    connection: &'w mut MultiplexedConnection,
    sink: &'w mut RowSink,
    requests: &'w Requests,
    columns: HashMap<String, usize>,
    seen: HashSet<u64>,
    missed: Vec<Reason>,
}

impl Walk<'_> {
    async fn run(&mut self) -> Result<(), End> {
        let mut cursor = b"0".to_vec();
        loop {
            self.requests.add_one();
            let mut step = cmd("SCAN");
            step.arg(&cursor).arg("COUNT").arg(SCAN_COUNT);
            let (next, mut keys): (Vec<u8>, Vec<Vec<u8>>) = step.query_async(self.connection).await?;
            keys.retain(|key| self.is_new(key));
            if !self.read(&keys).await? {
                self.miss(Reason::TableLimit);
                return Ok(());
            }
            if next == b"0" {
                return Ok(());
            }
            cursor = next;
        }
    }

    fn is_new(&mut self, key: &[u8]) -> bool {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        self.seen.len() >= REMEMBERED || self.seen.insert(hasher.finish())
    }

    fn miss(&mut self, reason: Reason) {
        if !self.missed.contains(&reason) {
            self.missed.push(reason);
        }
    }

    /// Reads some keys; false where no more may be read.
    async fn read(&mut self, keys: &[Vec<u8>]) -> Result<bool, End> {
        let about = keys.iter().flat_map(|key| [cmd("TYPE").arg(key).clone(), cmd("MEMORY").arg("USAGE").arg(key).clone()]);
        let about = self.ask(about.collect()).await?;
        let kinds: Vec<Kind> = about.chunks(2).map(|pair| Kind::of(&pair[0], &pair[1])).collect();
        // The order of the answers is that of the keys that have something to ask for.
        let commands: Vec<Cmd> = keys.iter().zip(&kinds).filter_map(|(key, kind)| kind.command(key)).collect();
        let mut answers = self.ask(commands).await?.into_iter();
        for (key, kind) in keys.iter().zip(kinds) {
            if self.sink.is_full() {
                return Ok(false);
            }
            if matches!(kind, Kind::Gone) {
                continue;
            }
            self.sink.push(KEY, key);
            match kind {
                Kind::LeftOut(reason) => self.miss(reason),
                kind => match answers.next() {
                    Some(Ok(answer)) => self.push(kind, &template::of(key), answer),
                    Some(Err(error)) => self.miss(self.reason(&error)?),
                    None => {}
                },
            }
            self.sink.end_row().await?;
        }
        Ok(true)
    }

    /// A key that may not be read costs no more than itself; a server that fails ends the walk.
    fn reason(&self, error: &RedisError) -> Result<Reason, End> {
        let failure = failed(error, "cannot read the keys");
        match failure.kind() {
            ErrorKind::Denied { .. } => Ok(DENIED),
            ErrorKind::Fatal => Ok(Reason::ReadFailed),
            _ => Err(End::Failed(failure)),
        }
    }

    async fn ask(&mut self, commands: Vec<Cmd>) -> Result<Vec<RedisResult<Value>>, End> {
        if commands.is_empty() {
            return Ok(Vec::new());
        }
        let mut pipeline = Pipeline::with_capacity(commands.len());
        for command in commands {
            pipeline.add_command(command);
        }
        self.requests.add_one();
        Ok(pipeline.ignore_errors().query_async(self.connection).await?)
    }

    /// Adds what a key holds.
    fn push(&mut self, kind: Kind, template: &str, answer: Value) {
        match kind {
            Kind::Text => self.push_value(template, &answer),
            Kind::List | Kind::Scored => self.push_all(template, &items(answer)),
            Kind::Set => {
                let (whole, members) = scanned(answer);
                self.push_all(template, &members);
                if !whole {
                    self.miss(Reason::TableLimit);
                }
            }
            Kind::Hash => {
                let (whole, fields) = scanned(answer);
                self.push_fields(template, &fields);
                if !whole {
                    self.miss(Reason::TableLimit);
                }
            }
            Kind::Stream => {
                let entries = items(answer);
                if entries.len() > MAX_ELEMENTS {
                    self.miss(Reason::TableLimit);
                }
                for entry in entries.into_iter().take(MAX_ELEMENTS) {
                    if let Some(fields) = items(entry).into_iter().nth(1) {
                        self.push_fields(template, &items(fields));
                    }
                }
            }
            Kind::Gone | Kind::LeftOut(_) => {}
        }
    }

    fn push_all(&mut self, template: &str, values: &[Value]) {
        if values.len() > MAX_ELEMENTS {
            self.miss(Reason::TableLimit);
        }
        let name = format!("{template}[]");
        values.iter().take(MAX_ELEMENTS).for_each(|value| self.push_value(&name, value));
    }

    fn push_fields(&mut self, template: &str, fields: &[Value]) {
        if fields.len() > 2 * MAX_ELEMENTS {
            self.miss(Reason::TableLimit);
        }
        for pair in fields.chunks(2).take(MAX_ELEMENTS) {
            if let [field, value] = pair {
                // A field may be called after a value as well as a key.
                let field = bytes(field).unwrap_or_default();
                self.push_value(&format!("{template}.{}", template::of(&field)), value);
            }
        }
    }

    fn push_value(&mut self, column: &str, value: &Value) {
        let Some(value) = bytes(value) else { return };
        let column = self.column(column);
        self.sink.push(column, &value);
    }

    fn column(&mut self, name: &str) -> usize {
        if let Some(column) = self.columns.get(name) {
            return *column;
        }
        if self.columns.len() >= MAX_COLUMNS {
            return OTHER;
        }
        // What a value is the server does not know: text or bytes.
        let column = self.sink.add_column(name, ColumnKind::Text);
        self.columns.insert(name.to_owned(), column);
        column
    }
}

/// What a key holds.
enum Kind {
    Text,
    List,
    /// A set whose members have scores.
    Scored,
    Set,
    Hash,
    Stream,
    /// It was deleted or ran out since the walk met it.
    Gone,
    LeftOut(Reason),
}

impl Kind {
    fn of(kind: &RedisResult<Value>, memory: &RedisResult<Value>) -> Self {
        let kind = match kind {
            Ok(Value::SimpleString(kind)) => kind.as_str(),
            Ok(_) => return Self::LeftOut(Reason::UnsupportedFormat),
            Err(_) => return Self::LeftOut(DENIED),
        };
        let is_large = matches!(memory, Ok(Value::Int(bytes)) if *bytes > MAX_MEMORY);
        match kind {
            "none" => Self::Gone,
            "string" => Self::Text,
            "list" | "set" | "zset" | "hash" | "stream" if is_large => Self::LeftOut(Reason::TableLimit),
            "list" => Self::List,
            "zset" => Self::Scored,
            "set" => Self::Set,
            "hash" => Self::Hash,
            "stream" => Self::Stream,
            // What a module keeps, only the module reads.
            _ => Self::LeftOut(Reason::UnsupportedFormat),
        }
    }

    /// The command that gives what the key holds, and one element more than is read where there are too many.
    fn command(&self, key: &[u8]) -> Option<Cmd> {
        let mut command = cmd(match self {
            Self::Text => "GETRANGE",
            Self::List => "LRANGE",
            Self::Scored => "ZRANGE",
            Self::Set => "SSCAN",
            Self::Hash => "HSCAN",
            Self::Stream => "XRANGE",
            Self::Gone | Self::LeftOut(_) => return None,
        });
        command.arg(key);
        match self {
            Self::Text => command.arg(0).arg(MAX_VALUE),
            Self::List | Self::Scored => command.arg(0).arg(MAX_ELEMENTS),
            Self::Stream => command.arg("-").arg("+").arg("COUNT").arg(MAX_ELEMENTS + 1),
            _ => command.arg(0).arg("COUNT").arg(MAX_ELEMENTS),
        };
        Some(command)
    }
}

/// Returns the elements of a list of any form.
fn items(answer: Value) -> Vec<Value> {
    match answer {
        Value::Array(items) | Value::Set(items) => items,
        Value::Map(pairs) => pairs.into_iter().flat_map(|(key, value)| [key, value]).collect(),
        _ => Vec::new(),
    }
}

/// Returns what one step of a walk through a key gave, and whether that was all.
fn scanned(answer: Value) -> (bool, Vec<Value>) {
    let mut parts = items(answer).into_iter();
    let whole = parts.next().and_then(|cursor| bytes(&cursor)).is_some_and(|cursor| cursor == b"0");
    (whole, parts.next().map(items).unwrap_or_default())
}

fn bytes(value: &Value) -> Option<Vec<u8>> {
    match value {
        Value::BulkString(bytes) => Some(bytes.clone()),
        Value::SimpleString(text) => Some(text.clone().into_bytes()),
        Value::Int(number) => Some(number.to_string().into_bytes()),
        Value::Double(number) => Some(number.to_string().into_bytes()),
        _ => None,
    }
}
