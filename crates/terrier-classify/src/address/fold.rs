//! One form for all spellings of a name: small letters without diacritics. Names are looked up by the hash of that form.

/// The base letters of U+00DF to U+017F.
const LATIN: &[u8; 161] = b"saaaaaaaceeeeiiiidnooooo-ouuuuytyaaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkkllllllllllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
/// The first of those letters.
const FIRST_LATIN: u32 = 0xDF;

/// The hash of a name of one or more words.
#[derive(Debug, Clone, Copy)]
pub(super) struct NameHash {
    state: u64,
    is_empty: bool,
}

impl NameHash {
    pub(super) const NEW: Self = Self { state: 0xCBF2_9CE4_8422_2325, is_empty: true };

    /// Adds a word; a hyphen in it counts as a blank.
    pub(super) fn add_word(&mut self, word: &[u8]) {
        let mut rest = word;
        let mut between = !self.is_empty;
        while let Some((letter, length)) = first_letter(rest) {
            rest = &rest[length..];
            if letter == '-' {
                between = !self.is_empty;
                continue;
            }
            let mut folded = [0; 8];
            let folded = fold(letter, &mut folded);
            if folded.is_empty() {
                continue;
            }
            if std::mem::take(&mut between) {
                self.add(b' ');
            }
            folded.iter().for_each(|byte| self.add(*byte));
        }
    }

    /// Returns the finished hash.
    pub(super) fn value(self) -> u64 {
        let mixed = (self.state ^ self.state >> 32).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        mixed ^ mixed >> 29
    }

    fn add(&mut self, byte: u8) {
        // FNV-1a.
        self.state = (self.state ^ u64::from(byte)).wrapping_mul(0x100_0000_01B3);
        self.is_empty = false;
    }
}

/// Returns the letter that bytes begin with and its length. A byte that is no UTF-8 stands for itself.
pub(super) fn first_letter(bytes: &[u8]) -> Option<(char, usize)> {
    let first = *bytes.first()?;
    if first.is_ascii() {
        return Some((char::from(first), 1));
    }
    let length = match first {
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => 1,
    };
    let decoded = bytes.get(..length).and_then(|bytes| std::str::from_utf8(bytes).ok()).and_then(|letter| letter.chars().next());
    Some(decoded.map_or((char::REPLACEMENT_CHARACTER, 1), |letter| (letter, length)))
}

/// Folds one letter. Signs that are written or left out at will (`.`, apostrophes) fold to nothing.
fn fold(letter: char, room: &mut [u8; 8]) -> &[u8] {
    if letter.is_ascii() {
        room[0] = letter.to_ascii_lowercase() as u8;
        return if matches!(letter, '.' | '\'' | '`') { &[] } else { &room[..1] };
    }
    let small = letter.to_lowercase().next().unwrap_or(letter);
    match small {
        '\u{2019}' | '\u{b4}' | '\u{2bc}' | '\u{307}' => return &[],
        'ß' => return b"ss",
        'æ' => return b"ae",
        'þ' => return b"th",
        'œ' => return b"oe",
        'ĳ' => return b"ij",
        'ș' => return b"s",
        'ț' => return b"t",
        _ => {}
    }
    let code = u32::from(small);
    if let Some(base) = code.checked_sub(FIRST_LATIN).and_then(|index| LATIN.get(index as usize)) {
        room[0] = *base;
        return &room[..1];
    }
    let base = match small {
        'º' | 'ª' => '°',
        'ё' => 'е',
        'ς' => 'σ',
        'ά' => 'α',
        'έ' => 'ε',
        'ή' => 'η',
        'ί' | 'ΐ' | 'ϊ' => 'ι',
        'ό' => 'ο',
        'ύ' | 'ϋ' | 'ΰ' => 'υ',
        'ώ' => 'ω',
        other => other,
    };
    let length = base.encode_utf8(room).len();
    &room[..length]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(words: &[&str]) -> u64 {
        let mut hash = NameHash::NEW;
        words.iter().for_each(|word| hash.add_word(word.as_bytes()));
        hash.value()
    }

    #[test]
    fn spellings_of_a_name_are_one() {
        for (one, other) in
            [("Łódź", "lodz"), ("STRASSE", "Straße"), ("Λεωφόρος", "ΛΕΩΦΟΡΟΣ"), ("P.O", "po"), ("D\u{2019}Ouchy", "d'ouchy")]
        {
            assert_eq!(hash(&[one]), hash(&[other]), "{one}");
        }
        assert_eq!(hash(&["Baden-Baden"]), hash(&["baden", "BADEN"]));
        assert_ne!(hash(&["ab"]), hash(&["a", "b"]));
    }
}
