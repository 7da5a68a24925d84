#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let (table, text) = bytes.split_at(bytes.len() / 2);
    let mut document = vec![0; 0x200];
    document[..4].copy_from_slice(&[0xEC, 0xA5, 0xC1, 0]);
    document[0x1A6..0x1AA].copy_from_slice(&u32::try_from(table.len()).expect("inputs are small").to_le_bytes());
    document.extend_from_slice(text);
    terrier_fuzz::extract_compound("a.doc", &[("WordDocument", &document), ("0Table", table)]);
});
