use std::collections::BTreeMap;

use super::path_bytes;

/// What a path names, in path style.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Place {
    Service,
    Bucket(Vec<u8>),
    Object(Vec<u8>, Vec<u8>),
}

impl Place {
    pub(super) fn of(path: &str) -> Self {
        let path = path.strip_prefix('/').unwrap_or(path);
        match path.split_once('/') {
            None if path.is_empty() => Self::Service,
            None | Some((_, "")) => Self::Bucket(path_bytes(path.trim_end_matches('/'))),
            Some((bucket, key)) => Self::Object(path_bytes(bucket), path_bytes(key)),
        }
    }
}

/// Which part of an object is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Range {
    Whole,
    Part(std::ops::Range<u64>),
    Outside,
}

/// Reads a header such as `bytes=5-9`, `bytes=5-` or `bytes=-5`. What is no such range is left out of account, as RFC 9110 has it.
pub(super) fn range(header: &str, size: u64) -> Range {
    let Some((first, last)) = header.strip_prefix("bytes=").and_then(|range| range.split_once('-')) else { return Range::Whole };
    let (first, last) = match (first.parse::<u64>(), last.parse::<u64>()) {
        (Ok(first), Ok(last)) => (first, last.saturating_add(1).min(size)),
        (Ok(first), Err(_)) if last.is_empty() => (first, size),
        (Err(_), Ok(length)) if first.is_empty() => (size.saturating_sub(length), size),
        _ => return Range::Whole,
    };
    if first >= size || first >= last { Range::Outside } else { Range::Part(first..last) }
}

/// Reads the parameters of a query.
pub(super) fn parameters(query: &str) -> BTreeMap<String, Vec<u8>> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (name.to_owned(), decoded(value, true))
        })
        .collect()
}

/// Decodes `%XX`, and in a query `+` as a space.
pub(super) fn decoded(text: &str, plus_is_space: bool) -> Vec<u8> {
    let mut rest = text.as_bytes();
    let mut out = Vec::with_capacity(text.len());
    while let [byte, behind @ ..] = rest {
        let pair = (*byte == b'%').then(|| behind.get(..2)).flatten().and_then(|pair| std::str::from_utf8(pair).ok());
        let escaped = pair.and_then(|pair| u8::from_str_radix(pair, 16).ok());
        out.push(match (escaped, byte) {
            (Some(escaped), _) => escaped,
            (None, b'+') if plus_is_space => b' ',
            (None, byte) => *byte,
        });
        rest = if escaped.is_some() { &behind[2..] } else { behind };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_name_buckets_and_objects() {
        assert_eq!(Place::of("/"), Place::Service);
        assert_eq!(Place::of("/b"), Place::Bucket(b"b".to_vec()));
        assert_eq!(Place::of("/b/"), Place::Bucket(b"b".to_vec()));
        assert_eq!(Place::of("/b/a%20b/%2Bc"), Place::Object(b"b".to_vec(), b"a b/+c".to_vec()));
        assert_eq!(Place::of("/b//a"), Place::Object(b"b".to_vec(), b"/a".to_vec()));
    }

    #[test]
    fn ranges_are_cut_to_the_object() {
        assert_eq!(range("bytes=5-9", 100), Range::Part(5..10));
        assert_eq!(range("bytes=5-900", 100), Range::Part(5..100));
        assert_eq!(range("bytes=5-", 100), Range::Part(5..100));
        assert_eq!(range("bytes=-5", 100), Range::Part(95..100));
        assert_eq!(range("bytes=100-", 100), Range::Outside);
        assert_eq!(range("lines=1-2", 100), Range::Whole);
    }

    #[test]
    fn queries_are_decoded() {
        let read = parameters("list-type=2&prefix=a+b%2Bc%&delimiter=%2F");
        assert_eq!(read["prefix"], b"a b+c%");
        assert_eq!(read["delimiter"], b"/");
    }
}
