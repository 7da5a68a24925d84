#![no_main]

use libfuzzer_sys::fuzz_target;

const MAGIC: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

fuzz_target!(|bytes: &[u8]| terrier_fuzz::extract_with_magic("a", MAGIC, bytes));
