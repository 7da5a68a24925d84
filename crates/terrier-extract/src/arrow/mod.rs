//! Arrow: its arrays as records, and its own file and stream formats.

mod flatten;
mod ipc;
mod message;

pub(crate) use flatten::Batch;
pub(crate) use ipc::{read_file, read_stream};
pub(crate) use message::is_stream;
