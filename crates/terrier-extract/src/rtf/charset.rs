use encoding_rs::{
    BIG5, EUC_KR, Encoding, GBK, MACINTOSH, SHIFT_JIS, WINDOWS_874, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252, WINDOWS_1253, WINDOWS_1254,
    WINDOWS_1255, WINDOWS_1256, WINDOWS_1257, WINDOWS_1258,
};

use crate::codepage;

/// Returns the encoding of a code page; those of DOS that nobody decodes are read as Windows-1252, of which their ASCII is a part.
pub(super) fn of_code_page(number: i32) -> &'static Encoding {
    u32::try_from(number).ok().and_then(codepage::encoding).filter(|encoding| encoding.is_ascii_compatible()).unwrap_or(WINDOWS_1252)
}

/// Returns the encoding of a font's character set (RTF 1.9.1, `\fcharset`), unless it is that of the document.
pub(super) fn of_font(charset: i32) -> Option<&'static Encoding> {
    Some(match charset {
        77 => MACINTOSH,
        128 => SHIFT_JIS,
        129 | 130 => EUC_KR,
        134 => GBK,
        136 => BIG5,
        161 => WINDOWS_1253,
        162 => WINDOWS_1254,
        163 => WINDOWS_1258,
        177 => WINDOWS_1255,
        178 => WINDOWS_1256,
        186 => WINDOWS_1257,
        204 => WINDOWS_1251,
        222 => WINDOWS_874,
        238 => WINDOWS_1250,
        _ => return None,
    })
}
