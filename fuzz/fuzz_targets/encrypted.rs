#![no_main]

use libfuzzer_sys::fuzz_target;

// What is said of the encryption, and the package behind it.
fuzz_target!(|parts: (&[u8], &[u8])| {
    terrier_fuzz::extract_compound("a.xlsx", &[("EncryptionInfo", parts.0), ("EncryptedPackage", parts.1)]);
});
