use std::fmt;

/// A line of a pack file.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Location {
    /// The file: its path for the user's packs, its bare name for the embedded ones.
    pub file: String,
    /// The line, from 1; 0 where the file as a whole is meant.
    pub line: u64,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => f.write_str(&self.file),
            line => write!(f, "{}:{line}", self.file),
        }
    }
}

/// How bad a [`Diagnostic`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// The pack cannot be used, or does not do what it says.
    Error,
    /// The pack works, and an author would want to know.
    Warning,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

/// A complaint about a pack: where, what, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// The line it is about.
    pub location: Location,
    /// What is wrong, naming the rule or class: lower case, no full stop.
    pub problem: String,
    /// What to do: lower case, no full stop.
    pub remedy: String,
}

impl Diagnostic {
    /// Makes an error.
    pub fn error(location: &Location, problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { severity: Severity::Error, location: location.clone(), problem: problem.into(), remedy: remedy.into() }
    }

    /// Makes a warning.
    pub fn warning(location: &Location, problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, location: location.clone(), problem: problem.into(), remedy: remedy.into() }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}; {}", self.location, self.severity, self.problem, self.remedy)
    }
}
