#![no_main]

use libfuzzer_sys::fuzz_target;

// The first byte chooses the layer, so that every input gets to a decoder.
fuzz_target!(|bytes: &[u8]| {
    let magics: [&[u8]; 8] = [
        &[0x28, 0xB5, 0x2F, 0xFD],
        b"BZh91AY&SY",
        &[0xFD, b'7', b'z', b'X', b'Z', 0],
        &[0x5D, 0, 0, 0x80, 0],
        b"LZIP\x01",
        &[0x04, 0x22, 0x4D, 0x18],
        b"\xFF\x06\0\0sNaPpY",
        &[0x1F, 0x9D, 0x90],
    ];
    let Some((choice, rest)) = bytes.split_first() else { return };
    terrier_fuzz::extract_with_magic("a", magics[usize::from(*choice) % magics.len()], rest);
});
