#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| terrier_fuzz::extract_with_magic("a.arrow", b"ARROW1\0\0\xFF\xFF\xFF\xFF", bytes));
