//! Keys and tokens that services issue.

use std::sync::LazyLock;

use super::Verdict;
use super::word_parts::WordParts;

/// Judges a random token by its noise: repeated and counted-up fillers are no one's key.
pub(super) fn random_token(value: &[u8]) -> Verdict {
    Verdict::valid_if(!is_filler(value))
}

/// Judges a token without a telling prefix: beside the above, it must hold letters and digits in some disorder, unlike names and words.
pub(super) fn mixed_token(value: &[u8]) -> Verdict {
    let mixed = value.iter().any(u8::is_ascii_digit) && value.iter().any(u8::is_ascii_alphabetic);
    Verdict::valid_if(mixed && !is_filler(value) && is_entropy_at_least(value, 2.8))
}

/// Judges an AWS access key id or secret key.
pub(super) fn aws_key(value: &[u8]) -> Verdict {
    match value.len() {
        20 => Verdict::valid_if(!is_filler(&value[4..])),
        40 => {
            let has = |class: fn(&u8) -> bool| value.iter().any(class);
            let mixed = has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_digit);
            Verdict::valid_if(mixed && !is_filler(value) && is_entropy_at_least(value, 4.0))
        }
        _ => Verdict::Invalid,
    }
}

/// Judges a GitHub token: those of the classic form end with a checksum over their noise; where it fails, the token may be cut or
/// masked, and its form still speaks for it.
pub(super) fn github_token(value: &[u8]) -> Verdict {
    if let [b'g', b'h', _, b'_', body @ ..] = value
        && body.len() == 36
    {
        let (noise, check) = body.split_at(30);
        return checked(noise, base62(crc32(noise)) == *check);
    }
    if is_filler(value) { Verdict::Invalid } else { Verdict::Plausible }
}

/// Judges a token by its noise and by what its checksum says: a token that fails it may be cut or masked.
pub(super) fn checked(noise: &[u8], agrees: bool) -> Verdict {
    match (is_filler(noise), agrees) {
        (true, _) => Verdict::Invalid,
        (false, true) => Verdict::Valid,
        (false, false) => Verdict::Plausible,
    }
}

/// Judges a JSON web token (RFC 7519): its first part must decode to a JSON object that names an algorithm.
pub(super) fn jwt(value: &[u8]) -> Verdict {
    let mut parts = value.split(|byte| *byte == b'.');
    let (Some(header), Some(claims), Some(_)) = (parts.next(), parts.next(), parts.next()) else { return Verdict::Invalid };
    let names_algorithm = |json: &[u8]| json.starts_with(b"{") && json.trim_ascii_end().ends_with(b"}") && ALGORITHM_NAMES.is_in(json);
    Verdict::valid_if(is_base64url(claims) && with_base64url_decoded(header, names_algorithm) == Some(true))
}

/// The names of members of a header that hold an algorithm.
static ALGORITHM_NAMES: WordParts = WordParts::new(&[b"\"alg\"", b"\"enc\""]);

/// What each byte stands for in base64 for addresses; none is larger than 63.
const SEXTETS: [u8; 256] = {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut sextets = [u8::MAX; 256];
    let mut place = 0;
    while place < alphabet.len() {
        sextets[alphabet[place] as usize] = place as u8;
        place += 1;
    }
    sextets
};

/// Text that decodes to no more bytes than fit on the stack.
const SHORT_TEXT: usize = 256;

/// Tells whether the text can be decoded as base64 for addresses.
fn is_base64url(text: &[u8]) -> bool {
    text.len() % 4 != 1 && text.iter().fold(0, |all, byte| all | SEXTETS[usize::from(*byte)]) < 64
}

/// Hands over the decoded text; `None` where it is no base64 for addresses.
pub(super) fn with_base64url_decoded<R>(text: &[u8], look: impl FnOnce(&[u8]) -> R) -> Option<R> {
    if !is_base64url(text) {
        return None;
    }
    let len = text.len() * 3 / 4;
    if text.len() <= SHORT_TEXT {
        let mut room = [0; SHORT_TEXT / 4 * 3];
        decode_base64url(text, &mut room[..len]);
        Some(look(&room[..len]))
    } else {
        let mut room = vec![0; len];
        decode_base64url(text, &mut room);
        Some(look(&room))
    }
}

/// Decodes a text that can be decoded, to as many bytes as it stands for.
fn decode_base64url(text: &[u8], out: &mut [u8]) {
    for (chunk, bytes) in text.chunks(4).zip(out.chunks_mut(3)) {
        let group = chunk.iter().fold(0, |group, byte| group << 6 | u32::from(SEXTETS[usize::from(*byte)])) << (6 * (4 - chunk.len()));
        bytes.copy_from_slice(&group.to_be_bytes()[1..=bytes.len()]);
    }
}

/// What people write into a key that stands for any other, in any case.
static FILLERS: WordParts =
    WordParts::of_any_case(&[b"example", b"your", b"xxxx", b"placeholder", b"redacted", b"abcdefg", b"1234567", b"insert"]);

/// Tells whether the text is what people write in the place of a key: few different characters, a run, or a ladder.
pub(super) fn is_filler(value: &[u8]) -> bool {
    let mut seen = [0_u64; 4];
    let (mut run, mut ladder) = (1, 1);
    let (mut longest_run, mut longest_ladder) = (1, 1);
    let mut previous = None;
    for byte in value {
        let lower = byte.to_ascii_lowercase();
        seen[usize::from(lower / 64)] |= 1 << (lower % 64);
        run = if previous == Some(*byte) { run + 1 } else { 1 };
        ladder = if previous.is_some_and(|previous: u8| *byte == previous.wrapping_add(1)) { ladder + 1 } else { 1 };
        longest_run = longest_run.max(run);
        longest_ladder = longest_ladder.max(ladder);
        previous = Some(*byte);
    }
    let variety = seen.iter().map(|seen| seen.count_ones() as usize).sum::<usize>();
    variety < value.len().min(12).div_ceil(2) || longest_run >= 5 || longest_ladder >= 7 || FILLERS.is_in(value)
}

/// The number of times a byte occurs in a text, times its logarithm, for counts up to 255.
static COUNTS_TIMES_LOGARITHMS: LazyLock<[f64; 256]> =
    LazyLock::new(|| std::array::from_fn(|count| if count == 0 { 0.0 } else { count as f64 * (count as f64).log2() }));

/// Tells whether the Shannon entropy of the bytes, in bits per byte, is as high as that.
pub(super) fn is_entropy_at_least(value: &[u8], least: f64) -> bool {
    /// Far more than sums of rounded numbers are off.
    const DOUBT: f64 = 1e-6;
    if value.is_empty() || value.len() > 255 {
        return entropy(value) >= least;
    }
    let terms = &*COUNTS_TIMES_LOGARITHMS;
    let mut counts = [0_u8; 256];
    let mut sum = 0.0;
    for byte in value {
        let count = &mut counts[usize::from(*byte)];
        sum += terms[usize::from(*count) + 1] - terms[usize::from(*count)];
        *count += 1;
    }
    let estimate = (terms[value.len()] - sum) / value.len() as f64;
    if (estimate - least).abs() > DOUBT { estimate > least } else { entropy(value) >= least }
}

/// Returns the Shannon entropy of the bytes, in bits per byte.
fn entropy(value: &[u8]) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in value {
        counts[usize::from(*byte)] += 1;
    }
    let total = value.len() as f64;
    counts.iter().filter(|count| **count > 0).map(|count| f64::from(*count) / total).map(|share| -share * share.log2()).sum()
}

/// What a byte adds to the CRC-32 of ISO 3309.
const CRC32_OF_BYTE: [u32; 256] = {
    let mut sums = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut sum = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            sum = sum >> 1 ^ (if sum & 1 == 1 { 0xEDB8_8320 } else { 0 });
            bit += 1;
        }
        sums[byte] = sum;
        byte += 1;
    }
    sums
};

/// Returns the CRC-32 of ISO 3309.
pub(super) fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| crc >> 8 ^ CRC32_OF_BYTE[usize::from(crc as u8 ^ byte)])
}

pub(super) fn base62(mut number: u32) -> [u8; 6] {
    const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut text = [b'0'; 6];
    for digit in text.iter_mut().rev() {
        *digit = ALPHABET[(number % 62) as usize];
        number /= 62;
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::check;
    use super::*;

    #[test]
    fn crc_of_the_standard_check_value() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
    }

    #[test]
    fn github_tokens() {
        let noise = "k3ZpQ7vXn0RtB5yLm2WcJ8sHd4GfUa";
        let check_digits = String::from_utf8(base62(crc32(noise.as_bytes())).to_vec()).unwrap();
        check("github_token", Verdict::Valid, &[&format!("ghp_{noise}{check_digits}"), &format!("gho_{noise}{check_digits}")]);
        check("github_token", Verdict::Plausible, &[&format!("ghp_{noise}ZZZZZZ"), "github_pat_11AKQ3ZDI0x7Wc9sRkT2Lm_vB5nQ8yXzJ4hGd6Fp"]);
        check("github_token", Verdict::Invalid, &["ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "ghp_1234567890abcdefghijklmnopqrstuvwxyz"]);
    }

    #[test]
    fn aws_keys() {
        check("aws_key", Verdict::Valid, &["AKIAQ3ZDI7WXK5TNBL4R", "q7Zk/3Xw0vTnB5yLm2+cJ8sHd4GfUaPe9RiOxKtE"]);
        check(
            "aws_key",
            Verdict::Invalid,
            &["AKIAXXXXXXXXXXXXXXXX", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "da39a3ee5e6b4b0d3255bfef95601890afd80709"],
        );
    }

    #[test]
    fn json_web_tokens() {
        check("jwt", Verdict::Valid, &["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3NDIifQ.c2lnbmF0dXJl", "eyJhbGciOiJub25lIn0.e30."]);
        check(
            "jwt",
            Verdict::Invalid,
            &["eyJ0eXAiOiJKV1QifQ.e30.c2ln", "eyJhbGciOiJIUzI1NiJ9.e30", "bm90IGpzb24.e30.c2ln", "eyJhbGciOiJIUzI1NiJ9.a.c2ln"],
        );
    }

    #[test]
    fn fillers() {
        check(
            "random_token",
            Verdict::Invalid,
            &["xxxxxxxxxxxxxxxxxxxx", "abcdefghijklmnopqrst", "YOUR_TOKEN_GOES_HERE", "00000000000000000000", "ababababababababab"],
        );
        check("random_token", Verdict::Valid, &["k3ZpQ7vXn0RtB5yLm2Wc", "9f86d081884c7d659a2f"]);
    }

    #[test]
    fn tokens_without_a_prefix() {
        check("mixed_token", Verdict::Valid, &["k3ZpQ7vXn0RtB5yLm2Wc", "9f86d081884c7d659a2f"]);
        check(
            "mixed_token",
            Verdict::Invalid,
            &["getTokenFromEnvironment", "84920175630284917364", "xxxxxxxxxxxxxxxxxxx1", "aabbaabbaabb1122"],
        );
    }

    proptest! {
        #[test]
        fn a_changed_github_token_fails_its_checksum(noise in "[0-9A-Za-z]{30}", place in 0_usize..30) {
            let token = [b"ghp_", noise.as_bytes(), &base62(crc32(noise.as_bytes()))].concat();
            prop_assume!(github_token(&token) == Verdict::Valid);
            let mut changed = token.clone();
            changed[4 + place] = if changed[4 + place] == b'a' { b'b' } else { b'a' };
            prop_assert!(changed == token || github_token(&changed) != Verdict::Valid);
        }

        #[test]
        fn fillers_are_found_as_by_comparing_all_places(value in "[a-cxyX1-9]{0,14}|[a-dx]{0,3}(example|YOUR|xxXx|Placeholder|redacted|abcdefg|1234567|inser)[0-9a-z]{0,5}") {
            let value = value.as_bytes();
            let lower = value.to_ascii_lowercase();
            let words: [&[u8]; 8] = [b"example", b"your", b"xxxx", b"placeholder", b"redacted", b"abcdefg", b"1234567", b"insert"];
            let longest = |follows: fn(&[u8]) -> bool, len: usize| value.windows(len).any(|run| run.windows(2).all(follows));
            let variety = lower.iter().collect::<std::collections::BTreeSet<_>>().len();
            let expected = variety < value.len().min(12).div_ceil(2)
                || longest(|pair| pair[0] == pair[1], 5)
                || longest(|pair| pair[1] == pair[0].wrapping_add(1), 7)
                || words.iter().any(|word| lower.windows(word.len()).any(|window| window == *word));
            prop_assert_eq!(is_filler(value), expected);
        }

        #[test]
        fn estimates_of_entropy_agree(value in "[ -~]{1,64}|[a-h]{1,40}|[a-p]{16}|(abcdefgh){1,5}|(aabbccddeeffgghh){1,3}") {
            for least in [2.75, 2.8, 3.0, 4.0, entropy(value.as_bytes())] {
                prop_assert_eq!(is_entropy_at_least(value.as_bytes(), least), entropy(value.as_bytes()) >= least);
            }
        }

        #[test]
        fn base64_is_decoded_as_its_alphabet_says(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
            let encode = |chunk: &[u8]| {
                let bits = chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
                (0..=chunk.len()).map(|place| alphabet[(bits >> (18 - 6 * place) & 63) as usize]).collect::<Vec<u8>>()
            };
            let text: Vec<u8> = bytes.chunks(3).flat_map(encode).collect();
            prop_assert_eq!(with_base64url_decoded(&text, <[u8]>::to_vec), Some(bytes));
            prop_assert_eq!(with_base64url_decoded(&[&text[..], b"A="].concat(), <[u8]>::to_vec), None);
        }
    }
}
