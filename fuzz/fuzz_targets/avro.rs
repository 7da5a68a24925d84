#![no_main]

use libfuzzer_sys::fuzz_target;

// With a schema that has all kinds of types, so that the input is the blocks.
fuzz_target!(|bytes: &[u8]| {
    let schema = br#"{"type":"record","name":"R","fields":[{"name":"a","type":["null","string","R"]},{"name":"b","type":{"type":"array","items":"long"}},{"name":"c","type":{"type":"map","values":"bytes"}},{"name":"d","type":{"type":"bytes","logicalType":"decimal","scale":2}}]}"#;
    let mut file = b"Obj\x01\x02\x16avro.schema".to_vec();
    let len = schema.len() * 2;
    file.extend([(len & 0x7F) as u8 | 0x80, (len >> 7) as u8]);
    file.extend_from_slice(schema);
    file.push(0);
    file.extend([7; 16]);
    file.extend_from_slice(bytes);
    terrier_fuzz::extract("a.avro", &file);
});
