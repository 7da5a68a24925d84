#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let (html, rtf) = bytes.split_at(bytes.len() / 2);
    let rtf = [&[0; 8], &b"LZFu"[..], &[0; 4], rtf].concat();
    let streams = [("__properties_version1.0", bytes), ("__substg1.0_10130102", html), ("__substg1.0_10090102", &rtf)];
    terrier_fuzz::extract_compound("a.msg", &streams);
});
