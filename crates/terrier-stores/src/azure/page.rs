//! A page of a listing, as the service writes it.

use percent_encoding::percent_decode_str;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// More than the service nests.
const MAX_DEPTH: usize = 16;

/// What a page lists.
#[derive(Default)]
pub(super) struct BlobPage {
    pub(super) blobs: Vec<Blob>,
    /// The "folders" of a listing that keeps to one level.
    pub(super) folders: Vec<String>,
    /// The containers, of a listing of an account.
    pub(super) containers: Vec<String>,
    /// The mark of the next page.
    pub(super) next: Option<String>,
}

/// What is said of a blob.
#[derive(Default)]
pub(super) struct Blob {
    pub(super) name: String,
    pub(super) etag: Option<String>,
    pub(super) size: u64,
    pub(super) modified: Option<String>,
    pub(super) tier: Option<String>,
    pub(super) md5: Option<String>,
    pub(super) owner: Option<String>,
    /// Whether it stands for a folder.
    pub(super) is_folder: bool,
}

/// Reads a page; `None` where it is not understood, or not complete.
pub(super) fn parse(xml: &[u8]) -> Option<BlobPage> {
    let mut reader = Reader::from_reader(xml);
    reader.config_mut().expand_empty_elements = true;
    let mut page = BlobPage::default();
    let (mut path, mut text, mut encoded) = (Vec::<String>::new(), Vec::new(), false);
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) => {
                if path.len() == MAX_DEPTH {
                    return None;
                }
                path.push(start.name().into_inner().to_owned());
                text.clear();
                encoded = is_encoded(&start);
                if path.last().is_some_and(|name| name == "Blob") {
                    page.blobs.push(Blob::default());
                }
            }
            Event::Text(piece) => text.extend_from_slice(piece.as_bytes()),
            Event::CData(piece) => text.extend_from_slice(piece.as_bytes()),
            Event::GeneralRef(name) => text.extend_from_slice(referred(&name)?.encode_utf8(&mut [0; 4]).as_bytes()),
            Event::End(_) => {
                let element = path.pop()?;
                let value = String::from_utf8(std::mem::take(&mut text)).ok()?;
                let value = if encoded { percent_decode_str(&value).decode_utf8().ok()?.into_owned() } else { value };
                encoded = false;
                page.take(path.last().map(String::as_str), &element, value)?;
            }
            Event::Eof => return path.is_empty().then_some(page),
            _ => {}
        }
    }
}

impl BlobPage {
    fn take(&mut self, parent: Option<&str>, element: &str, value: String) -> Option<()> {
        match (parent, element) {
            (Some("BlobPrefix"), "Name") => self.folders.push(value),
            (Some("Container"), "Name") => self.containers.push(value),
            (Some("EnumerationResults"), "NextMarker") => self.next = Some(value).filter(|marker| !marker.is_empty()),
            (Some("Blob"), "Name") => self.blobs.last_mut()?.name = value,
            (Some("Properties"), _) => {
                // Containers have properties too.
                let Some(blob) = self.blobs.last_mut() else { return Some(()) };
                match element {
                    "Etag" => blob.etag = Some(value),
                    "Content-Length" => blob.size = value.trim().parse().ok()?,
                    "Last-Modified" => blob.modified = Some(value),
                    "AccessTier" => blob.tier = Some(value),
                    "Content-MD5" => blob.md5 = Some(value),
                    "Owner" => blob.owner = Some(value).filter(|owner| !owner.is_empty()),
                    "ResourceType" => blob.is_folder |= value == "directory",
                    _ => {}
                }
            }
            (Some("Metadata"), _) if element.eq_ignore_ascii_case("hdi_isfolder") => {
                self.blobs.last_mut()?.is_folder |= value.trim().eq_ignore_ascii_case("true");
            }
            _ => {}
        }
        Some(())
    }
}

/// Tells whether a name is percent-encoded, because XML cannot hold it.
fn is_encoded(start: &BytesStart<'_>) -> bool {
    let attribute = start.try_get_attribute("Encoded").ok().flatten();
    attribute.is_some_and(|attribute| attribute.value.as_bytes().eq_ignore_ascii_case(b"true"))
}

/// Returns the character that a reference stands for.
fn referred(name: &str) -> Option<char> {
    let number = |digits: &str, radix| u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => match name.strip_prefix('#')?.strip_prefix(['x', 'X']) {
            Some(digits) => number(digits, 16),
            None => number(&name[1..], 10),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(blobs: &str) -> String {
        format!(
            "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults ServiceEndpoint=\"x\"><Blobs>{blobs}</Blobs><NextMarker/></EnumerationResults>"
        )
    }

    #[test]
    fn pages_are_read_with_exact_names() {
        let names = "<Blob><Name> a&amp;b &#xD;&lt;&#10;</Name></Blob><Blob><Name Encoded=\"true\">%01%EF%BF%BE+%2F</Name></Blob><Blob><Name> </Name></Blob>";
        let page = parse(listing(names).as_bytes()).unwrap();
        let names: Vec<_> = page.blobs.iter().map(|blob| blob.name.as_str()).collect();
        assert_eq!(names, [" a&b \r<\n", "\u{1}\u{fffe}+/", " "]);
        assert_eq!(page.next, None);
    }

    #[test]
    fn properties_and_markers_are_read() {
        let blob = "<Blob><Name>n</Name><Properties><Last-Modified>Fri, 27 Nov 2026 10:11:07 GMT</Last-Modified><Etag>0x1</Etag>\
                    <Content-Length>16</Content-Length><Content-MD5>aa==</Content-MD5><AccessTier>Archive</AccessTier></Properties>\
                    <Metadata><Name>no name</Name><hdi_isfolder>true</hdi_isfolder></Metadata></Blob>\
                    <BlobPrefix><Name>folder/</Name></BlobPrefix>";
        let text = listing(blob).replace("<NextMarker/>", "<NextMarker>2!1</NextMarker>");
        let page = parse(text.as_bytes()).unwrap();
        let blob = &page.blobs[0];
        assert_eq!((blob.name.as_str(), blob.size, blob.is_folder), ("n", 16, true));
        assert_eq!((blob.etag.as_deref(), blob.md5.as_deref(), blob.tier.as_deref()), (Some("0x1"), Some("aa=="), Some("Archive")));
        assert_eq!((page.folders, page.next.as_deref()), (vec!["folder/".to_owned()], Some("2!1")));
    }

    #[test]
    fn what_breaks_off_is_no_page() {
        let whole = listing("<Blob><Name>n</Name></Blob>");
        assert!(parse(&whole.as_bytes()[..whole.len() - 3]).is_none());
        assert!(parse("<a>".repeat(100).as_bytes()).is_none());
        assert!(parse(b"<html>").is_none());
        assert!(parse(listing("<Blob><Properties><Content-Length>x</Content-Length></Properties></Blob>").as_bytes()).is_none());
    }
}
