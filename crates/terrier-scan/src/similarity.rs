//! Sketches of contents, by which copies and near copies are told across stores and formats.
//!
//! A content is taken for the set of its pieces: lines of text, values of records. Of all pieces the sketch keeps the sixteen whose
//! hashes are the lowest (bottom-k MinHash: Broder, "On the resemblance and containment of documents", 1997), so two contents share about
//! the part of their sketches that they share of their pieces. What is written is a keyed hash of each, which tells nothing to whoever
//! lacks the user's key.

use memchr::memchr_iter;
use terrier_content::{Records, Segment, Text};
use xxhash_rust::xxh3::xxh3_64;

use crate::Identity;

/// Marks of a sketch. More would tell finer and take more room in each row of `assets`.
const MARKS: usize = 16;

/// Shorter pieces stand in everything: brackets, blank lines, numbers.
const SHORTEST: usize = 8;

/// A longer line is as many pieces; a stream without lines has some too.
const LONGEST: usize = 4 << 10;

/// Collects the sketch of one asset while its segments go by.
#[derive(Debug, Default)]
pub(crate) struct Sketch {
    /// The lowest hashes so far, ascending.
    lowest: Vec<u64>,
    /// The beginning of a line whose end has not come yet.
    line: Vec<u8>,
}

impl Sketch {
    pub(crate) fn add(&mut self, segment: &Segment<'_>) {
        match segment {
            Segment::Text(text) => self.add_text(text),
            Segment::Records(records) => self.add_records(records),
        }
    }

    fn add_text(&mut self, text: &Text<'_>) {
        let body = &text.bytes.expose()[text.body()];
        let mut start = 0;
        for end in memchr_iter(b'\n', body) {
            self.end_line(&body[start..end]);
            start = end + 1;
        }
        let mut rest = &body[start..];
        while self.line.len() + rest.len() >= LONGEST {
            let (piece, after) = rest.split_at(LONGEST - self.line.len());
            self.end_line(piece);
            rest = after;
        }
        self.line.extend_from_slice(rest);
    }

    /// Ends the line that was begun, if one was, with its last part.
    fn end_line(&mut self, last: &[u8]) {
        if self.line.is_empty() {
            last.chunks(LONGEST).for_each(|piece| add_piece(&mut self.lowest, piece));
        } else {
            let mut line = std::mem::take(&mut self.line);
            line.extend_from_slice(last);
            line.chunks(LONGEST).for_each(|piece| add_piece(&mut self.lowest, piece));
            line.clear();
            self.line = line;
        }
    }

    fn add_records(&mut self, records: &Records) {
        for column in &records.columns {
            for index in 0..column.len() {
                add_piece(&mut self.lowest, column.value(index).bytes.expose());
            }
        }
    }

    /// Returns the sketch as it is written, ascending; empty without a key.
    pub(crate) fn finish(mut self, identity: &Identity) -> Vec<i64> {
        self.end_line(&[]);
        let mut marks: Vec<i64> = self.lowest.iter().filter_map(|hash| identity.mark(*hash)).collect();
        marks.sort_unstable();
        marks
    }
}

fn add_piece(lowest: &mut Vec<u64>, piece: &[u8]) {
    let piece = piece.trim_ascii();
    if piece.len() < SHORTEST {
        return;
    }
    let hash = xxh3_64(piece);
    if lowest.len() == MARKS && lowest.last().is_some_and(|last| hash >= *last) {
        return;
    }
    if let Err(place) = lowest.binary_search(&hash) {
        lowest.insert(place, hash);
        lowest.truncate(MARKS);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use terrier_content::{FingerprintKey, Origin};

    use super::*;

    fn sketch_of(pieces: &[&[u8]]) -> Vec<i64> {
        let mut sketch = Sketch::default();
        for piece in pieces {
            sketch.add(&Segment::Text(Text::whole(piece, Origin::Lines { line: 1, byte: 0 })));
        }
        sketch.finish(&Identity::new(Some(FingerprintKey::new([7; 32]))))
    }

    fn shared(one: &[i64], other: &[i64]) -> usize {
        one.iter().filter(|mark| other.contains(mark)).count()
    }

    fn lines(from: usize, to: usize) -> Vec<u8> {
        (from..to).map(|line| format!("line number {line} of the text\n")).collect::<String>().into_bytes()
    }

    #[test]
    fn near_copies_share_most_of_their_marks_and_others_none() {
        let (text, longer, other) = (lines(0, 1_000), lines(0, 1_050), lines(5_000, 6_000));
        let sketch = sketch_of(&[&text]);
        assert_eq!(sketch.len(), MARKS);
        assert!(shared(&sketch, &sketch_of(&[&longer])) >= MARKS - 3);
        assert_eq!(shared(&sketch, &sketch_of(&[&other])), 0);
    }

    #[test]
    fn without_a_key_there_is_no_sketch() {
        let mut sketch = Sketch::default();
        sketch.add(&Segment::Text(Text::whole(&lines(0, 100), Origin::Lines { line: 1, byte: 0 })));
        assert!(sketch.finish(&Identity::new(None)).is_empty());
    }

    proptest! {
        /// Where a stream is cut does not change its sketch.
        #[test]
        fn sketches_do_not_depend_on_the_cuts(cuts in proptest::collection::vec(0..20_000_usize, 0..6), long in 0..3_usize) {
            let mut text = lines(0, 300);
            text.extend(vec![b'x'; long * 6_000]);
            text.extend(lines(300, 400));
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(text.len())).collect();
            cuts.sort_unstable();
            let starts = std::iter::once(0).chain(cuts.iter().copied());
            let ends = cuts.iter().copied().chain(std::iter::once(text.len()));
            let pieces: Vec<&[u8]> = starts.zip(ends).map(|(start, end)| &text[start..end]).collect();
            prop_assert_eq!(sketch_of(&pieces), sketch_of(&[&text]));
        }
    }
}
