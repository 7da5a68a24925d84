//! UTF-32, which browsers do not know.

/// Fewest characters by which text without a mark is told.
const FEWEST: usize = 8;

/// Tells UTF-32 by its mark or by its zeros, and whether the big end comes first.
pub(super) fn guess(head: &[u8]) -> Option<bool> {
    let marked = match head {
        [0xFF, 0xFE, 0, 0, ..] => Some(false),
        [0, 0, 0xFE, 0xFF, ..] => Some(true),
        _ => None,
    };
    match marked {
        Some(big) => is_text(head, big).then_some(big),
        None if head.len() < 4 * FEWEST => None,
        None => [false, true].into_iter().find(|big| is_text(head, *big)),
    }
}

/// Tells whether all units are characters that stand in text; numbers in 32 bits are not.
fn is_text(head: &[u8], big: bool) -> bool {
    let (units, _) = head.as_chunks::<4>();
    let mut common = 0;
    for unit in units {
        match character(*unit, big) {
            Some(character) if !character.is_control() || matches!(character, '\t' | '\n' | '\r' | '\x0C') => {
                common += usize::from(character.is_alphanumeric() || character.is_ascii());
            }
            _ => return false,
        }
    }
    common * 10 >= units.len() * 7
}

fn character(unit: [u8; 4], big: bool) -> Option<char> {
    char::from_u32(if big { u32::from_be_bytes(unit) } else { u32::from_le_bytes(unit) })
}

/// Decodes UTF-32 as it comes.
pub(super) struct Utf32 {
    big: bool,
    /// The beginning of a unit.
    unit: [u8; 4],
    held: usize,
    at_start: bool,
}

impl Utf32 {
    pub(super) fn new(big: bool) -> Self {
        Self { big, unit: [0; 4], held: 0, at_start: true }
    }

    /// Writes the characters of the input, which the output has room for; what is none becomes a replacement.
    pub(super) fn decode(&mut self, input: &[u8], output: &mut [u8], last: bool) -> usize {
        let mut written = 0;
        for byte in input {
            self.unit[self.held] = *byte;
            self.held += 1;
            if self.held == self.unit.len() {
                self.held = 0;
                let character = character(self.unit, self.big).unwrap_or(char::REPLACEMENT_CHARACTER);
                if !(std::mem::take(&mut self.at_start) && character == '\u{FEFF}') {
                    written += character.encode_utf8(&mut output[written..]).len();
                }
            }
        }
        if last && std::mem::take(&mut self.held) > 0 {
            written += char::REPLACEMENT_CHARACTER.encode_utf8(&mut output[written..]).len();
        }
        written
    }
}
