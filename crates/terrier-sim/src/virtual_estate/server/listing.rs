use std::collections::BTreeMap;
use std::fmt::Write;

use super::answer::{error, iso_time, xml};
use super::http::Answer;
use crate::virtual_estate::{Estate, Object};

const MOST_KEYS: u64 = 1_000;

/// Answers ListObjectsV2. Keys are always encoded, as `encoding-type=url` asks for.
pub(super) fn list(estate: &Estate, asked: &BTreeMap<String, Vec<u8>>) -> Answer {
    if asked.get("encoding-type").is_none_or(|coding| coding != b"url") {
        return error(501, "NotImplemented");
    }
    let text = |name: &str| asked.get(name).map(Vec::as_slice).unwrap_or_default();
    let prefix = text("prefix");
    let delimiter = asked.get("delimiter").map(Vec::as_slice).filter(|delimiter| !delimiter.is_empty());
    let most = std::str::from_utf8(text("max-keys")).ok().and_then(|number| number.parse().ok()).unwrap_or(MOST_KEYS).min(MOST_KEYS);
    let within = estate.below(prefix);
    let begin = match asked.get("continuation-token") {
        // The token is the index that comes next.
        Some(token) => match std::str::from_utf8(token).ok().and_then(|token| token.parse::<u64>().ok()) {
            Some(index) => index.max(within.start),
            None => return error(400, "InvalidArgument"),
        },
        None => start_after(estate, text("start-after"), delimiter, prefix).max(within.start),
    };
    let listed = match delimiter {
        None => objects(estate, begin.min(within.end)..within.end.min(begin.saturating_add(most))),
        Some(delimiter) => folders(estate, begin..within.end, prefix, delimiter, most),
    };
    let truncated = listed.next < within.end && most > 0;
    let token = if truncated { format!("<NextContinuationToken>{}</NextContinuationToken>", listed.next) } else { String::new() };
    xml(&format!(
        "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>{}</Name><Prefix>{}</Prefix><MaxKeys>{most}</MaxKeys>\
         <EncodingType>url</EncodingType><KeyCount>{}</KeyCount><IsTruncated>{truncated}</IsTruncated>{token}{}</ListBucketResult>",
        super::BUCKET,
        encoded(prefix),
        listed.count,
        listed.elements,
    ))
}

/// What a page holds, and the index that comes next.
struct Listed {
    elements: String,
    count: u64,
    next: u64,
}

/// Returns the first index behind a key; behind all of a folder where the key is a folder's name.
fn start_after(estate: &Estate, key: &[u8], delimiter: Option<&[u8]>, prefix: &[u8]) -> u64 {
    if key.is_empty() {
        return 0;
    }
    let is_folder = delimiter.is_some_and(|delimiter| key.len() > prefix.len() && key.ends_with(delimiter));
    if is_folder { estate.below(key).end } else { estate.first_after(key) }
}

fn objects(estate: &Estate, range: std::ops::Range<u64>) -> Listed {
    let mut elements = String::new();
    let (count, next) = (range.end.saturating_sub(range.start), range.end);
    estate.objects(range).for_each(|object| contents(&mut elements, &object));
    Listed { elements, count, next }
}

fn folders(estate: &Estate, range: std::ops::Range<u64>, prefix: &[u8], delimiter: &[u8], most: u64) -> Listed {
    let mut listed = Listed { elements: String::new(), count: 0, next: range.start };
    while listed.next < range.end && listed.count < most {
        let key = estate.key(listed.next).into_bytes();
        let rest = &key[prefix.len()..];
        match rest.windows(delimiter.len()).position(|window| window == delimiter) {
            None => {
                contents(&mut listed.elements, &estate.object(listed.next));
                listed.next += 1;
            }
            Some(at) => {
                let folder = &key[..prefix.len() + at + delimiter.len()];
                listed.elements += &format!("<CommonPrefixes><Prefix>{}</Prefix></CommonPrefixes>", encoded(folder));
                listed.next = estate.below(folder).end;
            }
        }
        listed.count += 1;
    }
    listed
}

fn contents(out: &mut String, object: &Object<'_>) {
    // Writing to a string does not fail.
    let _ = write!(
        out,
        "<Contents><Key>{}</Key><LastModified>{}</LastModified><ETag>&quot;{}&quot;</ETag><Size>{}</Size><StorageClass>STANDARD</StorageClass></Contents>",
        encoded(object.key().as_bytes()),
        iso_time(object.modified()),
        object.version(),
        object.size(),
    );
}

/// Encodes a key as S3 does in listings: a space as `+`, and all but letters, digits and `-_./*` as `%XX`.
fn encoded(key: &[u8]) -> String {
    let mut out = String::with_capacity(key.len());
    for byte in key {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'/' | b'*' => out.push(char::from(*byte)),
            b' ' => out.push('+'),
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::request::decoded;
    use super::*;

    #[test]
    fn encoding_is_undone_by_decoding() {
        for key in ["a/b c", "100% +x", "Übersicht", "会議"] {
            assert_eq!(decoded(&encoded(key.as_bytes()), true), key.as_bytes(), "{key}");
        }
        assert_eq!(encoded("a+b c/ü".as_bytes()), "a%2Bb+c/%C3%BC");
    }
}
