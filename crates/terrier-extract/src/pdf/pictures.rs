//! Pictures on scanned pages, in forms that a program for the recognition of characters reads.
//!
//! JPEG goes as it is, fax coding behind a header of TIFF, and rows of pixels behind one of PNM. JBIG2 and JPEG 2000 are left.

use hayro_syntax::Filter;
use hayro_syntax::object::{Array, Dict, Name, Object, Stream};

use super::content::Contents;
use crate::ocr::MAX_PICTURE;

/// Pixels along an edge that show no letter.
const SPECK: usize = 8;
/// Pixels along an edge of a picture, and in all.
const MAX_EDGE: usize = 1 << 15;
const MAX_PIXELS: usize = 1 << 27;

/// Tells whether a picture is too small to show a letter.
pub(super) fn is_speck(stream: &Stream<'_>) -> bool {
    let is_small = |key: &[u8], short: &[u8]| edge(stream.dict(), key, short).is_some_and(|edge| edge < SPECK);
    is_small(b"Width", b"W") || is_small(b"Height", b"H")
}

/// Returns a picture's file, if it can be made.
pub(super) fn file(stream: &Stream<'_>, contents: &Contents<'_>) -> Option<Vec<u8>> {
    let dict = stream.dict();
    let (width, height) = (edge(dict, b"Width", b"W")?, edge(dict, b"Height", b"H")?);
    let pixels = width.checked_mul(height)?;
    if pixels == 0 || width > MAX_EDGE || height > MAX_EDGE || pixels > MAX_PIXELS {
        return None;
    }
    let file = match stream.filters().as_slice() {
        [Filter::DctDecode] => stream.raw_data().into_owned(),
        [Filter::CcittFaxDecode] => fax(stream, width, height)?,
        filters if filters.iter().any(|filter| matches!(filter, Filter::DctDecode | Filter::CcittFaxDecode)) => return None,
        filters if filters.iter().any(|filter| matches!(filter, Filter::Jbig2Decode | Filter::JpxDecode)) => return None,
        _ => {
            let mut rows = Vec::new();
            // What breaks off is shown as far as it goes.
            contents.read(stream, &mut rows);
            pixmap(dict, width, height, rows)?
        }
    };
    (file.len() <= MAX_PICTURE).then_some(file)
}

fn edge(dict: &Dict<'_>, key: &[u8], short: &[u8]) -> Option<usize> {
    usize::try_from(dict.get::<u32>(key).or_else(|| dict.get::<u32>(short))?).ok()
}

/// Puts rows of pixels behind a header of PNM.
fn pixmap(dict: &Dict<'_>, width: usize, height: usize, mut rows: Vec<u8>) -> Option<Vec<u8>> {
    let is_mask = dict.get::<bool>(b"ImageMask").unwrap_or(false);
    let bits = if is_mask { 1 } else { edge(dict, b"BitsPerComponent", b"BPC")? };
    let space = dict.get::<Object<'_>>(b"ColorSpace").or_else(|| dict.get::<Object<'_>>(b"CS"));
    let colors = if is_mask { Colors::Gray } else { Colors::of(space?)? };
    let is_inverted = dict.get::<Array<'_>>(b"Decode").and_then(|decode| decode.iter::<f64>().next()) == Some(1.0);
    let row = (width * colors.components()).checked_mul(bits)?.div_ceil(8);
    rows.resize(row.checked_mul(height)?, 0);
    if let (Colors::Gray, 1) = (&colors, bits) {
        // A set bit is white here and black there.
        if !is_inverted {
            rows.iter_mut().for_each(|byte| *byte = !*byte);
        }
        return Some([format!("P4\n{width} {height}\n").as_bytes(), &rows].concat());
    }
    let mut samples =
        if bits == 8 { rows } else { unpacked(&rows, row, bits, width * colors.components(), matches!(colors, Colors::Palette(..)))? };
    if is_inverted {
        samples.iter_mut().for_each(|sample| *sample = !*sample);
    }
    let (kind, samples) = colors.painted(samples)?;
    Some([format!("{kind}\n{width} {height}\n255\n").as_bytes(), &samples].concat())
}

/// Returns samples of other sizes as bytes: numbers of a palette as they are, shades spread over the range.
fn unpacked(rows: &[u8], row: usize, bits: usize, samples: usize, are_numbers: bool) -> Option<Vec<u8>> {
    match bits {
        16 => Some(rows.iter().step_by(2).copied().collect()),
        1 | 2 | 4 => {
            let largest = (1_u8 << bits) - 1;
            let spread = if are_numbers { 1 } else { 255 / largest };
            let sample = |row: &[u8], at: usize| (row[at * bits / 8] >> (8 - bits - at * bits % 8) & largest) * spread;
            Some(rows.chunks(row.max(1)).flat_map(|row| (0..samples).map(move |at| sample(row, at))).collect())
        }
        _ => None,
    }
}

/// What the samples of a pixel mean.
enum Colors {
    Gray,
    Rgb,
    Cmyk,
    /// Colours by their numbers, of red, green and blue each.
    Palette(Vec<u8>),
}

impl Colors {
    fn of(space: Object<'_>) -> Option<Self> {
        match space {
            Object::Name(name) => match name.as_ref() {
                b"DeviceGray" | b"G" | b"CalGray" => Some(Self::Gray),
                b"DeviceRGB" | b"RGB" | b"CalRGB" => Some(Self::Rgb),
                b"DeviceCMYK" | b"CMYK" => Some(Self::Cmyk),
                _ => None,
            },
            Object::Array(parts) => {
                let mut parts = parts.iter::<Object<'_>>();
                let name = parts.next()?.into_name()?;
                match (name.as_ref(), parts.next()) {
                    (b"ICCBased", Some(Object::Stream(profile))) => match profile.dict().get::<u32>(b"N")? {
                        1 => Some(Self::Gray),
                        3 => Some(Self::Rgb),
                        4 => Some(Self::Cmyk),
                        _ => None,
                    },
                    (b"Indexed" | b"I", Some(base)) => Self::palette(&Self::of_base(base)?, parts.nth(1)?),
                    (b"CalGray", _) => Some(Self::Gray),
                    (b"CalRGB", _) => Some(Self::Rgb),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Returns the colours that a palette is made of, which is no palette itself.
    fn of_base(space: Object<'_>) -> Option<Self> {
        if let Object::Array(parts) = &space
            && parts.iter::<Name<'_>>().next().is_some_and(|name| matches!(name.as_ref(), b"Indexed" | b"I"))
        {
            return None;
        }
        Self::of(space)
    }

    fn palette(base: &Self, table: Object<'_>) -> Option<Self> {
        let table = match table {
            Object::String(table) => table.to_vec(),
            Object::Stream(table) => {
                #[expect(clippy::disallowed_methods, reason = "bounded by the worker's memory, and cut at what a palette has")]
                let table = table.decoded_data().ok()?;
                table[..table.len().min(4 << 8)].to_vec()
            }
            _ => return None,
        };
        let (_, samples) = base.painted(table)?;
        let colors = match base {
            Self::Rgb => samples,
            _ => samples.iter().flat_map(|shade| [*shade; 3]).collect(),
        };
        Some(Self::Palette(colors))
    }

    fn components(&self) -> usize {
        match self {
            Self::Gray | Self::Palette(_) => 1,
            Self::Rgb => 3,
            Self::Cmyk => 4,
        }
    }

    /// Returns samples as shades or colours, and which of them, as PNM names it.
    fn painted(&self, samples: Vec<u8>) -> Option<(&'static str, Vec<u8>)> {
        Some(match self {
            Self::Gray => ("P5", samples),
            Self::Rgb => ("P6", samples),
            Self::Cmyk => {
                // Shades are enough to read by: what no ink takes away.
                let shade = |ink: &[u8; 4]| {
                    let light = |ink: u8| u32::from(255 - ink);
                    let shade = (light(ink[0]) * 3 + light(ink[1]) * 6 + light(ink[2])) / 10 * light(ink[3]) / 255;
                    u8::try_from(shade).unwrap_or(u8::MAX)
                };
                ("P5", samples.as_chunks::<4>().0.iter().map(shade).collect())
            }
            Self::Palette(colors) => {
                let color = |number: u8| colors.get(usize::from(number) * 3..usize::from(number) * 3 + 3).unwrap_or(&[0; 3]);
                ("P6", samples.iter().flat_map(|number| color(*number)).copied().collect())
            }
        })
    }
}

/// Puts fax coding behind a header of TIFF (CCITT T.4 and T.6).
fn fax(stream: &Stream<'_>, width: usize, height: usize) -> Option<Vec<u8>> {
    let parameters = stream.dict().get::<Dict<'_>>(b"DecodeParms").or_else(|| stream.dict().get::<Dict<'_>>(b"DP")).unwrap_or_default();
    let k = parameters.get::<i32>(b"K").unwrap_or(0);
    if parameters.get::<bool>(b"EncodedByteAlign").unwrap_or(false) || parameters.get::<u32>(b"Columns").unwrap_or(1728) as usize != width {
        return None;
    }
    let is_inverted = stream.dict().get::<Array<'_>>(b"Decode").and_then(|decode| decode.iter::<f64>().next()) == Some(1.0);
    let black_is_one = parameters.get::<bool>(b"BlackIs1").unwrap_or(false);
    let data = stream.raw_data();
    let number = |number: usize| u32::try_from(number).ok();
    let (compression, options) = if k < 0 { (4, (293, 0)) } else { (3, (292, u32::from(k > 0))) };
    // Behind the header, eight bytes, there is the directory, and behind that the data.
    let entries = [
        (256, number(width)?),
        (257, number(height)?),
        (258, 1),
        (259, compression),
        (262, u32::from(black_is_one != is_inverted)),
        (273, 8 + 2 + 10 * 12 + 4),
        (277, 1),
        (278, number(height)?),
        (279, number(data.len())?),
        options,
    ];
    let mut file = b"II*\0\x08\0\0\0".to_vec();
    file.extend_from_slice(&10_u16.to_le_bytes());
    for (tag, value) in entries {
        file.extend_from_slice(&u16::to_le_bytes(tag));
        // One number of four bytes.
        file.extend_from_slice(&[4, 0, 1, 0, 0, 0]);
        file.extend_from_slice(&u32::to_le_bytes(value));
    }
    file.extend_from_slice(&[0; 4]);
    file.extend_from_slice(&data);
    Some(file)
}
