use std::fmt;

/// A position in a file, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) line: u64,
    pub(crate) column: u64,
}

impl Place {
    pub(crate) const START: Self = Self { line: 1, column: 1 };
}

/// Something in a configuration that cannot be meant: where, which field, what is wrong, what is expected.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Problem {
    pub(crate) place: Place,
    /// The field with its section; empty where it is no field's.
    pub(crate) field: String,
    pub(crate) text: String,
}

impl Problem {
    pub(crate) fn new(place: Place, field: impl Into<String>, text: impl Into<String>) -> Self {
        Self { place, field: field.into(), text: text.into() }
    }

    /// Writes it with the file's name in front.
    pub(crate) fn in_file<'a>(&'a self, file: &'a str) -> impl fmt::Display + 'a {
        fmt::from_fn(move |f| {
            let Self { place: Place { line, column }, field, text } = self;
            write!(f, "{file}:{line}:{column}: ")?;
            if !field.is_empty() {
                write!(f, "{field}: ")?;
            }
            f.write_str(text)
        })
    }
}

/// Returns the known name that a mistyped one is most like, if any is like it.
pub(crate) fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let typed = typed.to_lowercase().replace('-', "_");
    let likeness = |name: &&str| strsim::jaro_winkler(&typed, name);
    let best = known.into_iter().max_by(|one, other| likeness(one).total_cmp(&likeness(other)))?;
    (likeness(&best) > 0.8).then_some(best)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_suggested_where_it_is_near() {
        let known = ["max_prevalence", "confidence", "budget_bytes", "budget_usd"];
        assert_eq!(nearest("max_prevalense", known), Some("max_prevalence"));
        assert_eq!(nearest("max-prevalence", known), Some("max_prevalence"));
        assert_eq!(nearest("budget_byte", known), Some("budget_bytes"));
        assert_eq!(nearest("frobnicate", known), None);
    }
}
