//! Labelled corpora: files of JSON lines, of one of three forms.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::EvalError;

/// A file of labelled records.
#[derive(Debug)]
pub(crate) struct Corpus {
    /// The file's name without its ending.
    pub(crate) name: String,
    pub(crate) records: Records,
}

/// What a corpus holds; all records of a file are of the form of its first.
#[derive(Debug)]
pub(crate) enum Records {
    Text(Vec<TextRecord>),
    Tables(Vec<TableRecord>),
    Vectors(Vec<VectorRecord>),
}

/// A text in which some spans are labelled.
#[derive(Debug, Deserialize)]
pub(crate) struct TextRecord {
    pub(crate) id: String,
    pub(crate) text: String,
    #[serde(default)]
    pub(crate) spans: Vec<LabelledSpan>,
    /// Look-alikes: their types are labelled here too, even where there is no span of them.
    #[serde(default)]
    pub(crate) negatives: Vec<LabelledSpan>,
    /// The one type that the record is about: it says nothing of others.
    pub(crate) target: Option<String>,
    /// What the document as a whole is.
    pub(crate) label: Option<String>,
}

/// A labelled span, in code points.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct LabelledSpan {
    pub(crate) start: usize,
    pub(crate) end: usize,
    #[serde(rename = "type")]
    pub(crate) own: Option<String>,
    #[serde(rename = "ctype")]
    pub(crate) common: Option<String>,
}

/// A table whose columns are labelled.
#[derive(Debug, Deserialize)]
pub(crate) struct TableRecord {
    #[serde(alias = "id")]
    pub(crate) file: String,
    pub(crate) columns: Vec<LabelledColumn>,
}

/// A column and what it holds.
#[derive(Debug, Deserialize)]
pub(crate) struct LabelledColumn {
    /// A number or nothing, where the header is missing or is data.
    pub(crate) name: Value,
    pub(crate) values: Vec<Value>,
    #[serde(rename = "type")]
    pub(crate) common: String,
}

/// A number, and whether it is one of its kind.
#[derive(Debug, Deserialize)]
pub(crate) struct VectorRecord {
    pub(crate) id: String,
    pub(crate) text: String,
    pub(crate) valid: bool,
    /// The kind, by the name of the module of python-stdnum that knows it.
    pub(crate) module: Option<String>,
    /// The region, of a telephone number.
    pub(crate) region: Option<String>,
    /// How the telephone number is written: `e164`, `intl` or `national`.
    pub(crate) format: Option<String>,
}

/// Finds the corpora below a path: itself, or every `.jsonl` of a folder, by name.
pub(crate) fn find(path: &Path) -> Result<Vec<PathBuf>, EvalError> {
    let mut found = Vec::new();
    if path.is_file() {
        found.push(path.to_owned());
    } else {
        walk(path, &mut |file| {
            if file.extension().is_some_and(|extension| extension == "jsonl") {
                found.push(file.to_owned());
            }
        })?;
    }
    if found.is_empty() {
        let remedy = "name files of JSON lines, `*.jsonl`, or a folder that holds some; docs/accuracy.md describes their form";
        return Err(EvalError::new(&path.display().to_string(), 0, "there is no corpus", remedy));
    }
    Ok(found)
}

/// Hands over every file below a folder, ordered by path. Links are not followed.
pub(crate) fn walk(folder: &Path, take: &mut dyn FnMut(&Path)) -> Result<(), EvalError> {
    let mut open = vec![folder.to_owned()];
    while let Some(path) = open.pop() {
        let told = std::fs::symlink_metadata(&path).map_err(|error| EvalError::io(&path, "read", &error))?;
        if told.is_file() {
            take(&path);
        } else if told.is_dir() {
            let entries = std::fs::read_dir(&path).and_then(|entries| entries.map(|entry| entry.map(|entry| entry.path())).collect());
            let mut entries: Vec<PathBuf> = entries.map_err(|error| EvalError::io(&path, "listed", &error))?;
            entries.sort_unstable_by(|a, b| b.cmp(a));
            open.append(&mut entries);
        }
    }
    Ok(())
}

/// Reads a corpus.
pub(crate) fn read(path: &Path) -> Result<Corpus, EvalError> {
    let shown = path.display().to_string();
    let file = File::open(path).map_err(|error| EvalError::io(path, "read", &error))?;
    let mut lines = Vec::new();
    for (number, line) in (1..).zip(BufReader::new(file).lines()) {
        let line = line.map_err(|error| EvalError::io(path, "read as UTF-8", &error))?;
        if !line.trim().is_empty() {
            lines.push((number, line));
        }
    }
    let Some((number, first)) = lines.first() else {
        return Err(EvalError::new(&shown, 0, "it holds no record", "name a corpus, or remove the file"));
    };
    let head: Value = serde_json::from_str(first).map_err(|error| EvalError::json(&shown, *number, &error, "a record"))?;
    let has = |field: &str| head.get(field).is_some();
    let records = if has("columns") {
        Records::Tables(parse(&shown, &lines, "a table")?)
    } else if has("valid") && (has("module") || has("region")) {
        Records::Vectors(parse(&shown, &lines, "a vector")?)
    } else if has("spans") || has("label") {
        let records: Vec<TextRecord> = parse(&shown, &lines, "a text")?;
        for ((number, _), record) in lines.iter().zip(&records) {
            check_spans(&shown, *number, record)?;
        }
        Records::Text(records)
    } else {
        let problem =
            "the form of the record is not known: it has none of `spans`, `label`, `columns`, and `valid` with `module` or `region`";
        return Err(EvalError::new(&shown, *number, problem, "docs/accuracy.md describes the forms"));
    };
    let name = path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    Ok(Corpus { name, records })
}

fn parse<T: DeserializeOwned>(file: &str, lines: &[(u64, String)], form: &str) -> Result<Vec<T>, EvalError> {
    lines.iter().map(|(number, line)| serde_json::from_str(line).map_err(|error| EvalError::json(file, *number, &error, form))).collect()
}

fn check_spans(file: &str, line: u64, record: &TextRecord) -> Result<(), EvalError> {
    let length = record.text.chars().count();
    match record.spans.iter().chain(&record.negatives).find(|span| span.start >= span.end || span.end > length) {
        None => Ok(()),
        Some(LabelledSpan { start, end, .. }) => {
            let problem = format!("the span {start}..{end} does not lie in the text, which has {length} code points");
            Err(EvalError::new(file, line, problem, "count code points from 0, with the end behind the last one"))
        }
    }
}
