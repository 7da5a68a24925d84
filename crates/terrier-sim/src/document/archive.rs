use std::io::{Cursor, Write};

use flate2::{Compression, write::GzEncoder};
use zip::write::SimpleFileOptions;

/// Modification time of everything in archives: 2024-05-01T08:00:00Z.
const MODIFIED: u64 = 1_714_550_400;

/// Writing to memory fails only when there is none left, which ends the process by itself.
const TO_MEMORY: &str = "writing to memory does not fail";

/// A file inside an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its path.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

impl Member {
    /// Makes a member.
    pub fn new(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), bytes: bytes.into() }
    }
}

/// Compresses with gzip.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(6));
    encoder.write_all(bytes).expect(TO_MEMORY);
    encoder.finish().expect(TO_MEMORY)
}

/// Packs members into a zip archive, deflated. Archives nest by packing the bytes of one as a member of another.
pub fn zip(members: &[Member]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let time = zip::DateTime::from_date_and_time(2024, 5, 1, 8, 0, 0).expect("the date is in the range of zip archives");
    let options = SimpleFileOptions::default().last_modified_time(time).compression_level(Some(6)).unix_permissions(0o644);
    for member in members {
        writer.start_file(member.name.as_str(), options).expect("member names are distinct and short");
        writer.write_all(&member.bytes).expect(TO_MEMORY);
    }
    writer.finish().expect(TO_MEMORY).into_inner()
}

/// Packs members into a tar archive.
pub fn tar(members: &[Member]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for member in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(member.bytes.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(MODIFIED);
        builder.append_data(&mut header, &member.name, member.bytes.as_slice()).expect("member names are relative paths");
    }
    builder.into_inner().expect(TO_MEMORY)
}

/// Packs members into a compressed tar archive.
pub fn tar_gz(members: &[Member]) -> Vec<u8> {
    gzip(&tar(members))
}
