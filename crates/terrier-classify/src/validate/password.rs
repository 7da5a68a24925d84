//! Passwords in assignments and connection strings.

use super::Verdict;
use super::noise::{is_random_hex, surprise};
use super::placeholder::{is_expression, is_placeholder, mentions_placeholder, spelled_out};
use super::token::{is_filler, with_base64url_decoded};

/// From here on, a text is 128 times likelier noise than a name or words.
const NOISE: i32 = 14;
/// From here on, a million times.
const STRONG_NOISE: i32 = 40;
/// Below this, a text that was spelled with digits for letters is a word.
const WORD: i32 = -4;

/// Judges what is assigned to a password: noise is valid, words that may be a weak password plausible, placeholders and expressions none.
pub(super) fn password(value: &[u8]) -> Verdict {
    let path = matches!(value, [b'/' | b'~', ..] | [b'.', b'/', ..]);
    if value.len() < 4 || path || is_placeholder(value) || is_expression(value) || is_other_kind(value) {
        return Verdict::Invalid;
    }
    let likelihood = surprise(value);
    if likelihood < NOISE && (value.contains(&b' ') || mentions_placeholder(value)) {
        return Verdict::Invalid;
    }
    if is_noise(value, NOISE) && !hides_words(value) || is_chosen(value) { Verdict::Valid } else { Verdict::Plausible }
}

/// Tells whether the text looks drawn at random, and not like what people write in the place of a secret.
fn is_noise(value: &[u8], least: i32) -> bool {
    is_random_hex(value) && !is_filler(value) || surprise(value) >= least && !is_escaped(value) && !stands_in(value)
}

/// Tells whether most of the text is bytes as an address writes them (`%2F`).
fn is_escaped(value: &[u8]) -> bool {
    value.iter().filter(|byte| **byte == b'%').count() * 5 >= value.len()
}

/// Tells whether the text has the form of a number of a program, a fraction, or the hash of a password, which is another class.
fn is_other_kind(value: &[u8]) -> bool {
    let is_number = matches!(value, [b'0', b'x' | b'X', digits @ ..] if digits.iter().all(u8::is_ascii_hexdigit));
    let is_fraction = value.contains(&b'.') && value.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+'));
    is_number || is_fraction || HASHES.iter().any(|start| value.starts_with(start))
}

/// How the hashes of passwords begin that name their method.
const HASHES: &[&[u8]] = &[
    b"$1$",
    b"$2a$",
    b"$2b$",
    b"$2x$",
    b"$2y$",
    b"$5$",
    b"$6$",
    b"$7$",
    b"$y$",
    b"$P$",
    b"$H$",
    b"$apr1$",
    b"$argon2",
    b"$scrypt$",
    b"$pbkdf2",
    b"pbkdf2_sha",
    b"{SSHA",
    b"{SHA",
];

/// Tells whether the text stands in for a secret, however much like noise the rest of it is.
fn stands_in(value: &[u8]) -> bool {
    is_filler(value) || counts_up_in_turns(value) || mentions_placeholder(value) || spelled_out(value).is_some_and(|word| word < WORD)
}

/// Tells whether letters and digits count up in turns, as in `a1b2c3d4`.
fn counts_up_in_turns(value: &[u8]) -> bool {
    value.len() >= 8 && value.windows(3).filter(|three| three[2] == three[0].wrapping_add(1)).count() * 4 >= (value.len() - 2) * 3
}

const UPPER: u8 = 1;
const LOWER: u8 = 2;
const DIGIT: u8 = 4;
const SIGN: u8 = 8;

/// Returns which classes of characters the text has, as bits.
fn classes_of(value: &[u8]) -> u8 {
    const CLASSES: [u8; 256] = {
        let mut classes = [0; 256];
        let mut byte = b'!';
        while byte <= b'~' {
            classes[byte as usize] = match byte {
                b'A'..=b'Z' => UPPER,
                b'a'..=b'z' => LOWER,
                b'0'..=b'9' => DIGIT,
                _ => SIGN,
            };
            byte += 1;
        }
        classes
    };
    value.iter().fold(0, |classes, byte| classes | CLASSES[usize::from(*byte)])
}

/// Tells whether the text has both letters and digits.
fn is_mixed(value: &[u8]) -> bool {
    let classes = classes_of(value);
    classes & DIGIT != 0 && classes & (UPPER | LOWER) != 0
}

/// Judges a word without quotes that is assigned to a password: beside the above, names in a program are none.
pub(super) fn password_word(value: &[u8]) -> Verdict {
    let joined = value.iter().any(|byte| matches!(byte, b'_' | b'.' | b'-'))
        || value.windows(2).any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase());
    let is_word = value.iter().all(u8::is_ascii_alphabetic) && surprise(value) < 0;
    // The rest of what is asked for (`abc*`), or a number with dots.
    let is_part = value.ends_with(b"*") || value.contains(&b'.') && !value.iter().any(u8::is_ascii_alphabetic);
    if is_word || is_part || joined && is_identifier(value) && surprise(value) < NOISE { Verdict::Invalid } else { password(value) }
}

/// Judges a word of running text behind the word for a password: strong ones only, since any word may stand there.
pub(super) fn password_strong(value: &[u8]) -> Verdict {
    Verdict::valid_if(is_mixed(value) && password_word(value) == Verdict::Valid)
}

/// Judges what people tell each other as a password: noise, or a word with a number and a sign, as people choose them.
pub(super) fn password_told(value: &[u8]) -> Verdict {
    match password_word(value) {
        Verdict::Invalid => Verdict::Invalid,
        _ if value.len() < 7 || !is_mixed(value) => Verdict::Invalid,
        Verdict::Valid => Verdict::Valid,
        Verdict::Plausible if is_chosen(value) => Verdict::Valid,
        // A name of a version, a format or a room.
        Verdict::Plausible => Verdict::Invalid,
    }
}

/// Tells whether the text is a word in letters of both cases with two digits or more behind it, that do not count up from one, and at most
/// two signs, as in `Sommer24!`.
fn is_chosen(value: &[u8]) -> bool {
    let letters = value.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let digits = value[letters..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let signs = &value[letters + digits..];
    let both = UPPER | LOWER;
    let is_signed = !signs.is_empty() && signs.iter().all(u8::is_ascii_punctuation);
    let counts_up = b"1234567890".starts_with(&value[letters..letters + digits]);
    letters >= 4
        && digits >= 2
        && !counts_up
        && signs.len() <= 2
        && classes_of(&value[..letters]) & both == both
        && (is_signed || signs.is_empty() && digits >= 3 && value.len() >= 8)
}

/// Judges an address with user and password in it: `scheme://user:password@host`.
pub(super) fn connection_string(value: &[u8]) -> Verdict {
    let Some(scheme) = value.windows(3).position(|window| window == b"://") else { return Verdict::Invalid };
    let rest = &value[scheme + 3..];
    let authority = &rest[..rest.iter().position(|byte| matches!(byte, b'/' | b'?' | b'#')).unwrap_or(rest.len())];
    let Some(at) = authority.iter().rposition(|byte| *byte == b'@') else { return Verdict::Invalid };
    let (credentials, host) = (&authority[..at], &authority[at + 1..]);
    let Some(colon) = credentials.iter().position(|byte| *byte == b':') else { return Verdict::Invalid };
    let (user, secret) = (&credentials[..colon], &credentials[colon + 1..]);
    let documentation = [&b"example.com"[..], b"example.org", b"example.net"].iter().any(|name| host.ends_with(name)) || host == b"host";
    if secret.len() < 3 || host.is_empty() || user == secret || is_placeholder(secret) || is_expression(secret) {
        return Verdict::Invalid;
    }
    match (secret.len() >= 4 && is_noise(secret, NOISE), documentation || mentions_placeholder(secret)) {
        (true, false) => Verdict::Valid,
        (false, true) => Verdict::Invalid,
        _ => Verdict::Plausible,
    }
}

/// Judges what is assigned to a key, token or secret that no issuer's form tells: it must look drawn at random.
pub(super) fn assigned_secret(value: &[u8]) -> Verdict {
    let is_public = PUBLIC_PARTS.iter().any(|start| value.starts_with(start));
    if is_filler(value)
        || is_placeholder(value)
        || is_expression(value)
        || is_other_kind(value)
        || is_public
        || !value.iter().any(u8::is_ascii_alphabetic)
    {
        return Verdict::Invalid;
    }
    let least = if is_mixed(value) { NOISE } else { STRONG_NOISE };
    match is_noise(value, least) && value.len() >= 8 {
        true if is_uuid(value) || hides_words(value) => Verdict::Plausible,
        true => Verdict::Valid,
        false => Verdict::Invalid,
    }
}

/// Judges what is assigned to a key of no telling name: it must be long noise of all kinds of characters.
pub(super) fn assigned_key(value: &[u8]) -> Verdict {
    let all = UPPER | LOWER | DIGIT;
    if value.len() >= 20 && classes_of(value) & all == all && is_noise(value, STRONG_NOISE) {
        assigned_secret(value)
    } else {
        Verdict::Invalid
    }
}

/// Tells whether the text is base64 of words.
fn hides_words(value: &[u8]) -> bool {
    let end = value.iter().rposition(|byte| *byte != b'=').map_or(0, |last| last + 1);
    let is_text = |decoded: &[u8]| decoded.iter().all(|byte| matches!(byte, b' '..=b'~' | b'\n')) && surprise(decoded) < NOISE;
    with_base64url_decoded(&value[..end], is_text) == Some(true)
}

/// Tells whether the text has the form of a UUID, which names more often than it opens.
fn is_uuid(value: &[u8]) -> bool {
    value.len() == 36 && [8, 13, 18, 23].iter().all(|dash| value[*dash] == b'-')
}

/// Beginnings of what is public though it looks like a key: public keys and certificates in DER and SSH, digests.
const PUBLIC_PARTS: &[&[u8]] = &[
    b"MIIBIjAN",
    b"MIICIjAN",
    b"MIGfMA0G",
    b"MFkwEwYH",
    b"MCowBQYD",
    b"AAAAB3Nz",
    b"AAAAC3Nz",
    b"AAAAE2Vj",
    b"sha1-",
    b"sha256-",
    b"sha384-",
    b"sha512-",
    b"sha1:",
    b"sha256:",
    b"md5:",
];

/// Judges a password hash by its last part, since what stands before it is the method, its costs and the salt.
pub(super) fn password_hash(value: &[u8]) -> Verdict {
    let last = value.rsplit(|byte| matches!(byte, b'$' | b'}' | b':')).next().unwrap_or_default();
    Verdict::valid_if(!last.is_empty() && !is_filler(last))
}

/// Tells whether the text is a name in a program: letters, joined by `_`, `.` and `-`, and at most two digits at the end.
fn is_identifier(value: &[u8]) -> bool {
    let digits_at_end = value.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let stem = &value[..value.len() - digits_at_end];
    digits_at_end <= 2 && stem.iter().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'.' | b'-'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::check;
    use super::*;

    #[test]
    fn passwords_and_placeholders() {
        check("password", Verdict::Valid, &["kd8fJ!hG93kPa", "Tr0ub4dor&3x", "wN4-vQ7_zL2"]);
        check("password", Verdict::Valid, &["xqvzt", "wjkyq7", "hvxkzqwp", "3fa9c04be17d5582"]);
        check("password", Verdict::Valid, &["Winter2019", "Sommer24!", "Letmein1804?"]);
        check("password", Verdict::Plausible, &["correcthorse", "winter2019", "Sommer123", "mysql_native", "%3A%40c"]);
        check(
            "password",
            Verdict::Invalid,
            &[
                "changeme",
                "${DB_PASSWORD}",
                "$DB_PASSWORD",
                "********",
                "<password>",
                "your-password-here",
                "os.environ['PW']",
                "getpass()",
                "%s",
                "{password}",
                "xxxxxxxx",
                "null",
                "{{ vault }}",
                "abc",
                "userPasswordField2",
                "my_s3cret",
                "Enter the code",
                "0x7f3a",
                "$2b$12$q7Zk3Xw0vTnB5yLm2WcJ8uHd4GfU",
            ],
        );
    }

    #[test]
    fn words_and_names() {
        check("password_word", Verdict::Valid, &["kd8fJ!hG93kPa", "Tr0ub4dor3x9", "wN4-vQ7_zL2"]);
        check("password_strong", Verdict::Valid, &["kd8fJ!hG93kPa"]);
        check("password_strong", Verdict::Invalid, &["manager", "required", "winter2019"]);
        check("password_word", Verdict::Plausible, &["winter2019"]);
        check(
            "password_word",
            Verdict::Invalid,
            &[
                "environment",
                "correcthorse",
                "XKQ*",
                "2.5.13.18:=",
                "user.password",
                "get_password",
                "userPassword2",
                "Uri_PROPERTY",
                "string",
                "$PW",
            ],
        );
    }

    #[test]
    fn what_people_tell_each_other() {
        check("password_told", Verdict::Valid, &["kd8fJ!hG93kPa", "Tramwaj2207!", "Sommer24!", "Krakow740?", "Benfica368"]);
        check(
            "password_told",
            Verdict::Invalid,
            &["winter2019", "sha256", "changeme1!", "OAuth2", "2024-06-01", "Windows10", "user.name2"],
        );
    }

    #[test]
    fn what_only_looks_like_a_secret() {
        check("assigned_secret", Verdict::Valid, &["VXKQZJ4TWPBHM2RD", "hvxkzqwpjtbmzdkq", "3fa9c04be17d5582"]);
        check("assigned_secret", Verdict::Plausible, &["3fa9c04b-e17d-4582-9c1b-5d0e7a2f6b84", "dGhlIG5hbWUgb2YgYSBob3VzZQ"]);
        check(
            "assigned_secret",
            Verdict::Invalid,
            &[
                "a1b2c3d4e5f6g7h8",
                "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEq7Zk",
                "sha256-q7Zk3Xw0vTnB5yLm2WcJ8sHd4GfUaPe9",
                "0xc0506617",
                "Settings.Accounts.Title2",
            ],
        );
        check("assigned_key", Verdict::Valid, &["q7Zk3Xw0vTnB5yLm2WcJ8sHd4GfUaPe9"]);
        check("assigned_key", Verdict::Invalid, &["3fa9c04be17d55823fa9c04be17d5582", "q7Zk3Xw0", "customers.by.region.and.month"]);
    }

    #[test]
    fn assigned_secrets() {
        check("assigned_secret", Verdict::Valid, &["q7Zk3Xw0vTnB5yLm2WcJ8sHd4GfUaPe9", "9f86d081884c7d659a2feaa0c55ad015"]);
        check(
            "assigned_secret",
            Verdict::Invalid,
            &["getTokenFromEnvironment", "your-api-key-goes-here-1", "84920175630284917364", "xxxxxxxxxxxxxxxx", "${API_KEY}", ""],
        );
    }

    #[test]
    fn password_hashes() {
        check("password_hash", Verdict::Valid, &["$2b$12$q7Zk3Xw0vTnB5yLm2WcJ8uHd4GfU", "{SSHA}q7Zk3Xw0vTnB5yLm2WcJ8sHd4GfUaPe9RiOxKt=="]);
        check("password_hash", Verdict::Valid, &["pbkdf2_sha256$600000$k3ZpQ7vX$q7Zk3Xw0vTnB5yLm2WcJ8sHd4GfU="]);
        check("password_hash", Verdict::Invalid, &["$2b$12$xxxxxxxxxxxxxxxxxxxx", "$6$k3ZpQ7vX$", ""]);
    }

    #[test]
    fn connection_strings() {
        check(
            "connection_string",
            Verdict::Valid,
            &["postgres://app:q7Zk3Xw0vTnB5y@db-primary.internal:5432/ledger", "amqp://svc:9fXp2LkQ7d@mq:5672"],
        );
        check("connection_string", Verdict::Plausible, &["mysql://root:tiger@db01/app", "https://joe:q7Zk3Xw0vTnB@www.example.com/"]);
        check(
            "connection_string",
            Verdict::Invalid,
            &[
                "postgres://user:password@host/db",
                "postgres://app:${PW}@db/x",
                "postgres://app@db/x",
                "guest:guest@mq",
                "amqp://guest:guest@mq",
            ],
        );
    }

    proptest! {
        #[test]
        fn classes_are_those_of_ascii(byte: u8) {
            let classes = [u8::is_ascii_uppercase, u8::is_ascii_lowercase, u8::is_ascii_digit, u8::is_ascii_punctuation];
            let expected = classes.iter().enumerate().fold(0, |bits, (bit, class)| bits | u8::from(class(&byte)) << bit);
            prop_assert_eq!(classes_of(&[byte]), expected);
        }
    }
}
