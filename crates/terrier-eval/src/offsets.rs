/// Turns offsets in bytes into offsets in code points and back: corpora count the latter, the classifier the former.
pub(crate) struct Offsets<'t> {
    text: &'t str,
    /// Byte at which each code point starts, and last the length; `None` where all are ASCII and both offsets are the same.
    starts: Option<Vec<usize>>,
}

impl<'t> Offsets<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        let starts = (!text.is_ascii()).then(|| text.char_indices().map(|(at, _)| at).chain([text.len()]).collect());
        Self { text, starts }
    }

    /// Returns the code point that the byte belongs to.
    pub(crate) fn point(&self, byte: usize) -> usize {
        self.starts.as_ref().map_or(byte, |starts| starts.partition_point(|start| *start <= byte).saturating_sub(1))
    }

    /// Returns the code points that a span of bytes touches; a pattern over bytes may end within one.
    pub(crate) fn points(&self, start: usize, end: usize) -> (usize, usize) {
        let last = self.point(end.saturating_sub(1).max(start));
        (self.point(start), if end > start { last + 1 } else { last })
    }

    /// Returns the text between two code points, as far as there is any.
    pub(crate) fn slice(&self, start: usize, end: usize) -> &'t str {
        let byte = |point: usize| match &self.starts {
            Some(starts) => starts[point.min(starts.len() - 1)],
            None => point.min(self.text.len()),
        };
        let (start, end) = (byte(start), byte(end));
        &self.text[start.min(end)..end]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_points_are_counted_whatever_their_length() {
        let text = "é€𝄞a"; // 2, 3, 4 bytes and 1
        let offsets = Offsets::new(text);
        assert_eq!(offsets.points(2, 9), (1, 3));
        assert_eq!(offsets.points(9, 10), (3, 4));
        assert_eq!(offsets.points(0, text.len()), (0, 4));
        // A span that ends within a code point holds all of it.
        assert_eq!(offsets.points(0, 3), (0, 2));
        assert_eq!(offsets.slice(1, 3), "€𝄞");
        assert_eq!(offsets.slice(3, 9), "a");
    }

    #[test]
    fn ascii_needs_no_table() {
        let offsets = Offsets::new("plain");
        assert!(offsets.starts.is_none());
        assert_eq!((offsets.points(1, 3), offsets.slice(1, 3), offsets.slice(4, 99)), ((1, 3), "la", "n"));
        assert_eq!(Offsets::new("").points(0, 0), (0, 0));
    }
}
