//! Tells noise from names and words by how letters follow each other.
//!
//! What a person reads out or a programmer types as a name follows the habits of a language: `q` is followed by `u`, and hardly anything
//! by `qv`. A key that was drawn at random does not. Entropy over single characters cannot see the difference in a short text.

/// What is told apart: the end of a word or any sign, 26 letters without case, any digit.
const SIGNS: usize = 28;
const WORD_END: u8 = 0;
const DIGIT: u8 = 27;

/// How many half bits more likely a sign is among random letters and digits than behind the two before it, counted over the names and
/// words of source code and documentation by `scripts/letter-triples.py`.
static TRIPLES: [i8; SIGNS * SIGNS * SIGNS] = {
    let text = include_bytes!("letter_triples.txt");
    let mut triples = [0; SIGNS * SIGNS * SIGNS];
    let mut triple = 0;
    while triple < triples.len() {
        // Each line of 28 letters ends with a line feed.
        triples[triple] = text[triple / SIGNS * (SIGNS + 1) + triple % SIGNS] as i8 - b'k' as i8;
        triple += 1;
    }
    triples
};

/// Returns how much more likely the text is noise than a name or words: the log-likelihood ratio in half bits, below zero for words. The
/// longer a text is, the more there is to tell.
pub(super) fn surprise(value: &[u8]) -> i32 {
    let mut sum = 0;
    let (mut first, mut second) = (WORD_END, WORD_END);
    let mut follow = |sign: u8| {
        sum += i32::from(TRIPLES[(usize::from(first) * SIGNS + usize::from(second)) * SIGNS + usize::from(sign)]);
        (first, second) = (second, sign);
    };
    let mut previous = b' ';
    // What is written for one byte in an address (`%2F`) is one sign.
    let mut skipped = 0;
    for (place, byte) in value.iter().enumerate() {
        if skipped > 0 {
            skipped -= 1;
            continue;
        }
        if let [b'%', high, low, ..] = value[place..]
            && high.is_ascii_hexdigit()
            && low.is_ascii_hexdigit()
        {
            skipped = 2;
        }
        if previous.is_ascii_lowercase() && byte.is_ascii_uppercase() {
            follow(WORD_END);
        }
        follow(match byte {
            b'a'..=b'z' => byte - b'a' + 1,
            b'A'..=b'Z' => byte - b'A' + 1,
            b'0'..=b'9' => DIGIT,
            _ => WORD_END,
        });
        previous = *byte;
    }
    follow(WORD_END);
    sum
}

/// Tells whether the text is hexadecimal digits in one case, drawn at random: letters and digits change often.
pub(super) fn is_random_hex(value: &[u8]) -> bool {
    let is_hex = |upper: bool| {
        value.iter().all(|byte| byte.is_ascii_hexdigit() && !(byte.is_ascii_alphabetic() && byte.is_ascii_uppercase() != upper))
    };
    let turns = value.windows(2).filter(|pair| pair[0].is_ascii_digit() != pair[1].is_ascii_digit()).count();
    let mut seen = 0_u16;
    for byte in value {
        seen |= 1 << (char::from(*byte).to_digit(16).unwrap_or(0));
    }
    (is_hex(true) || is_hex(false)) && value.len() >= 14 && turns * 6 >= value.len() && seen.count_ones() >= 8
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_and_names_are_no_noise() {
        for word in ["secret", "environment", "customerPassword", "ACCESS_TOKEN_SECRET", "user.password", "winter2019", "sha256", "monkey"]
        {
            assert!(surprise(word.as_bytes()) < -4, "{word}: {}", surprise(word.as_bytes()));
        }
    }

    #[test]
    fn noise_is_noise_even_where_it_is_short() {
        for noise in ["xqvzt", "wjkyq7", "kd8fJ!hG93", "q7Zk3Xw0vTnB5yLm", "hvxkzqwp", "ZKXQ7VJW2NPBHRTY"] {
            assert!(surprise(noise.as_bytes()) > 16, "{noise}: {}", surprise(noise.as_bytes()));
        }
    }

    #[test]
    fn hexadecimal_noise() {
        for (value, expected) in [
            ("3fa9c04be17d5582", true),
            ("3FA9C04BE17D5582", true),
            ("3fA9c04be17d5582", false),
            ("3fa9c04b", false),
            ("0000000000000001", false),
            ("deadbeefdeadbeef", false),
            ("8412075539912074", false),
        ] {
            assert_eq!(is_random_hex(value.as_bytes()), expected, "{value}");
        }
    }

    proptest! {
        #[test]
        fn random_letters_and_digits_surprise(value in "[a-z0-9]{24,40}") {
            prop_assert!(surprise(value.as_bytes()) > 0);
        }
    }
}
