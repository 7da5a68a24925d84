use serde::Deserialize;

use super::EstateError;
use super::size::Sizes;

/// The profiles that are built in, by name; the first is the usual one.
const BUILT_IN: &[(&str, &str)] = &[
    ("company", include_str!("../../data/estates/company.yaml")),
    ("lake", include_str!("../../data/estates/lake.yaml")),
    ("plain", include_str!("../../data/estates/plain.yaml")),
];

/// What an estate is made of. It is data: a file that says which families of keys there are, how many objects of which formats and
/// sizes are in each, and how often something sensitive is in them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Its name.
    pub name: String,
    /// What it stands for, and where its shares come from.
    pub about: String,
    /// The families, in the order of their prefixes.
    pub families: Vec<Family>,
}

/// A part of the bucket in which names and contents are alike.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Family {
    /// What the keys begin with; ends in `/`.
    pub prefix: String,
    /// How the keys go on.
    pub layout: Layout,
    /// Share of the estate's objects, in any unit.
    pub objects: u64,
    /// How many datasets there are for each root of the number of objects; 0 for a single one, however many objects there are.
    pub datasets: f64,
    /// The formats and how often each is drawn: per dataset, in a `share` per object.
    pub formats: Vec<FormatShare>,
    /// The sizes of objects.
    pub sizes: Sizes,
    /// What may be in a dataset, drawn per dataset.
    pub subjects: Vec<Subject>,
    /// Shares of a dataset's objects that hold something sensitive, drawn per dataset: 0 for a dataset without any.
    pub prevalence: Vec<f64>,
}

/// A format and its weight.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormatShare {
    /// The format.
    pub format: Format,
    /// How often it is drawn, in any unit.
    pub weight: u64,
}

/// How the keys of a family go on behind its prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layout {
    /// A dataset per folder, partitioned by day: `0000042-orders/dt=2024-05-01/part-00017.parquet`.
    Partitioned,
    /// A service per folder, by hour: `0000003-checkout/2024/05/01/13/000017-9f2c41d0.log.gz`.
    Hourly,
    /// One folder per dataset without any order in it: `0000003-scans/0000000017-9f2c41d0.pdf`.
    Flat,
    /// A person's folder with files of all kinds, under names that people choose.
    Share,
}

/// A format of objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// Comma-separated rows with a header.
    Csv,
    /// One JSON object per line.
    Ndjson,
    /// Lines of JSON that services log.
    Log,
    /// The same, compressed with gzip.
    LogGz,
    /// Rows as JSON, compressed with gzip.
    NdjsonGz,
    /// Rows by columns, zstd.
    Parquet,
    /// Letters and reports.
    Pdf,
    /// Text documents.
    Docx,
    /// Spreadsheets.
    Xlsx,
    /// Photographs, without words in them.
    Jpeg,
    /// Recordings, without words in them.
    Mp4,
    /// Bytes of no known format.
    Binary,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 12] = [
        Self::Csv,
        Self::Ndjson,
        Self::Log,
        Self::LogGz,
        Self::NdjsonGz,
        Self::Parquet,
        Self::Pdf,
        Self::Docx,
        Self::Xlsx,
        Self::Jpeg,
        Self::Mp4,
        Self::Binary,
    ];

    /// Returns the name used in profiles and figures.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Ndjson => "ndjson",
            Self::Log => "log",
            Self::LogGz => "log-gz",
            Self::NdjsonGz => "ndjson-gz",
            Self::Parquet => "parquet",
            Self::Pdf => "pdf",
            Self::Docx => "docx",
            Self::Xlsx => "xlsx",
            Self::Jpeg => "jpeg",
            Self::Mp4 => "mp4",
            Self::Binary => "binary",
        }
    }

    /// Returns how names of such objects end.
    pub fn extension(self) -> &'static str {
        match self {
            Self::LogGz => "log.gz",
            Self::NdjsonGz => "ndjson.gz",
            Self::Jpeg => "jpg",
            Self::Binary => "bin",
            other => other.as_str(),
        }
    }

    /// Tells whether values are in columns, and then in every object of a dataset the same columns.
    pub(super) fn is_table(self) -> bool {
        matches!(self, Self::Csv | Self::Ndjson | Self::NdjsonGz | Self::Parquet | Self::Xlsx)
    }

    /// Tells whether there is anything in such an object that could be sensitive.
    pub(super) fn holds_text(self) -> bool {
        !matches!(self, Self::Jpeg | Self::Mp4 | Self::Binary)
    }
}

/// What sensitive objects of a dataset hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// Customers and employees.
    People,
    /// Payments.
    Payments,
    /// Providers of health care and their patients.
    Health,
    /// Numbers that states give to persons.
    Identity,
    /// Credentials.
    Secrets,
}

impl Subject {
    /// Returns the classes, each with the header of its column. All are told apart surely: the truth is about what is there, and the
    /// classes that overlap by nature have their measure elsewhere.
    pub fn classes(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::People => &[("email", "email"), ("phone", "phone"), ("us_ssn", "ssn")],
            Self::Payments => &[("payment_card", "card_number"), ("iban", "iban")],
            Self::Health => &[("us_dea", "dea_number"), ("email", "email")],
            Self::Identity => &[("uk_nino", "national_insurance_number"), ("it_codice_fiscale", "codice_fiscale")],
            Self::Secrets => &[("jwt", "access_token"), ("connection_string", "database_url")],
        }
    }
}

impl Profile {
    /// Returns a profile that is built in; the usual one where none is named.
    pub fn built_in(name: Option<&str>) -> Result<Self, EstateError> {
        let known = || BUILT_IN.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
        let named = BUILT_IN.iter().find(|(known, _)| name.is_none_or(|name| name == *known));
        let (_, text) = named.ok_or_else(|| EstateError::NoProfile(known()))?;
        Self::parse(text)
    }

    /// Reads a profile.
    pub fn parse(yaml: &str) -> Result<Self, EstateError> {
        let profile: Self = serde_saphyr::from_str(yaml).map_err(|error| EstateError::Profile(error.to_string()))?;
        profile.check()?;
        Ok(profile)
    }

    fn check(&self) -> Result<(), EstateError> {
        let wrong = |what: &str| Err(EstateError::Profile(what.to_owned()));
        if self.families.is_empty() {
            return wrong("it has no family");
        }
        if !self.families.windows(2).all(|pair| pair[0].prefix < pair[1].prefix && !pair[1].prefix.starts_with(&pair[0].prefix)) {
            return wrong("the prefixes of families must ascend, and none may lie inside another");
        }
        for family in &self.families {
            if !family.prefix.ends_with('/') || family.objects == 0 {
                return wrong("each family has a prefix that ends in / and a share of objects above 0");
            }
            if family.formats.is_empty() || family.formats.iter().any(|share| share.weight == 0) {
                return wrong("each family has formats with weights above 0");
            }
            if family.subjects.is_empty() || family.prevalence.is_empty() {
                return wrong("each family has subjects and prevalences");
            }
            if family.prevalence.iter().any(|share| !(0.0..=1.0).contains(share)) || !(0.0..=100.0).contains(&family.datasets) {
                return wrong("a prevalence lies between 0 and 1, and `datasets` between 0 and 100");
            }
            family.sizes.check()?;
        }
        Ok(())
    }

    /// Returns the mean size of an object, in bytes, as the families' sizes state it.
    pub fn mean_bytes(&self) -> f64 {
        let all: u64 = self.families.iter().map(|family| family.objects).sum();
        self.families.iter().map(|family| family.objects as f64 * family.sizes.mean()).sum::<f64>() / all as f64
    }

    /// Returns how many objects an estate of so many bytes has.
    pub fn objects_of(&self, bytes: f64) -> u64 {
        (bytes / self.mean_bytes()).round() as u64
    }
}

impl Family {
    /// Returns how many datasets so many objects are shared out among.
    pub(super) fn datasets_of(&self, objects: u64) -> u64 {
        let wanted = (self.datasets * objects.isqrt() as f64) as u64;
        wanted.clamp(1, objects.max(1))
    }
}
