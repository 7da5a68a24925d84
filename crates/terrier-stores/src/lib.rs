//! The store seam and its connectors: what holds the user's data, how it is listed and how its bytes or rows are
//! read.
//!
//! A connector implements [`Store`]; [`connect`] picks it by [`Target`]. Keys are opaque bytes, listings are streams that resume
//! from a [`Cursor`], bodies are pinned to the version that was listed, and every failure says what a caller can do
//! ([`ErrorKind`]) and which coverage reason it leads to ([`StoreError::reason`]).
//!
//! **Invariant:** this crate only reads the user's estate. It knows no format and no rule. No error, log line or `Debug` output of
//! it holds a key or content. The one thing it writes to is the results' own location, handed out by [`open_results`].

mod account;
#[cfg(feature = "azure")]
mod azure;
mod connect;
mod database;
mod download;
mod error;
mod folder;
#[cfg(feature = "gcs")]
mod gcs;
#[cfg(any(feature = "azure", feature = "gcs"))]
mod http;
#[cfg(any(feature = "azure", feature = "gcs"))]
mod listing;
mod meter;
mod no_redirects;
mod order;
mod preflight;
mod results;
mod rows;
mod s3;
mod store;
mod target;
mod throttle;

pub use account::expand;
pub use connect::{AccessKey, AzureCredential, ConnectOptions, RetryOptions, connect};
pub use database::{DatabaseTarget, TableOptions};
pub use error::{ErrorKind, StoreError};
pub use meter::{Meter, Usage};
pub use preflight::{ActionCheck, Preflight, Verdict};
pub use results::{ResultsLocation, find_results, open_results};
pub use rows::{RowBody, RowPiece};
pub use s3::decode_key;
pub use store::{Body, Cursor, Entry, ListShard, Page, ReadPlan, Scope, Store};
pub use target::{Account, Target, TargetError};
pub use throttle::{Pace, Throttle};
