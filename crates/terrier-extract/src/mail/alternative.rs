use std::collections::HashSet;
use std::collections::hash_map::DefaultHasher;
use std::hash::Hasher;

/// Words that follow each other and are compared as one.
const RUN: usize = 4;
/// Lines around a new one that are handed out with it, since a value may be told by what stands beside it.
const AROUND: usize = 2;

/// What was already read of the alternatives of a message, so that what they share counts once.
///
/// It remembers runs of up to four words: a line all of whose runs were seen says nothing new.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    runs: HashSet<u64>,
    /// The text that was read last: most often no alternative follows that it would be compared with.
    last: Vec<u8>,
}

impl Seen {
    /// Returns the lines of `text` that say something new, with their neighbours, and remembers all of it.
    pub(crate) fn fresh(&mut self, text: &[u8]) -> Vec<u8> {
        let last = std::mem::replace(&mut self.last, text.to_vec());
        self.learn(&last);
        if self.runs.is_empty() { text.to_vec() } else { self.new_lines(text) }
    }

    fn learn(&mut self, text: &[u8]) {
        let words: Vec<u64> = words(text).collect();
        for len in 1..=RUN {
            self.runs.extend(words.windows(len).map(digest));
        }
    }

    fn new_lines(&self, text: &[u8]) -> Vec<u8> {
        let lines: Vec<&[u8]> = text.split_inclusive(|byte| *byte == b'\n').collect();
        let new: Vec<bool> = lines.iter().map(|line| self.is_new(line)).collect();
        let kept = |at: usize| new[at.saturating_sub(AROUND)..new.len().min(at + AROUND + 1)].contains(&true);
        (0..lines.len()).filter(|at| kept(*at)).flat_map(|at| lines[at]).copied().collect()
    }

    fn is_new(&self, line: &[u8]) -> bool {
        let words: Vec<u64> = words(line).collect();
        let len = words.len().min(RUN);
        len > 0 && words.windows(len).any(|run| !self.runs.contains(&digest(run)))
    }
}

/// Returns the digests of the words of a text.
fn words(text: &[u8]) -> impl Iterator<Item = u64> {
    text.split(|byte| !byte.is_ascii_alphanumeric() && byte.is_ascii()).filter(|word| !word.is_empty()).map(|word| {
        // Made with `new` it hashes the same in every run.
        let mut hasher = DefaultHasher::new();
        hasher.write(word);
        hasher.finish()
    })
}

fn digest(run: &[u64]) -> u64 {
    run.iter().fold(run.len() as u64, |digest, word| (digest.rotate_left(23) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_new_comes_again() {
        let mut seen = Seen::default();
        assert_eq!(seen.fresh(b"Dear Ann,\nyour card is\n4111 1111 1111 1111\n"), b"Dear Ann,\nyour card is\n4111 1111 1111 1111\n");
        assert_eq!(seen.fresh(b"Dear Ann,\nyour card is 4111 1111 1111 1111\n"), b"");
        assert_eq!(seen.fresh(b"Dear Bob,\n"), b"Dear Bob,\n");
    }
}
