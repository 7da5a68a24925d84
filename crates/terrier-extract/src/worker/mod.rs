//! Worker processes: complex parsers run where they can do no harm.
//!
//! The parent starts a worker with three pipes and lends it one asset at a time: the worker asks for ranges of bytes and sends back
//! members and segments. It has no network, opens no files, starts no processes, and its memory and processor time are limited.
//! When it dies, the asset gets a reason and the next one a fresh worker.

mod child;
mod jail;
mod pipe;
mod pool;
mod wire;

pub(crate) use child::{RUN, serve};
pub(crate) use pool::Pool;
