#![no_main]

use libfuzzer_sys::fuzz_target;

// With pages of 512 bytes, so that an input has several.
fuzz_target!(|bytes: &[u8]| terrier_fuzz::extract_with_magic("a.db", b"SQLite format 3\0\x02\0", bytes));
