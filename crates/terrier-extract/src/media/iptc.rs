//! IPTC's Information Interchange Model (IIM 4.2) in the image resources of Photoshop.

use super::{Properties, text_of};

const SIGNATURE: &[u8] = b"Photoshop 3.0\0";
const RESOURCE: &[u8] = b"8BIM";
const IPTC: u16 = 0x0404;

/// The record that describes what is shown.
const APPLICATION: u8 = 2;

/// Reads the resources of a segment of JPEG.
pub(super) fn read_resources(segment: &[u8], properties: &mut Properties) {
    let Some(mut rest) = segment.strip_prefix(SIGNATURE) else { return };
    while let Some(resource) = rest.strip_prefix(RESOURCE) {
        let Some((id, content, next)) = parse_resource(resource) else { return };
        if id == IPTC {
            read_datasets(content, properties);
        }
        rest = next;
    }
}

/// Takes a resource apart: its id, its content, and what follows. Name and content fill up to an even length.
fn parse_resource(resource: &[u8]) -> Option<(u16, &[u8], &[u8])> {
    let (id, rest) = resource.split_first_chunk()?;
    let name = usize::from(*rest.first()?) + 1;
    let rest = rest.get(name.next_multiple_of(2)..)?;
    let (length, rest) = rest.split_first_chunk()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let content = &rest[..length.min(rest.len())];
    Some((u16::from_be_bytes(*id), content, rest.get(length.checked_next_multiple_of(2)?..).unwrap_or_default()))
}

/// Reads datasets: a mark, the numbers of record and dataset, a length, the value.
fn read_datasets(mut rest: &[u8], properties: &mut Properties) {
    while let [0x1C, record, dataset, high, low, value @ ..] = rest {
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        // The highest bit says that the length itself is longer: nothing of it is text.
        if length > 0x7FFF {
            return;
        }
        let (value, next) = value.split_at(length.min(value.len()));
        if *record == APPLICATION {
            properties.add(name_of(*dataset), &text_of(value));
        }
        rest = next;
    }
}

/// What the datasets are called that speak of people and places.
fn name_of(dataset: u8) -> &'static str {
    match dataset {
        5 => "Title",
        25 => "Keywords",
        80 => "Author",
        90 => "City",
        92 => "Location",
        95 => "State",
        101 => "Country",
        105 => "Headline",
        110 => "Credit",
        115 => "Source",
        116 => "Copyright",
        118 => "Contact",
        120 => "Caption",
        122 => "Caption writer",
        _ => "",
    }
}
