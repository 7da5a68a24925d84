use terrier_model::{DataClass, Sensitivity};
use terrier_rules::RulePack;

/// A page under construction. What is not a literal of this crate can only get in escaped.
#[derive(Debug, Default)]
pub(super) struct Page(String);

impl Page {
    /// Adds markup written in this crate.
    pub(super) fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Adds any text, fit for content and for a quoted attribute.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        for character in text.chars() {
            match character {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                character if steers(character) => self.0.extend(character.escape_default()),
                character => self.0.push(character),
            }
        }
        self
    }

    /// Adds a number.
    pub(super) fn number(&mut self, number: f64) -> &mut Self {
        self.text(&format!("{number:.2}"))
    }

    /// Adds a name that others chose: set apart from the sentence around it, and allowed to break anywhere.
    pub(super) fn path(&mut self, path: &str) -> &mut Self {
        self.raw("<bdi class=\"path\">").text(path).raw("</bdi>")
    }

    /// Adds a label as a chip.
    pub(super) fn chip(&mut self, level: Sensitivity) -> &mut Self {
        self.raw("<span class=\"chip ").raw(level.as_str()).raw("\">").raw(level.as_str()).raw("</span>")
    }

    pub(super) fn finish(self) -> String {
        self.0
    }
}

/// Characters that would turn the direction of writing or that no reader sees.
fn steers(character: char) -> bool {
    character.is_control() || matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// A class's name for people; its id where the pack does not define it.
pub(super) fn class_name<'p>(pack: &'p RulePack, class: &'p DataClass) -> &'p str {
    pack.class(class).map_or(class.as_str(), |spec| spec.name.as_str())
}
