//! What people write in the place of a secret: placeholders, templates, expressions, masks.

use super::noise::surprise;
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
    "utf8",
    "utf16",
    "ascii",
    "latin1",
    "error",
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

/// Words of a text that stands for a secret, as they are read where digits and signs are written for letters (`s3cr3t`, `p@ssw0rd`).
static STAND_INS: WordParts = WordParts::new(&[
    b"secret",
    b"passw",
    b"example",
    b"change",
    b"dummy",
    b"sample",
    b"redact",
    b"removed",
    b"placeholder",
    b"replace",
    b"mysecret",
    b"insert",
    b"testing",
    b"qwerty",
    b"abcdef",
    b"foobar",
    b"hunter",
    b"default",
    b"invalid",
    b"wrong",
    b"encrypted",
    b"generated",
    b"credential",
    b"token",
    b"apikey",
    b"hello",
    b"username",
    b"admin",
    b"notreal",
    b"marker",
    b"xxxxx",
]);

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

/// The most characters that are read for words.
const MOST_SPOKEN: usize = 128;

/// Tells whether the text mentions that it stands for a secret, also where it is spelled with digits and signs.
pub(super) fn mentions_placeholder(value: &[u8]) -> bool {
    let mut room = [0; MOST_SPOKEN];
    STAND_INS.is_in(spell(value, &mut room))
}

/// Returns the surprise of the text with letters for the digits and signs that look like them; `None` where there are none between letters.
pub(super) fn spelled_out(value: &[u8]) -> Option<i32> {
    let letters = value.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    let replaced = value.len() - letters;
    let mut room = [0; MOST_SPOKEN];
    (replaced > 0 && replaced <= 3 && letters >= 2 * replaced).then(|| surprise(spell(value, &mut room)))
}

/// Reads digits and signs as the letters that they look like. Joints are left out.
fn spell<'r>(value: &[u8], room: &'r mut [u8; MOST_SPOKEN]) -> &'r [u8] {
    let mut len = 0;
    for byte in value.iter().take(MOST_SPOKEN) {
        room[len] = match byte.to_ascii_lowercase() {
            b'0' => b'o',
            b'1' | b'!' => b'i',
            b'3' => b'e',
            b'4' | b'@' => b'a',
            b'5' | b'$' => b's',
            b'7' => b't',
            b'-' | b'_' | b'.' | b' ' => continue,
            other => other,
        };
        len += 1;
    }
    &room[..len]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn stand_ins_are_read_in_any_spelling() {
        for value in ["s3cr3t", "my-s3cret-9", "P@ssw0rd!", "change_it", "T0ken", "not.a.real.token", "4dm1n"] {
            assert!(mentions_placeholder(value.as_bytes()), "{value}");
        }
        for value in ["kd8fJ!hG93kPa", "wN4-vQ7_zL2", ""] {
            assert!(!mentions_placeholder(value.as_bytes()), "{value}");
        }
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
    }
}
