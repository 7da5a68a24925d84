//! What people write, by language: sentences with slots, names of fields, forms of dates.
//!
//! A slot is a name in braces, such as `{phone}`; `{=class|text}` is text that is a value of the class, `{!kind|text}` and
//! `{!kind}` are look-alikes, written or drawn.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::dice::Dice;
use crate::value::Date;

/// A language with its sentences.
#[derive(Debug)]
pub(super) struct Language {
    /// ISO 639-1.
    pub(super) code: &'static str,
    sections: BTreeMap<&'static str, Vec<&'static str>>,
}

impl Language {
    /// Returns the lines of a section; none where there is no such section.
    pub(super) fn lines(&self, section: &str) -> &[&'static str] {
        self.sections.get(section).map_or(&[], Vec::as_slice)
    }

    /// Returns the names under which a form asks for something.
    pub(super) fn field_names(&self, field: &str) -> Vec<&'static str> {
        let line = self.lines("field").iter().find_map(|line| line.strip_prefix(field)?.strip_prefix(": "));
        line.unwrap_or_default().split("; ").filter(|name| !name.is_empty()).collect()
    }

    /// Writes a date in one of the language's forms.
    pub(super) fn date(&self, dice: &mut Dice, date: Date) -> String {
        let pattern = dice.pick(self.lines("date"));
        let month = self.lines("month")[(date.month - 1) as usize];
        let parts: [(&str, String); 6] = [
            ("YYYY", date.year.to_string()),
            ("Month", month.to_owned()),
            ("MM", format!("{:02}", date.month)),
            ("DD", format!("{:02}", date.day)),
            ("D", date.day.to_string()),
            ("M", date.month.to_string()),
        ];
        let mut rest = pattern;
        let mut out = String::new();
        while let Some(next) = rest.chars().next() {
            match parts.iter().find(|(token, _)| rest.starts_with(token)) {
                Some((token, written)) => {
                    out += written;
                    rest = &rest[token.len()..];
                }
                None => {
                    out.push(next);
                    rest = &rest[next.len_utf8()..];
                }
            }
        }
        out
    }
}

macro_rules! texts {
    ($($code:literal),*) => {
        &[$(($code, include_str!(concat!($code, ".txt")))),*]
    };
}

const TEXTS: &[(&str, &str)] = texts!["cs", "da", "de", "en", "es", "fi", "fr", "hu", "it", "nl", "no", "pl", "pt", "ro", "sv", "tr"];

static LANGUAGES: LazyLock<Vec<Language>> = LazyLock::new(|| TEXTS.iter().map(|(code, text)| parse(code, text)).collect());

/// Returns all languages.
#[cfg(test)]
pub(super) fn languages() -> &'static [Language] {
    &LANGUAGES
}

/// Returns the language of that code.
///
/// # Panics
/// When there is none: the codes are written in this crate, and a test goes through them all.
pub(super) fn language(code: &str) -> &'static Language {
    LANGUAGES.iter().find(|language| language.code == code).unwrap_or_else(|| panic!("no language has the code `{code}`"))
}

fn parse(code: &'static str, text: &'static str) -> Language {
    let mut sections: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut section = "";
    for line in text.lines().filter(|line| !line.is_empty()) {
        match line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            Some(name) => section = name,
            None => sections.entry(section).or_default().push(line),
        }
    }
    Language { code, sections }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_every_section() {
        let english = language("en");
        for language in languages() {
            for section in english.sections.keys() {
                assert!(!language.lines(section).is_empty(), "{} lacks {section}", language.code);
            }
            assert_eq!(language.lines("month").len(), 12, "{}", language.code);
            for field in english.lines("field") {
                let (field, _) = field.split_once(": ").unwrap();
                assert!(!language.field_names(field).is_empty(), "{} lacks the field {field}", language.code);
            }
        }
    }

    #[test]
    fn dates_are_written_as_the_language_does() {
        let date = Date { year: 1987, month: 3, day: 9 };
        let forms: Vec<String> = (0..20).map(|seed| language("de").date(&mut Dice::new(seed), date)).collect();
        assert!(forms.iter().all(|form| ["09.03.1987", "9. März 1987", "9.3.1987"].contains(&form.as_str())), "{forms:?}");
    }
}
