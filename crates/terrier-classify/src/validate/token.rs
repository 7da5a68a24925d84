//! Keys and tokens that services issue.

use super::Verdict;

/// Judges a random token by its noise: repeated and counted-up fillers are no one's key.
pub(super) fn random_token(value: &[u8]) -> Verdict {
    Verdict::valid_if(!is_filler(value))
}

/// Judges a token without a telling prefix: beside the above, it must hold letters and digits in some disorder, unlike names and words.
pub(super) fn mixed_token(value: &[u8]) -> Verdict {
    let mixed = value.iter().any(u8::is_ascii_digit) && value.iter().any(u8::is_ascii_alphabetic);
    Verdict::valid_if(mixed && !is_filler(value) && entropy(value) >= 2.8)
}

/// Judges an AWS access key id or secret key.
pub(super) fn aws_key(value: &[u8]) -> Verdict {
    match value.len() {
        20 => Verdict::valid_if(!is_filler(&value[4..])),
        40 => {
            let has = |class: fn(&u8) -> bool| value.iter().any(class);
            let mixed = has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_digit);
            Verdict::valid_if(mixed && !is_filler(value) && entropy(value) >= 4.0)
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
    let names_algorithm = decode_base64url(header).is_some_and(|json| {
        json.starts_with(b"{")
            && json.trim_ascii_end().ends_with(b"}")
            && [&b"\"alg\""[..], b"\"enc\""].iter().any(|name| contains(&json, name))
    });
    let decodes = decode_base64url(claims).is_some();
    Verdict::valid_if(names_algorithm && decodes)
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

pub(super) fn decode_base64url(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() * 3 / 4);
    for chunk in text.chunks(4) {
        let mut group = 0_u32;
        for byte in chunk {
            let sextet = match byte {
                b'A'..=b'Z' => byte - b'A',
                b'a'..=b'z' => byte - b'a' + 26,
                b'0'..=b'9' => byte - b'0' + 52,
                b'-' => 62,
                b'_' => 63,
                _ => return None,
            };
            group = group << 6 | u32::from(sextet);
        }
        match chunk.len() {
            4 => out.extend_from_slice(&group.to_be_bytes()[1..]),
            3 => out.extend_from_slice(&(group << 6).to_be_bytes()[1..3]),
            2 => out.extend_from_slice(&(group << 12).to_be_bytes()[1..2]),
            _ => return None,
        }
    }
    Some(out)
}

/// Tells whether the text is what people write in the place of a key: few different characters, a run, or a ladder.
pub(super) fn is_filler(value: &[u8]) -> bool {
    let mut seen = [false; 256];
    let (mut run, mut ladder) = (1, 1);
    let (mut longest_run, mut longest_ladder) = (1, 1);
    for (place, byte) in value.iter().enumerate() {
        seen[usize::from(byte.to_ascii_lowercase())] = true;
        let Some(previous) = place.checked_sub(1).map(|place| value[place]) else { continue };
        run = if *byte == previous { run + 1 } else { 1 };
        ladder = if *byte == previous.wrapping_add(1) { ladder + 1 } else { 1 };
        longest_run = longest_run.max(run);
        longest_ladder = longest_ladder.max(ladder);
    }
    let variety = seen.iter().filter(|seen| **seen).count();
    let lower = value.to_ascii_lowercase();
    let words: [&[u8]; 8] = [b"example", b"your", b"xxxx", b"placeholder", b"redacted", b"abcdefg", b"1234567", b"insert"];
    variety < value.len().min(12).div_ceil(2) || longest_run >= 5 || longest_ladder >= 7 || words.iter().any(|word| contains(&lower, word))
}

/// Returns the Shannon entropy of the bytes, in bits per byte.
pub(super) fn entropy(value: &[u8]) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in value {
        counts[usize::from(*byte)] += 1;
    }
    let total = value.len() as f64;
    counts.iter().filter(|count| **count > 0).map(|count| f64::from(*count) / total).map(|share| -share * share.log2()).sum()
}

/// Returns the CRC-32 of ISO 3309.
pub(super) fn crc32(bytes: &[u8]) -> u32 {
    !bytes
        .iter()
        .fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| crc >> 1 ^ (if crc & 1 == 1 { 0xEDB8_8320 } else { 0 })))
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
    }
}
