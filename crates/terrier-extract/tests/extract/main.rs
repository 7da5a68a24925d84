//! Extraction from the outside: bytes in, a transcript of what the sink saw out.

#![allow(clippy::unwrap_used, reason = "the helpers of tests fail as tests do")]

mod archives;
mod book;
mod delimited;
mod hostile;
mod json;
mod office;
mod open_document;
mod open_xml;
mod parquet;
mod pdf;
mod properties;
mod rtf;
mod text;
mod transcript;
mod worker;
