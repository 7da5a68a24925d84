//! A name with what counts things up in it replaced: dates, numbers, UUIDs, hashes, the values of partition keys.

/// Stands for a run of digits, or for a date or time.
const NUMBER: &[u8] = b"{n}";

/// Stands for a UUID.
const UUID: &[u8] = b"{uuid}";

/// Stands for a hash or another random name.
const HASH: &[u8] = b"{hash}";

/// Stands for anything.
pub(super) const ANY: &[u8] = b"*";

/// Random names are at least so long: shorter ones may be words.
const SHORTEST_HASH: usize = 8;

/// Endings that say how the content is packed; the one before them says what it is.
const PACKED: [&[u8]; 8] = [b".gz", b".zst", b".bz2", b".xz", b".lz4", b".snappy", b".br", b".z"];

/// Longest ending that is taken for one.
const LONGEST_ENDING: usize = 10;

/// Returns the template of a folder's name. Of a partition (`dt=2024-05-01`) only the key counts.
pub(super) fn of_folder(name: &[u8]) -> Vec<u8> {
    match name.iter().position(|byte| *byte == b'=') {
        Some(equals) if equals > 0 => [&name[..=equals], ANY].concat(),
        _ => {
            let mut template = Vec::with_capacity(name.len());
            of_text(name, &mut template);
            template
        }
    }
}

/// Writes the template of a file's name into what is empty; its ending stays as it is, in lower case.
pub(super) fn of_file(name: &[u8], template: &mut Vec<u8>) {
    let ending = ending(name);
    of_text(&name[..name.len() - ending.len()], template);
    template.extend(ending.iter().map(u8::to_ascii_lowercase));
}

/// Returns a file name's ending with its dot, two of them where the last says how the content is packed; empty without one.
pub(crate) fn ending(name: &[u8]) -> &[u8] {
    let last = last_ending(name);
    if PACKED.iter().any(|packed| last.eq_ignore_ascii_case(packed)) {
        let before = last_ending(&name[..name.len() - last.len()]);
        return &name[name.len() - last.len() - before.len()..];
    }
    last
}

fn last_ending(name: &[u8]) -> &[u8] {
    let Some(dot) = name.iter().rposition(|byte| *byte == b'.') else { return &[] };
    let ending = &name[dot + 1..];
    let is_ending = !ending.is_empty()
        && ending.len() <= LONGEST_ENDING
        && ending.iter().all(u8::is_ascii_alphanumeric)
        && ending.iter().any(u8::is_ascii_alphabetic);
    if is_ending { &name[dot..] } else { &[] }
}

fn of_text(text: &[u8], template: &mut Vec<u8>) {
    let mut rest = text;
    while let Some(first) = rest.first() {
        let (length, stands_for) = if is_uuid(rest) && !template.last().is_some_and(u8::is_ascii_alphanumeric) {
            (36, UUID)
        } else if first.is_ascii_alphanumeric() {
            let length = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
            if is_random(&rest[..length]) {
                (length, HASH)
            } else if first.is_ascii_digit() {
                (rest.iter().take_while(|byte| byte.is_ascii_digit()).count(), NUMBER)
            } else {
                let letters = rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
                template.extend_from_slice(&rest[..letters]);
                rest = &rest[letters..];
                continue;
            }
        } else {
            if *first == ANY[0] {
                template.push(b'\\');
            }
            template.push(*first);
            rest = &rest[1..];
            continue;
        };
        put(template, stands_for);
        rest = &rest[length..];
    }
}

/// Numbers with one separator between them are one: a date, a time, a range, a version.
fn put(template: &mut Vec<u8>, stands_for: &[u8]) {
    if stands_for == NUMBER {
        let joined = template
            .len()
            .checked_sub(1)
            .is_some_and(|at| matches!(template[at], b'-' | b'_' | b'.' | b':' | b'T' | b'+') && template[..at].ends_with(NUMBER));
        if joined {
            template.pop();
            return;
        }
    }
    template.extend_from_slice(stands_for);
}

fn is_uuid(text: &[u8]) -> bool {
    text.len() >= 36
        && text[..36].iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
        && !text.get(36).is_some_and(u8::is_ascii_alphanumeric)
}

/// A run of letters and digits that change places too often to be a word with a number: `a81f03c9`, `7Xk2PqZ91`.
fn is_random(run: &[u8]) -> bool {
    let changes = run.windows(2).filter(|pair| pair[0].is_ascii_digit() != pair[1].is_ascii_digit()).count();
    let hexadecimal = run.iter().all(u8::is_ascii_hexdigit);
    run.len() >= SHORTEST_HASH && changes >= if hexadecimal { 2 } else { 3 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_file(name: &str, expect: &str) {
        let mut template = Vec::new();
        of_file(name.as_bytes(), &mut template);
        assert_eq!(String::from_utf8_lossy(&template), expect, "{name}");
    }

    fn check_folder(name: &str, expect: &str) {
        assert_eq!(String::from_utf8_lossy(&of_folder(name.as_bytes())), expect, "{name}");
    }

    #[test]
    fn what_counts_up_is_replaced() {
        check_file("part-00017.snappy.parquet", "part-{n}.snappy.parquet");
        check_file("part-00000-3f2504e0-4f89-11d3-9a0c-0305e82c3301-c000.csv", "part-{n}-{uuid}-c{n}.csv");
        check_file("access_2024-05-01T08:00:00.log.gz", "access_{n}.log.gz");
        check_file("20240501.json", "{n}.json");
        check_file("d41d8cd98f00b204e9800998ecf8427e.bin", "{hash}.bin");
        check_file("7Xk2PqZ91.dat", "{hash}.dat");
        check_file("log.1", "log.{n}");
        check_file("SYSLOG.3.GZ", "SYSLOG.{n}.gz");
    }

    #[test]
    fn words_and_endings_stay() {
        check_file("employees.csv", "employees.csv");
        check_file("song.MP3", "song.mp3");
        check_file("Dockerfile", "Dockerfile");
        check_file("résumé.docx", "résumé.docx");
        check_file(".env", ".env");
        check_file("decade", "decade");
        check_file("*", "\\*");
        check_file("", "");
    }

    #[test]
    fn of_partitions_only_the_key_stays() {
        check_folder("dt=2024-05-01", "dt=*");
        check_folder("country=DE", "country=*");
        check_folder("2024", "{n}");
        check_folder("v2", "v{n}");
        check_folder("customers", "customers");
        check_folder("=x", "=x");
    }
}
