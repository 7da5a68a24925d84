//! Brings words to the form in which the table holds them: lower case, without diacritics.

/// Longest word that may be a name, in bytes, folded or not.
pub(crate) const LONGEST: usize = 48;

/// A word, folded.
pub(crate) struct Folded {
    bytes: [u8; LONGEST + 8],
    length: usize,
}

impl Folded {
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    fn push(&mut self, byte: u8) {
        if self.length < LONGEST {
            self.bytes[self.length] = byte;
            self.length += 1;
        }
    }
}

/// The letters that those from U+00C0 to U+024F are made of, after the decompositions of the Unicode Character Database; `.` where it is
/// none, or more than one.
const LATIN: &[u8; 400] = b"aaaaaa.ceeeeiiiidnooooo.ouuuuy..aaaaaa.ceeeeiiiidnooooo.ouuuuy.yaaaaaaccccccccddddeeeeeeeeeegggggggg\
     hhhhiiiiiiiiii..jjkk.llllll..llnnnnnn...oooooo..rrrrrrsssssssstttt..uuuuuuuuuuuuwwyyyzzzzzz.........\
     ........................oo.............uu............................aaiioouuuuuuuuuu.aaaa....ggkkoo\
     oo..j...gg..nnaa..ooaaaaeeeeiiiioooorrrruuuusstt..hh......aaeeooooooooyy............................";
/// The same from U+1E00 to U+1EFF.
const LATIN_ADDITIONAL: &[u8; 256] =
    b"aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmmmmmmnnnnnnnnoooooooopppprrrrrrrrssss\
     ssssssttttttttuuuuuuuuuuvvvvwwwwwwwwwwxxxxyyzzzzzzhtwy......aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeeeeeeeeeee\
     iiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy......";

/// Folds a word.
pub(crate) fn fold(word: &[u8]) -> Folded {
    let mut folded = Folded { bytes: [0; LONGEST + 8], length: 0 };
    if word.is_ascii() {
        let length = word.len().min(LONGEST);
        folded.bytes[..length].copy_from_slice(&word[..length]);
        folded.bytes[..length].make_ascii_lowercase();
        folded.length = length;
        return folded;
    }
    for chunk in word.utf8_chunks() {
        chunk.valid().chars().for_each(|character| fold_character(character, &mut folded));
    }
    folded
}

fn fold_character(character: char, folded: &mut Folded) {
    match character {
        '\0'..='\x7F' => folded.push(character.to_ascii_lowercase() as u8),
        'ß' | 'ẞ' => push_all(b"ss", folded),
        'æ' | 'Æ' => push_all(b"ae", folded),
        'œ' | 'Œ' => push_all(b"oe", folded),
        'þ' | 'Þ' => push_all(b"th", folded),
        '’' | 'ʼ' => folded.push(b'\''),
        // Marks that stand after their letter.
        '\u{300}'..='\u{36F}' => {}
        '\u{C0}'..='\u{24F}' => push_base(character, LATIN[character as usize - 0xC0], folded),
        '\u{1E00}'..='\u{1EFF}' => push_base(character, LATIN_ADDITIONAL[character as usize - 0x1E00], folded),
        _ => character.to_lowercase().for_each(|lower| push_character(without_mark(lower), folded)),
    }
}

fn push_all(bytes: &[u8], folded: &mut Folded) {
    bytes.iter().for_each(|byte| folded.push(*byte));
}

fn push_base(character: char, base: u8, folded: &mut Folded) {
    if base == b'.' {
        character.to_lowercase().for_each(|lower| push_character(lower, folded));
    } else {
        folded.push(base);
    }
}

fn push_character(character: char, folded: &mut Folded) {
    push_all(character.encode_utf8(&mut [0; 4]).as_bytes(), folded);
}

/// Greek and Cyrillic letters without their marks.
fn without_mark(lower: char) -> char {
    match lower {
        'ά' => 'α',
        'έ' => 'ε',
        'ή' => 'η',
        'ί' | 'ϊ' | 'ΐ' => 'ι',
        'ό' => 'ο',
        'ύ' | 'ϋ' | 'ΰ' => 'υ',
        'ώ' => 'ω',
        'й' => 'и',
        'ё' => 'е',
        'ї' => 'і',
        'ў' => 'у',
        'ѓ' => 'г',
        'ќ' => 'к',
        _ => lower,
    }
}
