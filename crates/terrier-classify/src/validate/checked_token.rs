//! Tokens that carry a checksum, or something that decodes to what it must.

use super::Verdict;
use super::password::password;
use super::placeholder::{is_expression, is_placeholder};
use super::token::{base62, checked, crc32, is_filler, with_base64url_decoded};

/// Judges a token of npm: its last six characters are a CRC-32 over its noise, as those of GitHub are.
pub(super) fn npm_token(value: &[u8]) -> Verdict {
    match value {
        [b'n', b'p', b'm', b'_', body @ ..] if body.len() == 36 => {
            let (noise, check) = body.split_at(30);
            checked(noise, base62(crc32(noise)) == *check)
        }
        _ => Verdict::Invalid,
    }
}

/// Judges a token of a service account of Grafana: behind its last `_` stands the CRC-32 of all before it, lowest byte first.
pub(super) fn grafana_token(value: &[u8]) -> Verdict {
    let mut parts = value.split(|byte| *byte == b'_');
    let (Some(prefix), Some(noise), Some(check), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return Verdict::Invalid;
    };
    let expected = crc32(&value[..prefix.len() + 1 + noise.len()]).swap_bytes();
    let stated = std::str::from_utf8(check).ok().and_then(|digits| u32::from_str_radix(digits, 16).ok());
    checked(noise, check.len() == 8 && stated == Some(expected))
}

/// Judges a routable token of GitLab: its last seven characters are the CRC-32 of all before them, in base 36.
pub(super) fn gitlab_token(value: &[u8]) -> Verdict {
    match value.split_at_checked(value.len().saturating_sub(7)) {
        Some((body, check)) if !body.is_empty() => checked(body, base36(crc32(body)) == *check),
        _ => Verdict::Invalid,
    }
}

/// Judges a token of a bot of Discord: its first part is the number of the bot in base64.
pub(super) fn discord_token(value: &[u8]) -> Verdict {
    let mut parts = value.split(|byte| *byte == b'.');
    let (Some(number), Some(noise)) = (parts.next(), parts.next_back()) else { return Verdict::Invalid };
    let is_number = |bytes: &[u8]| (17..=20).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_digit);
    Verdict::valid_if(!is_filler(noise) && with_base64url_decoded(number, is_number) == Some(true))
}

/// The most characters of credentials in base64 that are read without a copy of their own.
const SHORT_TEXT: usize = 256;

/// Judges user and password, joined by a colon and in base64 (RFC 7617).
pub(super) fn basic_credentials(value: &[u8]) -> Verdict {
    let end = value.iter().rposition(|byte| *byte != b'=').map_or(0, |last| last + 1);
    let text = &value[..end];
    let mut room = [0; SHORT_TEXT];
    let longer: Vec<u8>;
    let url_safe = match room.get_mut(..text.len()) {
        Some(room) => {
            room.iter_mut().zip(text).for_each(|(out, byte)| *out = url_safe(*byte));
            &*room
        }
        None => {
            longer = text.iter().map(|byte| url_safe(*byte)).collect();
            &longer
        }
    };
    with_base64url_decoded(url_safe, judge_credentials).unwrap_or(Verdict::Invalid)
}

fn url_safe(byte: u8) -> u8 {
    match byte {
        b'+' => b'-',
        b'/' => b'_',
        byte => byte,
    }
}

fn judge_credentials(decoded: &[u8]) -> Verdict {
    if !decoded.iter().all(|byte| (b' '..=b'~').contains(byte)) {
        return Verdict::Invalid;
    }
    let Some(colon) = decoded.iter().position(|byte| *byte == b':') else { return Verdict::Invalid };
    let (user, secret) = (&decoded[..colon], &decoded[colon + 1..]);
    let is_none = || is_placeholder(secret) || is_expression(secret) || (secret.len() >= 8 && is_filler(secret));
    match secret.len() {
        0..3 => Verdict::Invalid,
        _ if user.is_empty() || user == secret || is_none() => Verdict::Invalid,
        // Words may be a password that somebody chose, or an example.
        3..6 => Verdict::Plausible,
        _ => password(secret),
    }
}

fn base36(mut number: u32) -> [u8; 7] {
    const ALPHABET: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    let mut text = [b'0'; 7];
    for digit in text.iter_mut().rev() {
        *digit = ALPHABET[(number % 36) as usize];
        number /= 36;
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::check;
    use super::*;

    const NOISE: &str = "k3ZpQ7vXn0RtB5yLm2WcJ8sHd4GfUa";

    fn text(bytes: &[u8]) -> String {
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[test]
    fn npm_tokens() {
        let digits = text(&base62(crc32(NOISE.as_bytes())));
        check("npm_token", Verdict::Valid, &[&format!("npm_{NOISE}{digits}")]);
        check("npm_token", Verdict::Plausible, &[&format!("npm_{NOISE}ZZZZZZ")]);
        check("npm_token", Verdict::Invalid, &["npm_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "npm_short", "nmp_"]);
    }

    #[test]
    fn grafana_tokens() {
        let digits = format!("{:08x}", crc32(format!("glsa_{NOISE}9Q").as_bytes()).swap_bytes());
        check("grafana_token", Verdict::Valid, &[&format!("glsa_{NOISE}9Q_{digits}")]);
        check("grafana_token", Verdict::Plausible, &[&format!("glsa_{NOISE}9Q_00000000")]);
        check("grafana_token", Verdict::Invalid, &["glsa_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx_00000000", "glsa", "glsa_a_b_c"]);
    }

    #[test]
    fn gitlab_tokens() {
        let body = format!("glpat-{NOISE}.01.0u");
        check("gitlab_token", Verdict::Valid, &[&format!("{body}{}", text(&base36(crc32(body.as_bytes()))))]);
        check("gitlab_token", Verdict::Plausible, &[&format!("{body}0000000")]);
        check("gitlab_token", Verdict::Invalid, &["glpat-xxxxxxxxxxxxxxxxxxxx.01.0u0000000", "0000000", ""]);
    }

    #[test]
    fn discord_tokens() {
        check("discord_token", Verdict::Valid, &["MTEwNDIwMTg3NzM1ODIwNDgx.GzQ7rT.q7Zk3Xw0vTnB5yLm2WcJ8sHd4GfU"]);
        check(
            "discord_token",
            Verdict::Invalid,
            &["NotAnEncodedNumberAtAll9.GzQ7rT.q7Zk3Xw0vTnB5yLm2WcJ8sHd4GfU", "MTEwNDIwMTg3NzM1ODIwNDgx.a.xxxxxxxxxxxxxxxx", "MTEw"],
        );
    }

    #[test]
    fn basic_credentials_are_decoded() {
        // etl:k3ZpQ7vXn0Rt and etl:abc7
        check("basic_credentials", Verdict::Valid, &["ZXRsOmszWnBRN3ZYbjBSdA=="]);
        check("basic_credentials", Verdict::Plausible, &["ZXRsOmFiYzc="]);
        // user:password, nothingtohide, :secret99, and no base64
        check("basic_credentials", Verdict::Invalid, &["dXNlcjpwYXNzd29yZA==", "bm90aGluZ3RvaGlkZQ==", "OnNlY3JldDk5", "%%%%", ""]);
    }

    proptest! {
        #[test]
        fn a_changed_key_fails_its_checksum(noise in "[0-9A-Za-z]{32}", place in 0_usize..32) {
            let body = format!("glpat-{noise}.01.0w");
            let token = format!("{body}{}", text(&base36(crc32(body.as_bytes()))));
            prop_assume!(gitlab_token(token.as_bytes()) == Verdict::Valid);
            let mut changed = token.clone().into_bytes();
            changed[6 + place] = if changed[6 + place] == b'a' { b'b' } else { b'a' };
            prop_assert!(changed == token.as_bytes() || gitlab_token(&changed) != Verdict::Valid);
        }
    }
}
