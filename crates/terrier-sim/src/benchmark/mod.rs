//! What `terrier bench` measures with: text and records of several kinds, as varied as a company's, from a seed.
//!
//! Where [`crate::text`] streams any amount without holding it, this room fills memory: a block is drawn, and a longer corpus
//! repeats the block, each time from another line on, since drawing costs more than what is measured.

pub(crate) mod draft;
mod encoded;
pub(crate) mod json_log;
mod minified_json;
pub(crate) mod prose;
pub(crate) mod records;
mod server_log;
mod table;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use terrier_content::Records;

use self::draft::{Draft, Plant};
pub use self::records::write_json_lines;

/// How much is drawn before it repeats: more than the caches hold that a core has for itself.
pub const BLOCK: usize = 16 << 20;

/// The seed of the published figures.
pub const SEED: u64 = 1;

/// Between planted values there are so many bytes.
pub const PLANT_EVERY: usize = 2048;

/// A kind of content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// 40 % CSV rows, 35 % JSON logs, 25 % prose, with a value per 2 KiB.
    Mixed,
    /// The same without any value.
    MixedClean,
    /// Hex dumps, lists of checksums, base64. Nothing is planted; groups of digits that pass a checksum by chance are found.
    Encoded,
    /// Minified JSON documents, with a value per 2 KiB.
    MinifiedJson,
    /// Logs of systems, services and web servers, with a value per 2 KiB, and in the web server's an address per line.
    Logs,
    /// Rows of a table by columns, with a value per 2 KiB.
    Records,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 6] = [Self::Mixed, Self::MixedClean, Self::Encoded, Self::MinifiedJson, Self::Logs, Self::Records];

    /// Returns its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mixed => "mixed",
            Self::MixedClean => "mixed-clean",
            Self::Encoded => "encoded",
            Self::MinifiedJson => "minified-json",
            Self::Logs => "logs",
            Self::Records => "records",
        }
    }
}

/// Writes one kind of text until the draft has a length.
type Fill = fn(&mut Draft, usize);

/// Content to classify, and what was planted in it.
#[derive(Debug)]
pub struct Corpus {
    /// The content.
    pub content: Content,
    /// How many values of each class were planted.
    pub truth: BTreeMap<&'static str, u64>,
}

/// Content in the form in which the classifier takes it.
pub enum Content {
    /// Running text, whole lines.
    Text(Vec<u8>),
    /// Batches of rows.
    Records(Vec<Records>),
}

impl std::fmt::Debug for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} bytes", self.byte_len())
    }
}

impl Content {
    /// Returns the size of the text, or of all values of the rows.
    pub fn byte_len(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Records(batches) => batches.iter().map(Records::byte_len).sum(),
        }
    }
}

/// Makes a corpus of at least so many bytes, which ends with the line or batch that reaches them.
pub fn corpus(kind: Kind, seed: u64, bytes: usize) -> Corpus {
    let block = bytes.min(BLOCK);
    let fill: Fill = match kind {
        Kind::Mixed | Kind::MixedClean => mixed,
        Kind::Encoded => encoded::fill,
        Kind::MinifiedJson => minified_json::fill,
        Kind::Logs => server_log::fill,
        Kind::Records => return records::corpus(Draft::new(kind, seed), block, bytes),
    };
    let mut draft = Draft::new(kind, seed);
    fill(&mut draft, block);
    repeat(draft.text.as_bytes(), &draft.plants, bytes)
}

/// Writes the three kinds of text by turns, so that each has its share of the bytes however long its lines are.
fn mixed(draft: &mut Draft, bytes: usize) {
    const PARTS: [(usize, Fill); 3] = [(40, table::fill), (35, json_log::fill), (25, prose::fill)];
    let mut written = [0; PARTS.len()];
    while draft.text.len() < bytes {
        let start = draft.text.len();
        let owed = |part: usize| (PARTS[part].0 * (start + PLANT_EVERY)) as i64 - 100 * written[part] as i64;
        let part = (0..PARTS.len()).max_by_key(|part| owed(*part)).unwrap_or_default();
        let stretch = draft.dice.between(2 << 10, 12 << 10) as usize;
        PARTS[part].1(draft, bytes.min(start + stretch));
        written[part] += draft.text.len() - start;
    }
}

fn repeat(block: &[u8], plants: &[Plant], bytes: usize) -> Corpus {
    // Not a divisor of the block, so that no two turns begin alike.
    const SHIFT: usize = 3_333_337;
    let mut text = Vec::with_capacity(bytes + block.len().min(1 << 20));
    let mut truth = BTreeMap::new();
    let mut turn = 0;
    while text.len() < bytes {
        let first = line_start(block, turn * SHIFT % block.len());
        for part in [first..block.len(), 0..first] {
            let left = bytes.saturating_sub(text.len());
            let end = if part.len() <= left { part.end } else { line_start(block, part.start + left).max(part.start) };
            text.extend_from_slice(&block[part.start..end]);
            for plant in plants.iter().filter(|plant| (part.start..end).contains(&plant.at)) {
                *truth.entry(plant.class).or_default() += 1;
            }
        }
        turn += 1;
    }
    Corpus { content: Content::Text(text), truth }
}

/// Returns the start of the first line at or behind `at`, or the end.
fn line_start(block: &[u8], at: usize) -> usize {
    if at == 0 {
        return 0;
    }
    block[at - 1..].iter().position(|byte| *byte == b'\n').map_or(block.len(), |newline| at + newline)
}
