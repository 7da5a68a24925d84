//! What a store promises, held against every connector and against real servers.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed; the lint's own exception does not reach helpers")]

mod faults;
mod folder;
mod place;
mod results;
mod s3;
mod suite;
