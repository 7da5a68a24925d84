use crate::{DataClass, Label, Tier};

/// All that classification says of one asset.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AssetFindings {
    /// One per class, ordered by class.
    pub findings: Vec<Finding>,
    /// One per column of a structured asset, in the order of first appearance.
    pub columns: Vec<ColumnDecision>,
    /// One per set of classes that occur together in a record, ordered by the set.
    pub combinations: Vec<Combination>,
    /// One per class with values, ordered by class; empty without a key.
    pub fingerprints: Vec<Fingerprint>,
    /// What follows from the findings.
    pub label: Label,
}

/// A class of sensitive data found in an asset. Holds no value.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// What was found.
    pub class: DataClass,
    /// How sure it is: the tier of the surest occurrences.
    pub tier: Tier,
    /// The confidence of the surest occurrences, 0 to 1.
    pub confidence: f64,
    /// Occurrences at every tier, test values included.
    pub count: u64,
    /// Occurrences at the high tier, test values left out.
    pub count_high: u64,
    /// Occurrences at the medium tier, test values left out.
    pub count_medium: u64,
    /// Occurrences at the low tier, test values left out.
    pub count_low: u64,
    /// Occurrences that are known test values (specimens, documentation examples).
    pub count_test: u64,
    /// Estimated number of distinct values.
    pub distinct: u64,
    /// Where the first occurrences are; a bounded list.
    pub places: Vec<Place>,
    /// What spoke for and against the surest occurrence.
    pub evidence: Vec<Evidence>,
    /// Ids of the rules that matched, sorted.
    pub rules: Vec<String>,
    /// Why all occurrences are taken for test values; `None` where at least one is not.
    pub test_value: Option<String>,
}

/// One named reason for a confidence.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// Name of the evidence, such as `checksum` or `keyword_nearby`.
    pub name: String,
    /// What it adds to the log-odds.
    pub weight: f64,
}

/// Where an occurrence is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// What `number` counts.
    pub kind: PlaceKind,
    /// Line, page, slide or row of a sheet (from 1), record or byte offset (from 0).
    pub number: u64,
    /// The column, masked where its name holds a value.
    pub column: Option<String>,
}

/// What a [`Place`] counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PlaceKind {
    /// Lines of text, from 1.
    Line,
    /// Pages of a document, from 1.
    Page,
    /// Slides of a presentation, from 1.
    Slide,
    /// Rows of a sheet, from 1.
    Row,
    /// Records of a table, from 0.
    Record,
    /// Bytes of a binary, from 0.
    Byte,
    /// A property of the document; the number is 0.
    Property,
}

impl PlaceKind {
    /// Returns the name used in the tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Line => "line",
            Self::Page => "page",
            Self::Slide => "slide",
            Self::Row => "row",
            Self::Record => "record",
            Self::Byte => "byte",
            Self::Property => "property",
        }
    }

    /// Reads the name used in the tables.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Line, Self::Page, Self::Slide, Self::Row, Self::Record, Self::Byte, Self::Property]
            .into_iter()
            .find(|kind| kind.as_str() == name)
    }
}

/// What a column of a structured asset was decided to hold.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnDecision {
    /// The column's name, masked where it holds a value.
    pub name: String,
    /// The kind of its values as the source gives it.
    pub kind: &'static str,
    /// The class that the column as a whole holds, if any.
    pub class: Option<DataClass>,
    /// How sure the decision is, 0 to 1; 0 where no class was decided.
    pub confidence: f64,
    /// Non-empty values seen.
    pub values: u64,
    /// Estimated number of distinct values.
    pub distinct: u64,
    /// Share of values that pass the decided class's rule, 0 to 1.
    pub pass_rate: Option<f64>,
}

/// Classes that occur together in one record.
#[derive(Debug, Clone, PartialEq)]
pub struct Combination {
    /// The classes, sorted.
    pub classes: Vec<DataClass>,
    /// How many records hold exactly this set.
    pub records: u64,
    /// The class whose values tell the persons apart, if one of the set does.
    pub person_class: Option<DataClass>,
    /// Bottom-k sketch of keyed hashes of that class's values, ascending; empty without a key.
    pub persons: Vec<i64>,
    /// Countries that the classes speak for, as ISO 3166 codes, sorted.
    pub jurisdictions: Vec<String>,
}

/// Keyed fingerprints of a class's values in an asset.
#[derive(Debug, Clone, PartialEq)]
pub struct Fingerprint {
    /// The class.
    pub class: DataClass,
    /// Estimated number of distinct values.
    pub distinct: u64,
    /// The k smallest keyed hashes (63 bits), ascending.
    pub sketch: Vec<i64>,
}
