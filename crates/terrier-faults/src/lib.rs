//! For tests: S3 servers that really speak S3, a proxy in front of them that makes them fail on purpose, and real database servers.
//!
//! Everything here works from plain and from async tests alike, keeps to loopback, and panics where a test could not go on anyway.
//!
//! **Invariant:** nothing that ships depends on this crate; it is a dev-dependency only.

mod background;
mod database;
mod http;
mod proxy;
mod server;

pub use database::{MariadbServer, PostgresServer, RedisServer};
pub use proxy::{Fault, FaultProxy, Times};
pub use server::{ACCESS_KEY_ID, REGION, S3Server, SECRET_ACCESS_KEY, test_program};
