//! Extraction from the outside: bytes in, a transcript of what the sink saw out.

#![allow(clippy::unwrap_used, reason = "the helpers of tests fail as tests do")]

mod archives;
mod delimited;
mod hostile;
mod json;
mod media;
mod office;
mod parquet;
mod pdf;
mod properties;
mod text;
mod transcript;
mod worker;
