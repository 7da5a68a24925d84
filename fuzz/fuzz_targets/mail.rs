#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| terrier_fuzz::extract_with_magic(
    "a.eml",
    b"From: a\nTo: b\nContent-Type: multipart/mixed; boundary=b\n",
    bytes
));
