use std::fmt;

/// Wraps content of the user's estate.
///
/// There is no `Display`, no serialisation and no `Deref`; `Debug` prints the type's name only.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Sensitive<T>(T);

impl<T> Sensitive<T> {
    /// Wraps `content`.
    pub const fn new(content: T) -> Self {
        Self(content)
    }

    /// Lends the content to code that computes with it. What it returns must not be formatted or written.
    pub const fn expose(&self) -> &T {
        &self.0
    }

    /// Takes the content out of the wrapper.
    pub fn into_exposed(self) -> T {
        self.0
    }
}

impl<T> fmt::Debug for Sensitive<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_prints_no_content() {
        assert_eq!(format!("{:?}", Sensitive::new("canary")), "[redacted]");
    }
}
