//! What lies in the file of an archive beside that which its directory speaks of: a program before it, text behind it, entries that
//! were deleted. It is read as a binary is.

use std::collections::BTreeMap;
use std::ops::Range;

use terrier_model::Reason;

use crate::ReadAt;
use crate::context::{Context, Halt};
use crate::stream::SourceStream;
use crate::strings;

/// Spans that are kept apart: as many as an archive whose entries lie in disorder may have for a while. They need some 5 MB.
const MOST_SPANS: usize = 100_000;
/// Gaps that are read.
const MOST_GAPS: usize = 4096;

/// The parts of a file that are spoken for.
#[derive(Default)]
pub(super) struct Listed {
    /// Ends by starts, no two of which touch.
    spans: BTreeMap<u64, u64>,
    overflowed: bool,
}

impl Listed {
    /// Adds a part; those that touch become one.
    pub(super) fn add(&mut self, span: Range<u64>) {
        let Range { mut start, mut end } = span;
        while let Some((other_start, other_end)) = self.spans.range(..=end).next_back().map(|(start, end)| (*start, *end)) {
            if other_end < start {
                break;
            }
            self.spans.remove(&other_start);
            (start, end) = (start.min(other_start), end.max(other_end));
        }
        if self.spans.len() < MOST_SPANS {
            self.spans.insert(start, end);
        } else {
            self.overflowed = true;
        }
    }

    /// Returns the gaps of a file of that size that are long enough to hold a string.
    fn gaps(&self, size: u64) -> impl Iterator<Item = Range<u64>> {
        let ends = std::iter::once(0).chain(self.spans.values().copied());
        let starts = self.spans.keys().copied().chain(std::iter::once(size));
        ends.zip(starts).map(move |(end, start)| end..start.min(size)).filter(|gap| gap.start + strings::SHORTEST as u64 <= gap.end)
    }

    /// Reads what is not spoken for.
    pub(super) fn read_rest(&self, context: &mut Context<'_>, source: &dyn ReadAt) -> Result<(), Halt> {
        if self.overflowed {
            context.miss(Reason::UnsupportedFormat);
            return Ok(());
        }
        for (number, gap) in self.gaps(source.size()).enumerate() {
            if number == MOST_GAPS {
                context.miss(Reason::UnsupportedFormat);
                break;
            }
            strings::read_unlisted(context, &mut SourceStream::new(source, gap.start, gap.end), gap.start)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(spans: &[(u64, u64)], expected: &[(u64, u64)]) {
        let mut listed = Listed::default();
        spans.iter().for_each(|(start, end)| listed.add(*start..*end));
        let gaps: Vec<_> = listed.gaps(100).map(|gap| (gap.start, gap.end)).collect();
        assert_eq!(gaps, expected, "{spans:?}");
    }

    #[test]
    fn gaps_are_what_no_span_takes_up() {
        check(&[], &[(0, 100)]);
        check(&[(0, 100)], &[]);
        check(&[(10, 20), (30, 90)], &[(0, 10), (20, 30), (90, 100)]);
        check(&[(30, 90), (10, 20), (20, 30)], &[(0, 10), (90, 100)]);
        check(&[(0, 50), (10, 20), (40, 60)], &[(60, 100)]);
        check(&[(10, 20), (50, 60), (0, 95)], &[]);
        check(&[(0, 40), (44, 100)], &[]);
        check(&[(0, 90), (90, 140)], &[]);
        check(&[(0, 120), (130, 140)], &[]);
    }

    #[test]
    fn hostile_archives_cost_a_bounded_memory() {
        let mut listed = Listed::default();
        (0..MOST_SPANS as u64 + 10).for_each(|number| listed.add(number * 20..number * 20 + 10));
        assert!(listed.overflowed && listed.spans.len() == MOST_SPANS);
    }
}
