//! Bytes to segments: one room per format, budgets, and the worker process.
//!
//! An [`Extractor`] reads an asset through [`ReadAt`], finds out what it is by its content, and hands its text and records to a
//! [`Sink`]. Text-like formats are read in this process without copies; formats with complex parsers are read in worker
//! processes that have no network, no files and bounded memory.
//!
//! **Invariant:** this crate knows no store, no rule, no finding; it is synchronous; it writes no file and no line of output.
//!
//! **Invariant:** no parser's error text leaves its room: errors quote content.

mod ar;
mod arrow;
mod asset;
mod avro;
mod blocks;
mod cab;
mod calendar;
mod codepage;
mod compound;
mod context;
mod cpio;
mod dbf;
mod decode;
mod delimited;
mod detect;
mod extractor;
mod folded;
mod header;
mod html;
mod iso;
mod json;
mod layer;
mod limits;
mod mail;
mod markup;
mod media;
mod model;
mod ocr;
mod office;
mod onnx;
mod orc;
mod outlook;
mod parquet;
mod pdf;
mod pickle;
mod quiet;
mod rar;
mod records;
mod rows;
mod rpm;
mod rtf;
mod seven_zip;
mod sheet;
mod sink;
mod sized;
mod source;
mod sql;
mod sqlite;
mod story;
mod stream;
mod strings;
mod table;
mod tar;
mod text;
mod untagged;
mod warc;
mod worker;
mod xlsb;
mod xml;
mod zip;
mod zip_watch;

use std::process::ExitCode;

pub use extractor::{Extractor, WorkerCommand};
pub use limits::Limits;
pub use ocr::{Ocr, OcrError};
pub use records::{NextRecords, ReadRecords};
pub use sink::{Flow, Member, Outcome, Sink};
pub use source::{ReadAt, ReadError};

/// Serves as a worker process until the parent closes the pipe: the body of the hidden `terrier worker` command.
///
/// It takes over standard input and output, silences panics, and gives up the right to open, connect or start anything, so it is the
/// only thing its process does. Where its parent says so it becomes another program instead, which keeps the limits: it may read files.
pub fn serve_worker() -> ExitCode {
    worker::serve()
}
