#![no_main]

use libfuzzer_sys::fuzz_target;

// The first byte chooses what the dump begins with.
fuzz_target!(|bytes: &[u8]| {
    let starts: [&[u8]; 3] = [
        b"CREATE TABLE `t` (`a` int, `b` text);\nINSERT INTO `t` VALUES ",
        b"COPY t (a, b) FROM stdin;\n",
        b"INSERT INTO t (a, b) VALUES ",
    ];
    let Some((choice, rest)) = bytes.split_first() else { return };
    terrier_fuzz::extract_with_magic("a.sql", starts[usize::from(*choice) % starts.len()], rest);
});
