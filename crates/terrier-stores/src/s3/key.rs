/// Decodes a key as S3 encodes it in listings that were asked for with `encoding-type=url` and in inventories: `%XX` is a byte, `+` is a
/// space. A `%` that begins no such triple stands for itself.
pub fn decode_key(encoded: &str) -> Vec<u8> {
    let bytes = encoded.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let escaped = (*byte == b'%').then(|| bytes.get(at + 1..at + 3).and_then(hex_byte)).flatten();
        decoded.push(match (byte, escaped) {
            (_, Some(escaped)) => escaped,
            (b'+', None) => b' ',
            (byte, None) => *byte,
        });
        at += if escaped.is_some() { 3 } else { 1 };
    }
    decoded
}

/// Decodes a key of a listing, or takes it as it is where the service did not encode.
pub(super) fn exact(key: &str, encoded: bool) -> Vec<u8> {
    if encoded { decode_key(key) } else { key.as_bytes().to_vec() }
}

/// Returns the key as the text that a request carries. Keys of S3 are UTF-8; no other key can exist.
pub(super) fn as_text(key: &[u8]) -> Option<&str> {
    std::str::from_utf8(key).ok()
}

fn hex_byte(digits: &[u8]) -> Option<u8> {
    let [high, low] = digits else { return None };
    let value = |digit: &u8| char::from(*digit).to_digit(16);
    u8::try_from(value(high)? * 16 + value(low)?).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(encoded: &str, expect: &[u8]) {
        assert_eq!(decode_key(encoded), expect);
    }

    #[test]
    fn encoded_keys_decode_to_their_bytes() {
        check("a/b", b"a/b");
        check("a+b%2Bc%20d", b"a b+c d");
        check("%252F", b"%2F");
        check("%01%0a%7F", b"\x01\n\x7f");
        check("%F0%9F%90%B6", "🐶".as_bytes());
        check("100%", b"100%");
        check("%zz%4", b"%zz%4");
    }

    proptest! {
        #[test]
        fn decoding_undoes_encoding(key in any::<Vec<u8>>()) {
            let encoded: String = key.iter().map(|byte| if *byte == b' ' { "+".to_owned() } else { format!("%{byte:02X}") }).collect();
            prop_assert_eq!(decode_key(&encoded), key);
        }

        #[test]
        fn decoding_takes_anything(text in any::<String>()) {
            decode_key(&text);
        }
    }
}
