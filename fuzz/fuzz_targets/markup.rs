#![no_main]

use libfuzzer_sys::fuzz_target;

// The first byte chooses: a page, XML with records, XML without.
fuzz_target!(|bytes: &[u8]| {
    let starts: [&[u8]; 3] = [b"<html>", b"<r><p><n>a</n></p><p><n>b</n></p>", b"<?xml version=\"1.0\"?>"];
    let Some((choice, rest)) = bytes.split_first() else { return };
    terrier_fuzz::extract_with_magic("a", starts[usize::from(*choice) % starts.len()], rest);
});
