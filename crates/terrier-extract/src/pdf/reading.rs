//! The text of a run of glyphs, as it is read so far.

/// What a run of glyphs says, and whether blanks stand before or behind it.
#[derive(Debug, Clone, Default)]
pub(super) struct Reading {
    pub(super) text: String,
    pub(super) blank_before: bool,
    pub(super) blank_after: bool,
}

impl Reading {
    /// Begins with what the first glyph shows.
    pub(super) fn begin(text: &str) -> Self {
        let is_blank = is_blank(text);
        Self { text: if is_blank { String::new() } else { text.to_owned() }, blank_before: is_blank, blank_after: is_blank }
    }

    /// Adds what a glyph shows, behind a gap or not.
    pub(super) fn push(&mut self, text: &str, is_apart: bool) {
        if is_blank(text) {
            self.blank_after = true;
        } else if !text.is_empty() {
            if (self.blank_after || is_apart) && !self.text.is_empty() {
                self.text.push(' ');
            }
            self.blank_after = false;
            self.text.push_str(text);
        }
    }
}

/// Tells whether a text is there, and blank.
pub(super) fn is_blank(text: &str) -> bool {
    !text.is_empty() && text.chars().all(char::is_whitespace)
}
