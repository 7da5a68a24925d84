//! Data without anything sensitive in it: whatever is found there is wrong.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use terrier_classify::Classifier;
use terrier_model::Tier;

use crate::EvalError;
use crate::corpus::walk;
use crate::counts::ByTier;

/// The pieces that a scan cuts a stream into, and how much of its neighbours it shows each.
const BODY: u64 = 1 << 20;
const AROUND: u64 = 4 << 10;

/// A file that holds a zero byte this early is no text.
const HEAD: usize = 8 << 10;

/// What was found in clean data.
#[derive(Debug, Clone, Default)]
pub struct CleanScores {
    /// Bytes that were read.
    pub bytes: u64,
    /// Files that were read.
    pub files: u64,
    /// Files that were passed over, since they are no text.
    pub binary: u64,
    /// By class: what was found at a tier, not counting surer ones; in the order of `Tier::ALL`.
    pub classes: BTreeMap<String, ByTier<u64>>,
}

/// Something that was found in clean data.
pub(crate) struct Found<'f> {
    pub(crate) file: &'f Path,
    pub(crate) line: u64,
    pub(crate) class: &'f str,
    pub(crate) rule: &'f str,
    pub(crate) tier: Tier,
}

impl CleanScores {
    /// Classifies every text file below a path, which may be a file itself.
    pub(crate) fn take(&mut self, classifier: &Classifier, path: &Path, found: &mut dyn FnMut(Found<'_>)) -> Result<(), EvalError> {
        let mut files = Vec::new();
        walk(path, &mut |file| files.push(file.to_owned()))?;
        for file in files {
            let is_text = self.file(classifier, &file, found).map_err(|error| EvalError::io(&file, "read", &error))?;
            if is_text {
                self.files += 1;
            } else {
                self.binary += 1;
            }
        }
        Ok(())
    }

    /// Classifies a file; `false` where it is no text.
    fn file(&mut self, classifier: &Classifier, path: &Path, found: &mut dyn FnMut(Found<'_>)) -> std::io::Result<bool> {
        let mut file = File::open(path)?;
        let length = file.metadata()?.len();
        let (mut window, mut start, mut line) = (Vec::new(), 0, 1);
        loop {
            let (from, until) = (start.max(AROUND) - AROUND, (start + BODY + AROUND).min(length));
            window.clear();
            file.seek(SeekFrom::Start(from))?;
            (&mut file).take(until - from).read_to_end(&mut window)?;
            if start == 0 && window[..window.len().min(HEAD)].contains(&0) {
                return Ok(false);
            }
            let first = usize::try_from(start - from).unwrap_or(usize::MAX).min(window.len());
            let last = (first + BODY as usize).min(window.len());
            let mut counted = first;
            // Known test values are marked as such in a scan's results, and count for no label.
            for span in classifier.spans(&window, first..last, Tier::Low).iter().filter(|span| !span.test) {
                line += newlines(&window[counted..span.start]);
                counted = span.start;
                let at = Tier::ALL.iter().position(|tier| *tier == span.tier).unwrap_or_default();
                self.classes.entry(span.class.as_str().to_owned()).or_default()[at] += 1;
                found(Found { file: path, line, class: span.class.as_str(), rule: span.rule, tier: span.tier });
            }
            line += newlines(&window[counted..last]);
            self.bytes += (last - first) as u64;
            start += BODY;
            if start >= length {
                return Ok(true);
            }
        }
    }

    /// Returns how often something was found per 10^9 bytes.
    pub fn per_gigabyte(&self, count: u64) -> f64 {
        if self.bytes == 0 { 0.0 } else { count as f64 * 1e9 / self.bytes as f64 }
    }
}

fn newlines(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u64
}

#[cfg(test)]
mod tests {
    use terrier_rules::RulePack;

    use super::*;

    #[test]
    fn places_are_told_and_nothing_counts_twice_where_a_file_is_cut() {
        let folder = tempfile::tempdir().unwrap();
        let mut text = "nothing here\n".repeat(BODY as usize / 13 + 20);
        let near_cut = BODY as usize - 11;
        text.replace_range(near_cut..near_cut + 23, " 4539 5787 6362 1486 ab");
        text.push_str("\nwrite to ann@corp-mail.net\n");
        std::fs::write(folder.path().join("a.txt"), &text).unwrap();
        std::fs::write(folder.path().join("b.bin"), b"ab\0 4539 5787 6362 1486").unwrap();
        std::fs::write(folder.path().join("c.txt"), b"").unwrap();
        let classifier = Classifier::compile(&RulePack::embedded()).unwrap();
        let (mut scores, mut found) = (CleanScores::default(), Vec::new());
        scores.take(&classifier, folder.path(), &mut |place| found.push((place.class.to_owned(), place.line))).unwrap();
        assert_eq!((scores.files, scores.binary, scores.bytes), (2, 1, text.len() as u64));
        let line = |needle: &str| 1 + text[..text.find(needle).unwrap()].matches('\n').count() as u64;
        assert_eq!(found, [("payment_card".to_owned(), line("4539")), ("email".to_owned(), line("ann@"))]);
        let cards: u64 = scores.classes["payment_card"].iter().sum();
        assert_eq!(cards, 1);
        assert_eq!(CleanScores { bytes: 500_000_000, ..CleanScores::default() }.per_gigabyte(3), 6.0);
    }
}
