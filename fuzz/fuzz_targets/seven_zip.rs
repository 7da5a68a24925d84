#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| terrier_fuzz::extract_with_magic("a.7z", b"7z\xBC\xAF\x27\x1C\0\x04", bytes));
