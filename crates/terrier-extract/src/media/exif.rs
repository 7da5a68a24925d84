//! EXIF (CIPA DC-008): who took a picture, with which device, where and when.

use std::io::BufReader;

use exif::{Exif, Field, In, Rational, Reader, Tag, Value};

use super::{Properties, text_of};
use crate::ReadAt;
use crate::stream::SourceStream;

/// Most bytes that are read for it: of TIFF the library takes all there is.
const MOST: u64 = 32 << 20;

/// Texts that Windows adds, in UTF-16: title, comment, author, keywords, subject.
const OF_WINDOWS: std::ops::RangeInclusive<u16> = 0x9C9B..=0x9C9F;

/// Adds the fields that hold text, and the position. A picture without any, or with broken ones, adds what there is.
pub(super) fn read(source: &dyn ReadAt, properties: &mut Properties) {
    let mut reader = BufReader::with_capacity(64 << 10, SourceStream::new(source, 0, source.size().min(MOST)));
    let read = Reader::new().continue_on_error(true).read_from_container(&mut reader);
    let Ok(exif) = read.or_else(|error| error.distill_partial_result(drop)) else { return };
    for field in exif.fields() {
        if let Some(text) = text_in(field, exif.little_endian()) {
            properties.add(&field.tag.to_string(), &text);
        }
    }
    if let Some((latitude, longitude)) = position(&exif) {
        properties.add("GPS position", &format!("{latitude:.6}, {longitude:.6}"));
    }
}

fn text_in(field: &Field, little_endian: bool) -> Option<String> {
    match &field.value {
        // One letter says which side of the equator, or the like.
        Value::Ascii(parts) if parts.iter().any(|part| part.len() > 1) => {
            Some(parts.iter().map(|part| text_of(part)).collect::<Vec<_>>().join(" "))
        }
        Value::Byte(bytes) if OF_WINDOWS.contains(&field.tag.number()) => Some(utf16(bytes, true)),
        Value::Undefined(bytes, _) if is_coded(field.tag) => {
            let (code, text) = bytes.split_first_chunk::<8>()?;
            Some(if code == b"UNICODE\0" { utf16(text, little_endian) } else { text_of(text) })
        }
        _ => None,
    }
}

/// Tells the fields that name their encoding in their first eight bytes.
fn is_coded(tag: Tag) -> bool {
    [Tag::UserComment, Tag::GPSAreaInformation, Tag::GPSProcessingMethod].contains(&tag)
}

fn utf16(bytes: &[u8], little_endian: bool) -> String {
    let unit = if little_endian { u16::from_le_bytes } else { u16::from_be_bytes };
    let units = bytes.as_chunks::<2>().0.iter().map(|pair| unit(*pair));
    char::decode_utf16(units).map(|character| character.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// Returns latitude and longitude in degrees, north and east being positive.
fn position(exif: &Exif) -> Option<(f64, f64)> {
    let degrees = |of: Tag, side: Tag, negative: u8| {
        let Value::Rational(parts) = &exif.get_field(of, In::PRIMARY)?.value else { return None };
        let degrees = parts.iter().zip([1.0, 60.0, 3600.0]).map(|(part, unit)| ratio(part) / unit).sum::<f64>();
        let Value::Ascii(side) = &exif.get_field(side, In::PRIMARY)?.value else { return None };
        let is_negative = side.first().and_then(|side| side.first()).is_some_and(|first| first.eq_ignore_ascii_case(&negative));
        degrees.is_finite().then_some(if is_negative { -degrees } else { degrees })
    };
    Some((degrees(Tag::GPSLatitude, Tag::GPSLatitudeRef, b'S')?, degrees(Tag::GPSLongitude, Tag::GPSLongitudeRef, b'W')?))
}

fn ratio(part: &Rational) -> f64 {
    f64::from(part.num) / f64::from(part.denom)
}
