//! The figures, for people and for programs.

mod json;
mod table;

use crate::Evaluation;

impl Evaluation {
    /// Writes the figures for people.
    pub fn table(&self) -> String {
        table::table(self)
    }

    /// Writes the figures for programs. The names of its fields are a promise.
    pub fn json(&self) -> String {
        format!("{:#}", json::json(self))
    }
}
