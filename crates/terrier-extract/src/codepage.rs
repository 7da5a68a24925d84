//! Code pages of Windows, by their numbers.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// Decodes bytes of a code page of Windows; of one that is not known they are UTF-8, or Windows-1252 where they are not.
pub(crate) fn decode(bytes: &[u8], page: u32) -> String {
    // Who says UTF-8 does not always write it.
    let told = encoding(page).filter(|told| *told != UTF_8);
    let encoding = told.unwrap_or(if std::str::from_utf8(bytes).is_ok() { UTF_8 } else { WINDOWS_1252 });
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

/// Returns the encoding of a code page.
pub(crate) fn encoding(page: u32) -> Option<&'static Encoding> {
    let label = match page {
        874 => "windows-874".to_owned(),
        932 => "shift_jis".to_owned(),
        936 | 54936 => "gb18030".to_owned(),
        949 | 1361 => "euc-kr".to_owned(),
        950 => "big5".to_owned(),
        1250..=1258 => format!("windows-{page}"),
        866 => "ibm866".to_owned(),
        10000 => "macintosh".to_owned(),
        10007 => "x-mac-cyrillic".to_owned(),
        20866 => "koi8-r".to_owned(),
        21866 => "koi8-u".to_owned(),
        20932 | 51932 => "euc-jp".to_owned(),
        50220..=50222 => "iso-2022-jp".to_owned(),
        28591..=28605 => format!("iso-8859-{}", page - 28590),
        65001 => "utf-8".to_owned(),
        1200 => "utf-16le".to_owned(),
        1201 => "utf-16be".to_owned(),
        _ => return None,
    };
    Encoding::for_label(label.as_bytes())
}

/// Returns the code page that a language's programs used (the identifiers of MS-LCID).
pub(crate) fn of_language(language: u16) -> u32 {
    match language & 0x3FF {
        0x05 | 0x0E | 0x15 | 0x18 | 0x1A | 0x1B | 0x1C | 0x24 => 1250,
        0x02 | 0x19 | 0x22 | 0x23 | 0x2F => 1251,
        0x08 => 1253,
        0x1F => 1254,
        0x0D => 1255,
        0x01 | 0x20 | 0x29 => 1256,
        0x25..=0x27 => 1257,
        0x2A => 1258,
        0x1E => 874,
        0x11 => 932,
        0x12 => 949,
        0x04 => {
            if matches!(language, 0x0404 | 0x0C04) {
                950
            } else {
                936
            }
        }
        _ => 1252,
    }
}

/// Decodes UTF-16, little end first.
pub(crate) fn utf16(bytes: &[u8]) -> String {
    encoding_rs::UTF_16LE.decode_without_bom_handling(bytes).0.into_owned()
}
