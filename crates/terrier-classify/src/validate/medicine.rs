//! Names of medicines, as a list has them or as international names end.

use super::Verdict;
use crate::person::fold::fold;

/// Hashes of folded names in their order, built by `scripts/medicine-table.py`.
static NAMES: &[u8] = include_bytes!("../../data/medicines/medicines.bin");
static WORDS: &str = include_str!("../../data/medicines/words.txt");

/// The shortest folded name, and the longest word that is looked up.
const LEAST: usize = 5;
const MOST: usize = 40;
/// The shortest word that its ending alone may tell, folded: shorter ones end so by chance.
const LEAST_BY_ENDING: usize = 8;

/// Judges a name, with what may stand behind it such as a dose: listed names are valid, what ends like one is plausible.
pub(super) fn medicine(value: &[u8]) -> Verdict {
    let is_letter = |byte: &u8| byte.is_ascii_alphabetic() || *byte >= 0x80;
    let length = value.iter().position(|byte| !is_letter(byte)).unwrap_or(value.len());
    // A space that does not break is no letter of the name.
    let length = memchr::memmem::find(&value[..length], b"\xC2\xA0").unwrap_or(length);
    if !(LEAST..=MOST).contains(&length) {
        return Verdict::Invalid;
    }
    let name = essence(&value[..length]);
    match name.len() {
        LEAST.. if is_listed(&name) => Verdict::Valid,
        LEAST_BY_ENDING.. if endings().any(|ending| name.ends_with(&essence(ending.as_bytes()))) => Verdict::Plausible,
        _ => Verdict::Invalid,
    }
}

/// Returns what the spellings of a name have in common in the languages of Europe: `amoxicillin` and `amoksycylina` are one.
fn essence(word: &[u8]) -> Vec<u8> {
    let folded = fold(word);
    let mut rest = folded.bytes();
    let mut essence = Vec::with_capacity(rest.len() + 8);
    while let [first, ..] = rest {
        let (sound, length): (&[u8], usize) = match rest {
            [b'p', b'h', ..] => (b"f", 2),
            [b't', b'h', ..] => (b"t", 2),
            [b't', b's', ..] => (b"z", 2),
            [b'q', b'u', ..] => (b"kv", 2),
            [b'x', ..] => (b"ks", 1),
            [b'h', ..] => (b"", 1),
            [b'c', ..] => (b"k", 1),
            [b'y' | b'j', ..] => (b"i", 1),
            [b'w', ..] => (b"v", 1),
            _ => (std::slice::from_ref(first), 1),
        };
        for byte in sound {
            if essence.last() != Some(byte) {
                essence.push(*byte);
            }
        }
        rest = &rest[length..];
    }
    let end = essence.iter().rposition(|byte| !matches!(byte, b'a' | b'e' | b'i' | b'o' | b'u')).map_or(0, |last| last + 1);
    essence.truncate(end);
    essence
}

fn is_listed(essence: &[u8]) -> bool {
    // FNV-1a.
    let print = essence.iter().fold(0x811C_9DC5_u32, |state, byte| (state ^ u32::from(*byte)).wrapping_mul(0x0100_0193));
    let (prints, _) = NAMES.as_chunks::<4>();
    prints.binary_search_by_key(&print, |bytes| u32::from_le_bytes(*bytes)).is_ok()
}

/// The endings of the last section of the list of words.
fn endings() -> impl Iterator<Item = &'static str> {
    let section = WORDS.rsplit_once("[stems]").map_or("", |(_, section)| section);
    section.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_ascii_whitespace)
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;
    use super::*;

    #[test]
    fn names_are_known_in_the_spelling_of_many_languages() {
        check("medicine", Verdict::Valid, &["metformin", "Metformina", "METFORMINE", "metformiini", "Metformin 850 mg"]);
        check("medicine", Verdict::Valid, &["amoxicillin", "amoxicilline", "amoxicilina", "amoksycylina", "Amoxicillin\u{a0}500\u{a0}mg"]);
        check("medicine", Verdict::Valid, &["levothyroxine", "levotiroxina", "lewotyroksyna", "Levothyroxin", "lévothyroxine"]);
        check("medicine", Verdict::Valid, &["hydrochlorothiazide", "idroclorotiazide", "hydrochlorotiazyd", "Hidroclorotiazida"]);
        check("medicine", Verdict::Valid, &["salbutamol", "albuterol", "paracetamol", "acetaminophen", "Xarelto", "Zoloft", "glargine"]);
    }

    #[test]
    fn an_ending_makes_a_name_plausible() {
        check("medicine", Verdict::Plausible, &["zubrotinib", "qerolimumab", "vandiprilat"]);
    }

    #[test]
    fn other_words_are_no_medicines() {
        let words = ["water", "sodium", "glucose", "alcohol", "vitamin", "protein", "tablets", "solution", "contains", "weighs", "concert"];
        check("medicine", Verdict::Invalid, &words);
        check(
            "medicine",
            Verdict::Invalid,
            &["", "500 mg", "mab", "wir", "Zimmer", "pfizer", "Marseille", "function", "engine", "compile"],
        );
    }

    #[test]
    fn the_list_is_in_order_and_has_what_was_added_to_it() {
        let (prints, rest) = NAMES.as_chunks::<4>();
        assert!(rest.is_empty() && prints.len() > 2_000);
        assert!(prints.windows(2).all(|pair| u32::from_le_bytes(pair[0]) < u32::from_le_bytes(pair[1])));
        let added = WORDS.split_once("[add]").and_then(|(_, rest)| rest.split_once("[leave_out]")).map_or("", |(added, _)| added);
        for name in added.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_ascii_whitespace) {
            assert!(name.contains('-') || is_listed(&essence(name.as_bytes())), "{name}");
        }
        assert!(endings().count() > 50);
    }
}
