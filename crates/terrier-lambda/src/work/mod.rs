//! The two kinds of work: an object that an event tells of, and a part of a plan.

mod exact;
mod object;
mod part;

pub(crate) use self::object::{ObjectRequest, Occasion};
