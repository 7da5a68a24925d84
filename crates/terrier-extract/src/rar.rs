//! RAR: not read, since its packing is free to nobody. Whether it is encrypted stands in its headers.

/// What every archive begins with.
const MAGIC: &[u8; 6] = b"Rar!\x1A\x07";

/// Tells an archive; true where it is encrypted, or its first file is.
pub(crate) fn detect(head: &[u8]) -> Option<bool> {
    match head.strip_prefix(MAGIC)? {
        [0, rest @ ..] => Some(is_encrypted_4(rest).unwrap_or(false)),
        [1, 0, rest @ ..] => Some(is_encrypted_5(rest).unwrap_or(false)),
        _ => None,
    }
}

/// Looks at the headers of versions 2 to 4: a checksum, a type, flags, a size, and for some the size of what follows.
fn is_encrypted_4(mut rest: &[u8]) -> Option<bool> {
    const MAIN: u8 = 0x73;
    const FILE: u8 = 0x74;
    loop {
        let [_, _, kind, flags, flags_high, size, size_high, ..] = *rest else { return None };
        let (flags, size) = (u16::from_le_bytes([flags, flags_high]), usize::from(u16::from_le_bytes([size, size_high])));
        match kind {
            MAIN if flags & 0x80 != 0 => return Some(true),
            FILE => return Some(flags & 4 != 0),
            _ => rest = rest.get(size.max(7)..)?,
        }
    }
}

/// Looks at the headers of version 5: a checksum, a size, a type, flags, and what flags say follows.
fn is_encrypted_5(mut rest: &[u8]) -> Option<bool> {
    const FILE: u64 = 2;
    const ENCRYPTION: u64 = 4;
    loop {
        let (size, header) = number(rest.get(4..)?)?;
        let header = header.get(..usize::try_from(size).ok()?)?;
        let end = header.as_ptr_range().end as usize - rest.as_ptr() as usize;
        let (kind, fields) = number(header)?;
        if kind == ENCRYPTION {
            return Some(true);
        }
        let (flags, fields) = number(fields)?;
        let (extra, fields) = if flags & 1 != 0 { number(fields)? } else { (0, fields) };
        let data = if flags & 2 != 0 { number(fields)?.0 } else { 0 };
        if kind == FILE {
            // The encryption of a file stands among what is extra, with the number 1.
            let mut extras = header.get(header.len().checked_sub(usize::try_from(extra).ok()?)?..)?;
            while let Some((size, record)) = number(extras) {
                if number(record)?.0 == 1 {
                    return Some(true);
                }
                extras = record.get(usize::try_from(size).ok()?..)?;
            }
            return Some(false);
        }
        rest = rest.get(end.checked_add(usize::try_from(data).ok()?)?..)?;
    }
}

/// Reads a number of seven bits a byte, the lowest first.
fn number(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0;
    for (index, byte) in bytes.iter().take(9).enumerate() {
        value |= u64::from(byte & 0x7F) << (7 * index);
        if byte & 0x80 == 0 {
            return Some((value, &bytes[index + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encryption_stands_in_the_headers() {
        let version_4 = |main: u8, file: u8| {
            let main = [0, 0, 0x73, main, 0, 13, 0, 0, 0, 0, 0, 0, 0];
            let file = [0, 0, 0x74, file, 0x80, 32, 0];
            [&b"Rar!\x1A\x07\0"[..], &main, &file].concat()
        };
        assert_eq!(detect(&version_4(0, 0)), Some(false));
        assert_eq!(detect(&version_4(0, 4)), Some(true));
        assert_eq!(detect(&version_4(0x80, 0)), Some(true));
        let version_5 = |headers: &[&[u8]]| [&b"Rar!\x1A\x07\x01\0"[..], &headers.concat()].concat();
        let main: &[u8] = &[0, 0, 0, 0, 3, 1, 0, 0];
        assert_eq!(detect(&version_5(&[main, &[0, 0, 0, 0, 4, 2, 1, 0, 9]])), Some(false));
        assert_eq!(detect(&version_5(&[main, &[0, 0, 0, 0, 6, 2, 1, 3, 2, 1, 0]])), Some(true));
        assert_eq!(detect(&version_5(&[&[0, 0, 0, 0, 3, 4, 0, 0]])), Some(true));
        assert_eq!(detect(&version_5(&[main])), Some(false));
        assert_eq!(detect(b"Rarely"), None);
    }
}
