use expect_test::expect;
use proptest::prelude::*;
use terrier_model::Method;

use crate::transcript::{check, extract, shown};

const SECTOR: usize = 2048;

/// An entry of a folder: a name, where its content lies, how long it is, and whether it is a folder.
fn entry(name: &[u8], sector: u32, len: u32, folder: bool) -> Vec<u8> {
    let mut entry = vec![0; 33];
    entry[0] = (33 + name.len()).next_multiple_of(2) as u8;
    entry[2..6].copy_from_slice(&sector.to_le_bytes());
    entry[10..14].copy_from_slice(&len.to_le_bytes());
    entry[25] = u8::from(folder) * 2;
    entry[32] = name.len() as u8;
    entry.extend_from_slice(name);
    entry.resize(usize::from(entry[0]), 0);
    entry
}

fn image() -> Vec<u8> {
    let mut image = vec![0; 16 * SECTOR];
    let mut add = |content: &[u8]| {
        image.extend_from_slice(content);
        image.resize(image.len().next_multiple_of(SECTOR), 0);
    };
    let mut descriptor = vec![0; SECTOR];
    descriptor[..7].copy_from_slice(b"\x01CD001\x01");
    descriptor[156..190].copy_from_slice(&entry(&[0], 18, SECTOR as u32, true));
    add(&descriptor);
    add(b"\xFFCD001\x01");
    add(&[entry(&[0], 18, 2048, true), entry(&[1], 18, 2048, true), entry(b"A.TXT;1", 20, 4, false), entry(b"B", 19, 2048, true)].concat());
    add(&[entry(&[0], 19, 2048, true), entry(&[1], 18, 2048, true), entry(b"C.CSV;1", 21, 21, false)].concat());
    add(b"text");
    add(b"id,email\n1,a@b.org  \n");
    image
}

#[test]
fn files_are_members() {
    check(
        "a.iso",
        &image(),
        expect![[r#"
        > A.TXT
          line 1, byte 0: "text"
        < text full
        > B/C.CSV
          property: "id,email\n"
          0: id=1 email=a@b.org  
        < csv full, 1 records
        = iso full
    "#]],
    );
}

#[test]
fn what_is_cut_says_so_and_circles_end() {
    let (transcript, outcome) = extract("a.iso", &image()[..20 * SECTOR + 2].to_vec());
    assert_eq!(shown(&outcome), "iso full");
    assert_eq!(transcript.left.iter().map(shown).collect::<Vec<_>>(), ["text sampled damaged", "empty not_scanned damaged"]);
    let mut circle = image();
    // The folder below leads back to the one above.
    let at = 18 * SECTOR + entry(&[0], 0, 0, true).len() * 2 + entry(b"A.TXT;1", 0, 0, false).len() + 2;
    circle[at] = 18;
    assert_eq!(shown(&extract("a.iso", &circle).1), "iso sampled damaged");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn mutated_images_end_well(at in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12)) {
        let mut bytes = image();
        for (index, byte) in at {
            let index = 16 * SECTOR + index.index(bytes.len() - 16 * SECTOR);
            bytes[index] = byte;
        }
        let (transcript, outcome) = extract("a.iso", &bytes);
        for outcome in transcript.left.iter().chain([&outcome]) {
            prop_assert!(outcome.reason.is_some() || outcome.method == Method::Full);
            prop_assert!(outcome.reason != Some(terrier_model::Reason::ParserCrashed));
        }
    }
}
