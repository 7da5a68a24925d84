#![no_main]

use libfuzzer_sys::fuzz_target;

// The first byte chooses the format: archives, a table, models.
fuzz_target!(|bytes: &[u8]| {
    let magics: [&[u8]; 8] =
        [b"!<arch>\n", b"070701", b"070707", b"\xED\xAB\xEE\xDB", b"WARC/1.1\r\n", b"GGUF\x03\0\0\0", b"\x03\x7C\x05\x01", b"MSCF\0\0\0\0"];
    let Some((choice, rest)) = bytes.split_first() else { return };
    terrier_fuzz::extract_with_magic("a", magics[usize::from(*choice) % magics.len()], rest);
});
