use std::collections::BTreeSet;

use expect_test::expect;
use terrier_content::Column;

use super::*;

fn text(kind: Kind, seed: u64, bytes: usize) -> String {
    match corpus(kind, seed, bytes).content {
        Content::Text(text) => String::from_utf8(text).unwrap(),
        Content::Records(batches) => {
            let columns = batches.iter().flat_map(|batch| &batch.columns);
            columns.map(|column| String::from_utf8_lossy(column.bytes().expose()).into_owned()).collect()
        }
    }
}

/// Figures of two versions compare only where they were measured with the same bytes: a change here goes with new figures.
#[test]
fn the_bytes_stay_as_they_are() {
    let mut sums = String::new();
    for kind in Kind::ALL {
        let mut sum = flate2::Crc::new();
        sum.update(text(kind, SEED, 1 << 20).as_bytes());
        sums += &format!("{} {:08x}\n", kind.as_str(), sum.sum());
    }
    expect![[r#"
        mixed ce784ab4
        mixed-clean 31863cb5
        encoded 0e60a812
        minified-json 6091dda6
        logs 1b5e7ece
        records 7f51e32f
    "#]]
    .assert_eq(&sums);
}

#[test]
fn a_seed_decides_every_byte() {
    for kind in Kind::ALL {
        assert!(text(kind, 3, 100_000) == text(kind, 3, 100_000), "{}", kind.as_str());
        assert!(text(kind, 3, 100_000) != text(kind, 4, 100_000), "{}", kind.as_str());
    }
}

#[test]
fn lengths_and_densities_are_as_promised() {
    for kind in Kind::ALL {
        for bytes in [1, 60_000, 1 << 20] {
            let corpus = corpus(kind, 1, bytes);
            let length = corpus.content.byte_len();
            assert!((bytes..bytes + 50_000).contains(&length), "{}: {length} bytes, not {bytes}", kind.as_str());
            let planted: u64 = corpus.truth.iter().filter(|(class, _)| **class != "ip_address").map(|(_, count)| count).sum();
            let expected = if matches!(kind, Kind::MixedClean | Kind::Encoded) { 0 } else { bytes / PLANT_EVERY };
            assert!(planted.abs_diff(expected as u64) <= 1 + expected as u64 / 50, "{}: {planted}, not {expected}", kind.as_str());
        }
    }
}

#[test]
fn each_part_of_the_mixture_has_its_share() {
    let text = text(Kind::MixedClean, 1, 4 << 20);
    let share =
        |part: fn(&str) -> bool| text.lines().filter(|line| part(line)).map(|line| line.len() + 1).sum::<usize>() * 100 / text.len();
    let is_log = |line: &str| line.starts_with('{');
    let is_prose = |line: &str| line.is_empty() || line.ends_with(['.', '?', '!', ':']);
    assert!((34..=35).contains(&share(is_log)), "{} % logs", share(is_log));
    assert!((24..=26).contains(&share(is_prose)), "{} % prose", share(is_prose));
}

#[test]
fn the_text_is_varied() {
    let text = text(Kind::MixedClean, 1, 1 << 20);
    let words: BTreeSet<&str> = text.split(|c: char| !c.is_ascii_lowercase()).filter(|word| word.len() > 2).collect();
    assert!(words.len() > 700, "{} distinct words", words.len());
    let lines: Vec<&str> = text.lines().filter(|line| line.len() > 40).collect();
    let distinct = lines.iter().collect::<BTreeSet<_>>().len();
    assert!(distinct * 100 > lines.len() * 99, "{distinct} of {} lines are distinct", lines.len());
}

#[test]
fn a_longer_text_repeats_whole_lines_from_another_place_on() {
    let block = b"first\nsecond value\nthird\nfourth\n";
    let plants = [Plant { at: 8, class: "email" }];
    let Corpus { content: Content::Text(text), truth } = repeat(block, &plants, 100) else { panic!("it is text") };
    let text = String::from_utf8(text).unwrap();
    let lines: BTreeSet<&str> = text.lines().collect();
    assert_eq!(lines, ["first", "second value", "third", "fourth"].into());
    assert_eq!(text.matches("second value").count() as u64, truth["email"]);
    assert!(text.len() >= 100 && text.ends_with('\n') && !text[block.len()..].starts_with("first"));
}

#[test]
fn records_are_written_as_json_with_all_their_values() {
    let Content::Records(batches) = corpus(Kind::Records, 1, 60_000).content else { panic!("records come in batches") };
    let mut lines = Vec::new();
    batches.iter().for_each(|batch| write_json_lines(batch, &mut lines).unwrap());
    let records: Vec<serde_json::Map<String, serde_json::Value>> =
        String::from_utf8(lines).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(records.len() as u64, batches.iter().map(|batch| u64::from(batch.records)).sum::<u64>());
    let values: usize = batches.iter().flat_map(|batch| &batch.columns).map(Column::len).sum();
    assert_eq!(records.iter().map(serde_json::Map::len).sum::<usize>(), values);
    assert!(records.iter().all(|record| record["quantity"].is_u64()));
}
