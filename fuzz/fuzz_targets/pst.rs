#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| terrier_fuzz::extract_with_magic("a.pst", b"!BDN\0\0\0\0SM\x17\0", bytes));
