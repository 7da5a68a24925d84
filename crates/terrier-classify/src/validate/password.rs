//! Passwords in assignments and connection strings.

use super::Verdict;
use super::token::{is_entropy_at_least, is_filler};
use super::word_parts::{MOST_PACKED, WordParts, packed, packed_in_order};

/// What stands in the place of a password where there is none, or the default that everybody knows. Compared in lower case, signs left out.
const PLACEHOLDERS: &[&str] = &[
    "password",
    "passwd",
    "passwort",
    "pass",
    "pwd",
    "secret",
    "changeme",
    "change",
    "changeit",
    "none",
    "null",
    "nil",
    "undefined",
    "empty",
    "true",
    "false",
    "example",
    "test",
    "testing",
    "dummy",
    "sample",
    "default",
    "string",
    "value",
    "user",
    "username",
    "admin",
    "root",
    "todo",
    "fixme",
    "foo",
    "bar",
    "foobar",
    "hunter2",
    "yourpassword",
    "mypassword",
    "thepassword",
    "yourpasswordhere",
    "passwordhere",
    "newpassword",
    "oldpassword",
    "confirmpassword",
    "currentpassword",
    "password1",
    "password123",
    "passw0rd",
    "pa55word",
    "letmein",
    "qwerty",
    "123456",
    "12345678",
    "required",
    "optional",
    "hidden",
    "redacted",
    "removed",
    "masked",
    "placeholder",
    "unknown",
    "text",
    "str",
    "bytes",
    "int",
    "bool",
    "var",
    "const",
    "input",
    "process",
    "self",
    "this",
    "args",
    "params",
    "config",
    "options",
    "settings",
    "env",
    "getpass",
    "invalid",
    "incorrect",
    "wrong",
    "forgot",
    "reset",
    "show",
    "login",
    "prompt",
    "vault",
    "encrypted",
    "hash",
    "hashed",
    "yes",
    "no",
];

/// All of them, packed and in order.
static PACKED_PLACEHOLDERS: [u128; PLACEHOLDERS.len()] = packed_in_order(PLACEHOLDERS);

/// Starts and parts that tell an expression, a template or a mask from a literal password.
static EXPRESSIONS: WordParts = WordParts::new(&[
    b"${",
    b"$(",
    b"#{",
    b"{{",
    b"<%",
    b"%(",
    b"%{",
    b"os.environ",
    b"process.env",
    b"getenv",
    b"System.",
    b"self.",
    b"this.",
    b"config.",
    b"settings.",
    b"request.",
    b"params[",
    b"args.",
    b"ENV[",
    b"env.",
    b"secrets.",
    b"vault:",
    b"****",
    b"....",
    b"xxxx",
    b"XXXX",
    b"::",
    b"->",
    b"=>",
    b"://",
]);

/// Judges what is assigned to a password: strong ones are valid, ordinary ones plausible, placeholders and expressions none.
pub(super) fn password(value: &[u8]) -> Verdict {
    let path = matches!(value, [b'/' | b'~', ..] | [b'.', b'/', ..]);
    if value.len() < 4 || path || is_placeholder(value) || is_expression(value) {
        return Verdict::Invalid;
    }
    let classes = classes_of(value).count_ones();
    let strong = value.len() >= 8 && classes >= 3 && is_entropy_at_least(value, 2.75) && !is_filler(value) && !is_identifier(value);
    if strong { Verdict::Valid } else { Verdict::Plausible }
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
    if joined && is_identifier(value) { Verdict::Invalid } else { password(value) }
}

/// Judges a word of running text behind the word for a password: strong ones only, since any word may stand there.
pub(super) fn password_strong(value: &[u8]) -> Verdict {
    Verdict::valid_if(is_mixed(value) && password_word(value) == Verdict::Valid)
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
    let strong = secret.len() >= 8 && is_mixed(secret) && is_entropy_at_least(secret, 2.75) && !is_filler(secret);
    if strong && !documentation { Verdict::Valid } else { Verdict::Plausible }
}

/// Judges what is assigned to a key, token or secret that no issuer's form tells: it must look drawn at random.
pub(super) fn assigned_secret(value: &[u8]) -> Verdict {
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    let letters = value.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    let varied = digits >= 3 && letters >= 3 && !is_identifier(value);
    let is_random = varied && is_entropy_at_least(value, 3.0);
    Verdict::valid_if(is_random && !is_filler(value) && !is_placeholder(value) && !is_expression(value))
}

/// Judges a password hash by its last part, since what stands before it is the method, its costs and the salt.
pub(super) fn password_hash(value: &[u8]) -> Verdict {
    let last = value.rsplit(|byte| matches!(byte, b'$' | b'}' | b':')).next().unwrap_or_default();
    Verdict::valid_if(!last.is_empty() && !is_filler(last))
}

/// Tells whether a word is written in the place of a password.
pub(super) fn is_placeholder(value: &[u8]) -> bool {
    const EXAMPLE: u128 = packed(b"example");
    const CHANGE_ME: u128 = packed(b"changeme");
    const PLACEHOLDER: u128 = packed(b"placeholder");
    // The last letters and digits read, packed.
    let mut plain = 0_u128;
    let mut len = 0;
    let mut is_uniform = true;
    for byte in value.iter().filter(|byte| byte.is_ascii_alphanumeric()).map(u8::to_ascii_lowercase) {
        is_uniform &= len == 0 || plain as u8 == byte;
        plain = plain << 8 | u128::from(byte);
        len += 1;
        let is_one = match byte {
            b'r' => {
                (len == 4 && plain == const { packed(b"your") })
                    || (len == 5 && plain == const { packed(b"enter") })
                    || plain << 40 >> 40 == PLACEHOLDER
            }
            b'e' => plain << 72 >> 72 == EXAMPLE || plain << 64 >> 64 == CHANGE_ME,
            _ => false,
        };
        if is_one {
            return true;
        }
    }
    is_uniform
        || (len <= MOST_PACKED && PACKED_PLACEHOLDERS.binary_search(&plain).is_ok())
        || (value.starts_with(b"<") && value.ends_with(b">"))
        || (value.starts_with(b"[") && value.ends_with(b"]"))
        || (value.starts_with(b"%") && value.ends_with(b"%"))
}

/// Tells whether a text is an expression, a template or a mask and no literal.
pub(super) fn is_expression(value: &[u8]) -> bool {
    let variable = |rest: &[u8]| rest.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'_' || byte.is_ascii_digit());
    let name = matches!(value, [b'$' | b'%' | b'@' | b'&', rest @ ..] if variable(rest) || rest.iter().all(|byte| byte.is_ascii_lowercase() || *byte == b'_'));
    let call = value.contains(&b'(') && value.ends_with(b")") || value.ends_with(b"(") || value.ends_with(b"()");
    let format = matches!(value, [b'%', b's' | b'd' | b'v'] | [b'{', .., b'}']);
    name || call || format || EXPRESSIONS.is_in(value)
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
        check("password", Verdict::Plausible, &["correcthorse", "winter2019", "userPasswordField2", "mysql_native"]);
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
            ],
        );
    }

    #[test]
    fn words_and_names() {
        check("password_word", Verdict::Valid, &["kd8fJ!hG93kPa", "Tr0ub4dor3x9", "wN4-vQ7_zL2"]);
        check("password_strong", Verdict::Valid, &["kd8fJ!hG93kPa"]);
        check("password_strong", Verdict::Invalid, &["manager", "required", "winter2019"]);
        check("password_word", Verdict::Plausible, &["correcthorse", "winter2019"]);
        check("password_word", Verdict::Invalid, &["user.password", "get_password", "userPassword2", "Uri_PROPERTY", "string", "$PW"]);
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
        fn placeholders_are_found_as_by_comparing_all_places(
            word in proptest::sample::select(PLACEHOLDERS),
            before in "[-_aY]{0,3}|your|ENTER|<",
            after in "[-_eR>]{0,3}|example|change-me|place_holder|key",
        ) {
            for value in [format!("{before}{word}{after}"), format!("{before}{after}"), word.to_owned()] {
                let value = value.as_bytes();
                let plain: Vec<u8> = value.iter().filter(|byte| byte.is_ascii_alphanumeric()).map(u8::to_ascii_lowercase).collect();
                let mentions = |word: &[u8]| plain.windows(word.len()).any(|window| window == word);
                let expected = PLACEHOLDERS.iter().any(|word| word.as_bytes() == plain)
                    || plain.windows(2).all(|pair| pair[0] == pair[1])
                    || [&b"your"[..], b"enter"].iter().any(|start| plain.starts_with(start))
                    || [&b"example"[..], b"changeme", b"placeholder"].iter().any(|word| mentions(word))
                    || [("<", ">"), ("[", "]"), ("%", "%")].iter().any(|(a, b)| value.starts_with(a.as_bytes()) && value.ends_with(b.as_bytes()));
                prop_assert_eq!(is_placeholder(value), expected);
            }
        }

        #[test]
        fn classes_are_those_of_ascii(byte: u8) {
            let classes = [u8::is_ascii_uppercase, u8::is_ascii_lowercase, u8::is_ascii_digit, u8::is_ascii_punctuation];
            let expected = classes.iter().enumerate().fold(0, |bits, (bit, class)| bits | u8::from(class(&byte)) << bit);
            prop_assert_eq!(classes_of(&[byte]), expected);
        }
    }
}
