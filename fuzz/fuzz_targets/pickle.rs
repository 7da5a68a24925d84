#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| terrier_fuzz::extract_with_magic("a.pkl", b"\x80\x04}(", bytes));
