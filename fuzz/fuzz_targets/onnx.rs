#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| terrier_fuzz::extract_with_magic("a.onnx", b"\x08\x09\x12\x01a\x28\x00", bytes));
