//! What a program says of the records of a corpus, in the form in which it is written and read.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};
use terrier_model::Tier;

use crate::EvalError;

/// What a program says of one record.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Prediction {
    pub(crate) id: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) columns: Vec<PredictedColumn>,
    #[serde(default)]
    pub(crate) spans: Vec<PredictedSpan>,
    /// What the document as a whole is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) label: Option<String>,
}

/// A span that a program takes for a value of a type, in code points.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct PredictedSpan {
    pub(crate) start: usize,
    pub(crate) end: usize,
    #[serde(rename = "ctype")]
    pub(crate) common: String,
    /// A program without tiers is sure of all it says.
    #[serde(default = "surest", with = "tier_name")]
    pub(crate) tier: Tier,
    /// What the program itself calls it: spans with the same place and class are one claim, of several types.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) class: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) rule: Option<String>,
}

/// What a program takes a column for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PredictedColumn {
    /// Which one, from 0.
    pub(crate) index: usize,
    /// All types that the decision stands for.
    #[serde(rename = "ctypes")]
    pub(crate) common: Vec<String>,
    #[serde(default = "surest", with = "tier_name")]
    pub(crate) tier: Tier,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) class: Option<String>,
}

fn surest() -> Tier {
    Tier::High
}

mod tier_name {
    use serde::de::{Deserialize, Deserializer, Error};
    use serde::ser::Serializer;
    use terrier_model::Tier;

    pub(super) fn serialize<S: Serializer>(tier: &Tier, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(tier.as_str())
    }

    pub(super) fn deserialize<'d, D: Deserializer<'d>>(deserializer: D) -> Result<Tier, D::Error> {
        let name = String::deserialize(deserializer)?;
        Tier::parse(&name).ok_or_else(|| D::Error::custom("no such tier"))
    }
}

/// Reads what a program said, by record.
pub(crate) fn read(path: &Path) -> Result<BTreeMap<String, Prediction>, EvalError> {
    let shown = path.display().to_string();
    let file = File::open(path).map_err(|error| EvalError::io(path, "read", &error))?;
    let mut predictions = BTreeMap::new();
    for (number, line) in (1..).zip(BufReader::new(file).lines()) {
        let line = line.map_err(|error| EvalError::io(path, "read as UTF-8", &error))?;
        if line.trim().is_empty() {
            continue;
        }
        let prediction: Prediction =
            serde_json::from_str(&line).map_err(|error| EvalError::json(&shown, number, &error, "a prediction"))?;
        if let Some(span) = prediction.spans.iter().find(|span| span.start >= span.end) {
            let problem = format!("the span {}..{} is empty", span.start, span.end);
            return Err(EvalError::new(&shown, number, problem, "count code points from 0, with the end behind the last one"));
        }
        if predictions.insert(prediction.id.clone(), prediction).is_some() {
            return Err(EvalError::new(
                &shown,
                number,
                "a record of this id was predicted on an earlier line",
                "write one line per record",
            ));
        }
    }
    Ok(predictions)
}

/// Writes predictions, a line each.
pub(crate) fn write(path: &Path, predictions: &[Prediction]) -> Result<(), EvalError> {
    let all = || -> std::io::Result<()> {
        let mut out = BufWriter::new(File::create(path)?);
        for prediction in predictions {
            serde_json::to_writer(&mut out, prediction)?;
            out.write_all(b"\n")?;
        }
        out.flush()
    };
    all().map_err(|error| EvalError::io(path, "written", &error))
}
