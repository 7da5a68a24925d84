#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| terrier_fuzz::extract_with_magic("winmail.dat", b"\x78\x9F\x3E\x22\x01\0", bytes));
