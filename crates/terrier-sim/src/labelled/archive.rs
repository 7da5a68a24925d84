//! Archives in archives, with the truth about each member.

use serde::Serialize;

use super::truth::Document;
use crate::document::{Member, gzip, tar_gz, zip};

/// A compressed tar archive that holds files, a zip archive with more, and a zip archive in that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archive {
    /// Name of the file.
    pub file: String,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// What is in it.
    pub members: Vec<ArchiveMember>,
}

/// A document inside of an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ArchiveMember {
    /// The archive.
    pub file: String,
    /// Path inside of it; `!/` stands where another archive is entered.
    pub member: String,
    /// The document.
    #[serde(flatten)]
    pub document: Document,
}

/// How many documents lie in the tar archive, in the zip archive in it, and in the zip archive in that.
const LAYERS: [u64; 3] = [2, 3, 2];

pub(super) fn draw(number: u64, document: impl Fn(u64) -> Document) -> Archive {
    let file = format!("bundle-{number:03}.tar.gz");
    let mut members = Vec::new();
    let mut place = 0;
    let mut inner: Option<Vec<u8>> = None;
    let prefixes = ["", "export.zip!/", "export.zip!/old/2023.zip!/"];
    // From the innermost layer outwards, since each is a member of the next.
    for (layer, prefix) in prefixes.iter().enumerate().rev() {
        let mut files = Vec::new();
        for _ in 0..LAYERS[layer] {
            let document = document(place);
            let name = format!("{}-{place}.{}", document.kind, extension(document.kind));
            // One member of the outermost layer is compressed once more.
            let (name, bytes) = if layer == 0 && place.is_multiple_of(2) {
                (name.clone() + ".gz", gzip(document.text.as_bytes()))
            } else {
                (name, document.text.clone().into_bytes())
            };
            members.push(ArchiveMember { file: file.clone(), member: format!("{prefix}{name}"), document });
            files.push(Member::new(name, bytes));
            place += 1;
        }
        if let Some(bytes) = inner.take() {
            files.push(Member::new(if layer == 1 { "old/2023.zip" } else { "export.zip" }, bytes));
        }
        inner = Some(if layer == 0 { tar_gz(&files) } else { zip(&files) });
    }
    Archive { file, bytes: inner.unwrap_or_default(), members }
}

fn extension(kind: &str) -> &'static str {
    match kind {
        "mail" => "eml.txt",
        "log" => "log",
        "config" => "conf",
        _ => "txt",
    }
}
