//! Endings that make surnames: what is left to go by where a name stands in no list.

use super::fold::fold;

/// Endings that hardly any other words have, without diacritics. After the grammars of the languages concerned.
const ENDINGS: [&str; 50] = [
    "ova", "eva", "ski", "sky", "ska", "cki", "cka", "skij", "wicz", "vich", "ovic", "evic", "avic", "kovic", "enko", "czyk", "czak",
    "chuk", "shvili", "idze", "adze", "oglu", "escu", "sson", "ssen", "nsen", "rsen", "dottir", "inen", "quist", "qvist", "strom", "gren",
    "opoulos", "akis", "idis", "iyev", "yev", "zadeh", "kyzy", "auskas", "aite", "iene", "yants", "nyan", "ryan", "ashvili", "ов", "ев",
    "енко",
];
/// Of a word with such an ending, the least length in bytes.
const LEAST: usize = 6;

/// Tells whether a word ends as surnames do.
pub(super) fn has_surname_ending(letters: &[u8]) -> bool {
    let folded = fold(letters);
    let word = folded.bytes();
    word.len() >= LEAST && ENDINGS.iter().any(|ending| word.ends_with(ending.as_bytes()))
}
