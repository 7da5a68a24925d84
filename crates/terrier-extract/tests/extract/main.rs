//! Extraction from the outside: bytes in, a transcript of what the sink saw out.

#![allow(clippy::unwrap_used, reason = "the helpers of tests fail as tests do")]

mod archives;
mod arrow;
mod avro;
mod book;
mod cab;
mod compound;
mod delimited;
mod encrypted;
mod hostile;
mod iso;
mod json;
mod layers;
mod mail;
mod markup;
mod media;
mod ocr;
mod office;
mod onnx;
mod open_document;
mod open_xml;
mod orc;
mod outlook;
mod parquet;
mod pdf;
mod pickle;
mod properties;
mod records;
mod rtf;
mod seven_zip;
mod sql;
mod sqlite;
mod streams;
mod text;
mod transcript;
mod worker;
mod xlsb;
