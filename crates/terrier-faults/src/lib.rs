//! For tests: S3 servers that really speak S3, stand-ins for the object stores of Azure and Google, real database servers, and a proxy in
//! front of them that makes them fail on purpose.
//!
//! Everything here works from plain and from async tests alike, keeps to loopback, and panics where a test could not go on anyway.
//!
//! **Invariant:** nothing that ships depends on this crate; it is a dev-dependency only.

mod background;
mod database;
mod emulator;
mod http;
mod proxy;
mod server;

pub use database::{MariadbServer, PostgresServer, RedisServer};
pub use emulator::{AZURE_ACCOUNT, AZURE_KEY, AzureServer, GcsServer};
pub use proxy::{Fault, FaultProxy, Times};
pub use server::{ACCESS_KEY_ID, REGION, S3Server, SECRET_ACCESS_KEY, test_program};
