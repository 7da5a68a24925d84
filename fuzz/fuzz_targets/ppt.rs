#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // Without the type of a first record it is no presentation.
    let document = [&[0x0F, 0, 0xE8, 3, 0xFF, 0xFF, 0, 0], bytes].concat();
    terrier_fuzz::extract_compound("a.ppt", &[("PowerPoint Document", &document)]);
});
