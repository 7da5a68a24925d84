//! What a store promises, held against every connector and against real servers.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed; the lint's own exception does not reach helpers")]

#[cfg(feature = "azure")]
mod azure;
mod faults;
mod folder;
#[cfg(feature = "gcs")]
mod gcs;
mod place;
mod results;
mod s3;
mod suite;
