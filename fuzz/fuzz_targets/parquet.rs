#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // Both magics and the footer's length, so that the input is all metadata.
    let len = u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_le_bytes();
    terrier_fuzz::extract("a.parquet", &[b"PAR1", bytes, &len, b"PAR1"].concat());
});
