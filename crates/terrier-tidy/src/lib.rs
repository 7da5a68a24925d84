//! The rules that this project sets itself, as tests: which crate may depend on which, what a source file may hold, and what the
//! types that wrap content must not be able to do.
//!
//! There is nothing here but tests. Each failure says what to do.

#[cfg(test)]
mod floors;
#[cfg(test)]
mod manifests;
#[cfg(test)]
mod promises;
#[cfg(test)]
mod sources;
#[cfg(test)]
mod workspace;
