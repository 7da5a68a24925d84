//! Compression layers: not containers; what is inside is the asset.

mod compress;
mod lz4;
mod zstd;

use std::io::{self, BufRead, BufReader, Read};

use bzip2::bufread::MultiBzDecoder;
use flate2::bufread::MultiGzDecoder;
use lzma_rust2::{LzipReader, LzmaReader, XzReader};

use crate::asset::{self, Input};
use crate::context::{Budget, Context, Halt};
use crate::stream::Capped;

/// How a layer was compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Codec {
    /// Gzip (RFC 1952), any number of members.
    Gzip,
    /// Zstandard (RFC 8878), any number of frames.
    Zstd,
    /// Bzip2, any number of streams.
    Bzip2,
    /// Xz, any number of streams.
    Xz,
    /// LZMA with the header of the LZMA SDK's `.lzma` files.
    Lzma,
    /// Lzip, any number of members.
    Lzip,
    /// LZ4 frames, also those of its first version.
    Lz4,
    /// Snappy with its framing.
    Snappy,
    /// Brotli (RFC 7932), which has no magic.
    Brotli,
    /// What `compress` of Unix wrote.
    Compress,
}

impl Codec {
    /// Returns the name of the format, for what is not told from what is inside.
    pub(crate) fn format(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Bzip2 => "bzip2",
            Self::Xz => "xz",
            Self::Lzma => "lzma",
            Self::Lzip => "lzip",
            Self::Lz4 => "lz4",
            Self::Snappy => "snappy",
            Self::Brotli => "brotli",
            Self::Compress => "compress",
        }
    }

    /// Tells whether it is read in a worker: where the decoder is written in C, or the file says how much memory it takes.
    pub(crate) fn is_complex(self) -> bool {
        matches!(self, Self::Zstd | Self::Xz | Self::Lzma | Self::Lzip | Self::Brotli)
    }

    /// Returns the suffixes of names whose removal leaves the name of what is inside.
    fn suffixes(self) -> &'static [&'static [u8]] {
        match self {
            Self::Gzip => &[b".gz"],
            Self::Zstd => &[b".zst", b".zstd"],
            Self::Bzip2 => &[b".bz2"],
            Self::Xz => &[b".xz"],
            Self::Lzma => &[b".lzma"],
            Self::Lzip => &[b".lz"],
            Self::Lz4 => &[b".lz4"],
            Self::Snappy => &[b".sz", b".snappy"],
            Self::Brotli => &[b".br"],
            Self::Compress => &[b".z"],
        }
    }

    /// Returns the name of what is inside: `a.csv.gz` holds `a.csv`, `a.tgz` a tar file.
    fn inner_name(self, name: &[u8]) -> &[u8] {
        let ends = |suffix: &&&[u8]| name.len() >= suffix.len() && name[name.len() - suffix.len()..].eq_ignore_ascii_case(suffix);
        self.suffixes().iter().find(ends).map_or(name, |suffix| &name[..name.len() - suffix.len()])
    }
}

/// Reads what is inside.
pub(crate) fn read(context: &mut Context<'_>, codec: Codec, input: &mut dyn Read, name: &[u8]) -> Result<(), Halt> {
    context.deeper(|context| {
        let mut inside = Capped::new(decoder(codec, BufReader::with_capacity(64 << 10, input), context.budget)?, context.budget);
        asset::read(context, Input::Stream(&mut inside), codec.inner_name(name))
    })
}

/// Makes the decoder of a layer; it takes no more memory for a dictionary than [`Budget::dictionary`].
#[expect(clippy::disallowed_methods, reason = "the caller runs it inside a Capped")]
pub(crate) fn decoder<'i>(codec: Codec, input: impl BufRead + 'i, budget: &Budget) -> io::Result<Box<dyn Read + 'i>> {
    let kib = u32::try_from(budget.dictionary() >> 10).unwrap_or(u32::MAX);
    Ok(match codec {
        Codec::Gzip => Box::new(MultiGzDecoder::new(input)),
        Codec::Zstd => Box::new(zstd::Frames::new(input, budget.dictionary())?),
        Codec::Bzip2 => Box::new(MultiBzDecoder::new(input)),
        Codec::Xz => Box::new(Bites(XzReader::new_mem_limit(input, true, kib))),
        Codec::Lzma => Box::new(Bites(LzmaReader::new_mem_limit(input, kib, None)?)),
        Codec::Lzip => Box::new(Bites(LzipReader::new(input))),
        Codec::Lz4 => Box::new(lz4::Frames::new(input)),
        Codec::Snappy => Box::new(snap::read::FrameDecoder::new(input)),
        Codec::Brotli => Box::new(brotli_decompressor::Decompressor::new(input, 64 << 10)),
        Codec::Compress => Box::new(compress::Decoder::new(input)?),
    })
}

/// Reads little at a time: these decoders drop what they have of a read that meets damage.
pub(crate) struct Bites<R>(pub(crate) R);

impl<R: Read> Read for Bites<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let len = buf.len().min(8 << 10);
        self.0.read(&mut buf[..len])
    }
}

/// Tells what compressed the bytes that begin with `head`.
pub(crate) fn detect(head: &[u8], name: &[u8]) -> Option<Codec> {
    let head = behind_skippable(head);
    let magics: [(&[u8], Codec); 7] = [
        (&[0x1F, 0x8B, 8], Codec::Gzip),
        (&[0x28, 0xB5, 0x2F, 0xFD], Codec::Zstd),
        (&[0xFD, b'7', b'z', b'X', b'Z', 0], Codec::Xz),
        (&[0x04, 0x22, 0x4D, 0x18], Codec::Lz4),
        (&[0x02, 0x21, 0x4C, 0x18], Codec::Lz4),
        (b"\xFF\x06\0\0sNaPpY", Codec::Snappy),
        (b"LZIP\x01", Codec::Lzip),
    ];
    if let Some((_, codec)) = magics.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Some(*codec);
    }
    if is_bzip2(head) {
        return Some(Codec::Bzip2);
    }
    // The widest code, and whether there is one that empties the table.
    if matches!(head, [0x1F, 0x9D, flags, ..] if flags & 0x60 == 0 && (9..=16).contains(&(flags & 0x1F))) {
        return Some(Codec::Compress);
    }
    if is_lzma(head) {
        return Some(Codec::Lzma);
    }
    (Codec::Brotli.inner_name(name).len() < name.len() && is_brotli(head)).then_some(Codec::Brotli)
}

/// A stream of bzip2 begins with its level and the magic of a block, or of its end where it is empty.
fn is_bzip2(head: &[u8]) -> bool {
    head.starts_with(b"BZh")
        && matches!(head.get(3), Some(b'1'..=b'9'))
        && head
            .get(4..10)
            .is_some_and(|magic| magic == [0x31, 0x41, 0x59, 0x26, 0x53, 0x59] || magic == [0x17, 0x72, 0x45, 0x38, 0x50, 0x90])
}

/// Passes over the frames that zstd and LZ4 share and that hold no content (RFC 8878, 3.1.2).
fn behind_skippable(head: &[u8]) -> &[u8] {
    let mut rest = head;
    while let [0x50..=0x5F, 0x2A, 0x4D, 0x18, a, b, c, d, ..] = rest {
        let len = u32::from_le_bytes([*a, *b, *c, *d]) as usize;
        match rest.get(len.saturating_add(8)..) {
            Some(next) => rest = next,
            None => return head,
        }
    }
    rest
}

/// The header of `.lzma` files has no magic, but few forms: the usual properties, a dictionary of one or of two powers of 2, a size
/// that is unknown or no fantasy, and the first byte of the range coder, which is 0.
fn is_lzma(head: &[u8]) -> bool {
    let [0x5D, a, b, c, d, size @ ..] = head else { return false };
    let dictionary = u32::from_le_bytes([*a, *b, *c, *d]);
    let Some((size, [0, ..])) = size.split_first_chunk::<8>() else { return false };
    let size = u64::from_le_bytes(*size);
    let usual = dictionary == u32::MAX
        || dictionary >= 1 << 12 && dictionary.count_ones() <= 2 && (dictionary.count_ones() == 1 || dictionary & (dictionary >> 1) != 0);
    usual && (size == u64::MAX || size < 1 << 40)
}

/// Brotli is taken for what it is named after where what is at hand can be decoded.
fn is_brotli(head: &[u8]) -> bool {
    #[expect(clippy::disallowed_methods, reason = "yields 64 KiB and no more")]
    let mut decoder = brotli_decompressor::Decompressor::new(head, 4 << 10);
    let mut inside = vec![0; 64 << 10];
    match decoder.read(&mut inside) {
        Ok(read) => read > 0,
        Err(error) => error.kind() == io::ErrorKind::UnexpectedEof,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suffixes_are_removed_from_names() {
        assert_eq!(Codec::Gzip.inner_name(b"a.csv.GZ"), b"a.csv");
        assert_eq!(Codec::Gzip.inner_name(b"a.tgz"), b"a.tgz");
        assert_eq!(Codec::Zstd.inner_name(b"a.csv.zst"), b"a.csv");
        assert_eq!(Codec::Compress.inner_name(b"a.tar.Z"), b"a.tar");
        assert_eq!(Codec::Xz.inner_name(b"xz"), b"xz");
    }

    #[test]
    fn frames_without_content_are_passed_over() {
        let skippable = b"\x5A\x2A\x4D\x18\x03\0\0\0abc";
        let zstd = [skippable.as_slice(), skippable, &[0x28, 0xB5, 0x2F, 0xFD]].concat();
        assert_eq!(detect(&zstd, b"a"), Some(Codec::Zstd));
        assert_eq!(detect(b"\x5A\x2A\x4D\x18\xFF\xFF\xFF\xFFabc", b"a"), None);
    }

    #[test]
    fn text_that_begins_like_a_magic_is_text() {
        assert_eq!(detect(b"BZh5 is a word", b"a"), None);
        assert_eq!(detect(b"]\0\0\x80\0 not lzma", b"a"), None);
        assert_eq!(detect(b"plain words and nothing else", b"a.br"), None);
    }
}
