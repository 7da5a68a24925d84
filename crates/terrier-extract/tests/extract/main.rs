//! Extraction from the outside: bytes in, a transcript of what the sink saw out.

#![allow(clippy::unwrap_used, reason = "the helpers of tests fail as tests do")]

mod archives;
mod arrow;
mod avro;
mod cab;
mod delimited;
mod hostile;
mod iso;
mod json;
mod layers;
mod office;
mod orc;
mod parquet;
mod pdf;
mod properties;
mod seven_zip;
mod sqlite;
mod streams;
mod text;
mod transcript;
mod worker;
mod xlsb;
