#![no_main]

use libfuzzer_sys::fuzz_target;

/// How each kind of picture and recording begins: the first byte of the input names one.
const MAGIC: &[&[u8]] =
    &[b"\xFF\xD8\xFF", b"\x89PNG\r\n\x1A\n", b"II*\0", b"MM\0*", b"RIFF\0\0\0\0WEBPVP8", b"\0\0\0\x18ftypheic", b"ID3", b"OggS", b"fLaC"];

fuzz_target!(|bytes: &[u8]| {
    if let Some((first, rest)) = bytes.split_first() {
        terrier_fuzz::extract_with_magic("a.bin", MAGIC[usize::from(*first) % MAGIC.len()], rest);
    }
});
