use std::fmt;
use std::path::Path;

/// Why nothing could be scored: the file, the line, what is wrong with it and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct EvalError {
    file: String,
    line: u64,
    problem: String,
    remedy: String,
}

impl fmt::Display for EvalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, problem, remedy } = self;
        match line {
            0 => write!(f, "{file}: {problem}; {remedy}"),
            line => write!(f, "{file}:{line}: {problem}; {remedy}"),
        }
    }
}

impl EvalError {
    /// Complains of a line, counted from 1; 0 means the file as a whole.
    pub(crate) fn new(file: &str, line: u64, problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line, problem: problem.into(), remedy: remedy.into() }
    }

    /// Complains of a file that cannot be read or written. The system's own text is left out: it may hold a name.
    pub(crate) fn io(path: &Path, doing: &str, error: &std::io::Error) -> Self {
        let problem = format!("it cannot be {doing} ({})", error.kind());
        Self::new(&path.display().to_string(), 0, problem, "name one that is there, and that this user has the rights to")
    }

    /// Complains of a line that is not the JSON that is asked for. The parser's own text may quote the line, so only its place is told.
    pub(crate) fn json(file: &str, line: u64, error: &serde_json::Error, form: &str) -> Self {
        let problem = match error.classify() {
            serde_json::error::Category::Data => {
                format!("column {}: a field is missing or of another type than {form} asks for", error.column())
            }
            _ => format!("column {}: not a JSON object", error.column()),
        };
        Self::new(file, line, problem, "docs/accuracy.md describes the form of each file")
    }

    /// Complains of a data file in YAML.
    pub(crate) fn yaml(file: &str, error: &serde_saphyr::Error) -> Self {
        let line = error.location().map_or(0, |location| location.line());
        let text = error.without_snippet().to_string();
        let first = text.lines().next().unwrap_or("not YAML");
        let problem = first.split_once(" at line ").map_or(first, |(problem, _)| problem).trim_end_matches('.');
        Self::new(file, line, problem, "docs/accuracy.md describes the form of this file")
    }
}
