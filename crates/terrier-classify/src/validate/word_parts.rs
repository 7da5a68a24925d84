//! Short words that may stand anywhere in a text, all looked for in one pass, and words packed into numbers.

/// Words of two bytes or more, told apart by their first two.
pub(super) struct WordParts {
    words: &'static [&'static [u8]],
    /// A bit for each word, by its first byte and by its second one.
    first: [u32; 256],
    second: [u32; 256],
    any_case: bool,
}

impl WordParts {
    /// Takes up to 32 words.
    pub(super) const fn new(words: &'static [&'static [u8]]) -> Self {
        let mut parts = Self { words, first: [0; 256], second: [0; 256], any_case: false };
        let mut index = 0;
        while index < words.len() {
            parts.first[words[index][0] as usize] |= 1 << index;
            parts.second[words[index][1] as usize] |= 1 << index;
            index += 1;
        }
        parts
    }

    /// Takes up to 32 words in lower case, which are found in any case.
    pub(super) const fn of_any_case(words: &'static [&'static [u8]]) -> Self {
        let mut parts = Self::new(words);
        let mut byte = b'A';
        while byte <= b'Z' {
            parts.first[byte as usize] = parts.first[byte.to_ascii_lowercase() as usize];
            parts.second[byte as usize] = parts.second[byte.to_ascii_lowercase() as usize];
            byte += 1;
        }
        Self { any_case: true, ..parts }
    }

    /// Tells whether one of the words stands in the text.
    pub(super) fn is_in(&self, text: &[u8]) -> bool {
        text.windows(2).enumerate().any(|(place, pair)| {
            let candidates = self.first[usize::from(pair[0])] & self.second[usize::from(pair[1])];
            candidates != 0 && self.is_at(&text[place..], candidates)
        })
    }

    #[cold]
    fn is_at(&self, text: &[u8], mut candidates: u32) -> bool {
        while candidates != 0 {
            let word = self.words[candidates.trailing_zeros() as usize];
            candidates &= candidates - 1;
            let starts =
                text.get(..word.len()).is_some_and(|start| if self.any_case { start.eq_ignore_ascii_case(word) } else { start == word });
            if starts {
                return true;
            }
        }
        false
    }
}

/// The most bytes that are packed.
pub(super) const MOST_PACKED: usize = 16;

/// Packs a word of up to [`MOST_PACKED`] bytes other than 0 into a number, letters in lower case. Different words pack to different
/// numbers.
pub(super) const fn packed(word: &[u8]) -> u128 {
    let mut number = 0;
    let mut place = 0;
    while place < word.len() {
        number = number << 8 | word[place].to_ascii_lowercase() as u128;
        place += 1;
    }
    number
}

/// Packs words and sorts them, for a search by halves.
pub(super) const fn packed_in_order<const N: usize>(words: &[&str]) -> [u128; N] {
    let mut numbers = [0; N];
    let mut count = 0;
    while count < N {
        let number = packed(words[count].as_bytes());
        let mut place = count;
        while place > 0 && numbers[place - 1] > number {
            numbers[place] = numbers[place - 1];
            place -= 1;
        }
        numbers[place] = number;
        count += 1;
    }
    numbers
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WORDS: &[&[u8]] = &[b"ab", b"abba", b"cab", b"bbb"];

    proptest! {
        #[test]
        fn words_are_found_wherever_they_stand(text in "[abcABC]{0,8}") {
            let stands_in = |text: &[u8]| WORDS.iter().any(|word| text.windows(word.len()).any(|window| window == *word));
            prop_assert_eq!(WordParts::new(WORDS).is_in(text.as_bytes()), stands_in(text.as_bytes()));
            prop_assert_eq!(WordParts::of_any_case(WORDS).is_in(text.as_bytes()), stands_in(text.to_ascii_lowercase().as_bytes()));
        }
    }

    #[test]
    fn packed_words_are_in_order() {
        let numbers: [u128; 3] = packed_in_order(&["b", "aa", "A"]);
        assert_eq!(numbers, [packed(b"a"), packed(b"b"), packed(b"aa")]);
    }
}
