//! The encodings before Unicode, which only what they say tells apart: by what the text declares, else by how it reads in each.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    GB18030, GBK, ISO_2022_JP, ISO_8859_2, ISO_8859_4, MACINTOSH, UTF_8, WINDOWS_1250, WINDOWS_1252, WINDOWS_1254, WINDOWS_1257,
    WINDOWS_1258,
};

use super::declared::declared;
use super::{Encoding, dos};

/// How much of a text is looked at, beside the ASCII in it.
const SAMPLE: usize = 8 << 10;
/// What Latin letters are in, beside what browsers do not guess.
const LATIN: [&encoding_rs::Encoding; 7] = [WINDOWS_1252, WINDOWS_1250, WINDOWS_1254, WINDOWS_1257, WINDOWS_1258, ISO_8859_2, ISO_8859_4];
/// How much ASCII around other bytes is looked at.
const AROUND: usize = 16;

/// Tells the encoding of text that is neither ASCII nor Unicode and has so many control characters; `None` where it is no text.
pub(super) fn guess(head: &[u8], controls: usize) -> Option<Encoding> {
    if controls > 0 && (head.len() < LONG || controls * 200 > head.len()) {
        return None;
    }
    let sample = sample(head);
    // Who says UTF-8 does not always write it.
    if let Some(declared) = declared(head).filter(|declared| *declared != UTF_8)
        && reads_well(&sample, declared, 90)
    {
        return Some(Encoding::Named(declared));
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(&sample, false);
    let guessed = detector.guess(None, Utf8Detection::Deny);
    // Its superset, which reads what newer programs write.
    let guessed = if guessed == GBK { GB18030 } else { guessed };
    let guessed = if reads_well(&sample, guessed, 95) { guessed } else { WINDOWS_1252 };
    if !LATIN.contains(&guessed) {
        return Some(Encoding::Named(guessed));
    }
    let guessed = if is_rather_windows(&sample, guessed) { WINDOWS_1252 } else { guessed };
    let share_of_letters = if controls == 0 { 0 } else { 90 };
    let is_text = is_western(head) && reads_well(&sample, guessed, share_of_letters);
    older(&sample, guessed).or(Some(Encoding::Named(guessed))).filter(|_| is_text)
}

/// Text that is long enough to have a control character by accident.
const LONG: usize = 512;

/// Tells whether ASCII holds Japanese between escapes that no other text has (ISO-2022-JP, RFC 1468).
pub(super) fn is_iso_2022_jp(head: &[u8]) -> bool {
    let begins = |start: usize| matches!(head.get(start + 1..start + 3), Some(b"$B" | b"$@"));
    let Some(start) = memchr::memchr_iter(0x1B, head).find(|start| begins(*start)) else { return false };
    reads_well(&head[start..head.len().min(start + SAMPLE)], ISO_2022_JP, 95)
}

/// Puts together what is not ASCII, with the letters around it.
fn sample(head: &[u8]) -> Vec<u8> {
    let mut sample = Vec::with_capacity(SAMPLE.min(head.len()));
    let (mut at, mut taken) = (0, 0);
    while let Some(found) = head[at..].iter().position(|byte| !byte.is_ascii()) {
        let start = (at + found).saturating_sub(AROUND).max(taken);
        let run = head[at + found..].iter().position(u8::is_ascii).unwrap_or(head.len() - at - found);
        at += found + run;
        taken = head.len().min(at + AROUND);
        sample.extend_from_slice(&head[start..taken]);
        if sample.len() >= SAMPLE {
            sample.truncate(SAMPLE);
            break;
        }
    }
    sample
}

/// Fewest characters by which text is told that has hardly any ASCII.
const FEWEST: usize = 8;

/// Tells whether so many of a hundred characters beyond ASCII are such as words are made of. Bytes at random are not.
fn reads_well(sample: &[u8], encoding: &'static encoding_rs::Encoding, share: usize) -> bool {
    let (text, _) = encoding.decode_without_bom_handling(sample);
    let (mut ascii, mut others, mut words) = (0, 0, 0);
    for character in text.chars() {
        if character.is_ascii() {
            ascii += 1;
        } else {
            others += 1;
            words += usize::from(is_of_words(character));
        }
    }
    words * 100 >= others * share && (ascii >= others || ascii + others >= FEWEST)
}

fn is_of_words(character: char) -> bool {
    character.is_alphabetic()
        || matches!(character, '\u{a0}'..='\u{bf}' | '\u{2010}'..='\u{203B}' | '\u{20AC}' | '\u{2116}' | '\u{2122}')
        || matches!(character, '\u{3000}'..='\u{303F}' | '\u{30FB}' | '\u{FF01}'..='\u{FF65}')
        // Marks of Thai and of what is written from right to left.
        || matches!(character, '\u{0E30}'..='\u{0E5B}' | '\u{05B0}'..='\u{05C7}' | '\u{0600}'..='\u{060C}' | '\u{064B}'..='\u{066D}')
}

/// Tells whether bytes may be text in Latin letters: most of them are ASCII, and hardly one is a byte that Windows-1252 leaves open.
fn is_western(head: &[u8]) -> bool {
    let high = head.iter().filter(|byte| **byte >= 0x80).count();
    let open = head.iter().filter(|byte| matches!(byte, 0x81 | 0x8D | 0x8F | 0x90 | 0x9D)).count();
    high * 10 <= head.len() * 6 && open * 10 <= head.len()
}

/// Tells whether Windows-1252 explains a text better than what was guessed: what that takes for letters may be quotes.
fn is_rather_windows(sample: &[u8], guessed: &'static encoding_rs::Encoding) -> bool {
    score(sample, 1, &|byte| single(WINDOWS_1252, byte)) > score(sample, 1, &|byte| single(guessed, byte))
}

/// Tells DOS and Macintosh before Unicode from an encoding of Latin letters that a browser would guess.
fn older(sample: &[u8], guessed: &'static encoding_rs::Encoding) -> Option<Encoding> {
    let newer = score(sample, 0, &|byte| single(guessed, byte));
    let dos = score(sample, 0, &dos::character);
    let macintosh = score(sample, 0, &|byte| single(MACINTOSH, byte));
    let best = dos.max(macintosh);
    // The newer ones are what most text is in, so the others have to be better by more than chance.
    (best > 0 && best >= newer + 3).then_some(if dos >= macintosh { Encoding::Dos } else { Encoding::Named(MACINTOSH) })
}

fn single(encoding: &'static encoding_rs::Encoding, byte: u8) -> char {
    encoding.decode_without_bom_handling(&[byte]).0.chars().next().unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// Says how well what is beyond ASCII fits the letters around it, by what all bytes stand for. Small letters of the west of Europe count, and
/// others so much.
fn score(sample: &[u8], others: i64, character: &dyn Fn(u8) -> char) -> i64 {
    let characters: Vec<char> = (0..=u8::MAX).map(character).collect();
    let is_letter = |byte: Option<&u8>| byte.is_some_and(|byte| characters[usize::from(*byte)].is_alphabetic());
    let mut score = 0;
    for (at, byte) in sample.iter().enumerate().filter(|(_, byte)| !byte.is_ascii()) {
        let (before, after) = (at.checked_sub(1).and_then(|before| sample.get(before)), sample.get(at + 1));
        let (follows, precedes) = (is_letter(before), is_letter(after));
        let follows_small = before.is_some_and(|before| characters[usize::from(*before)].is_lowercase());
        score += match characters[usize::from(*byte)] {
            'à'..='ö' | 'ø'..='ÿ' | 'ß' | 'œ' => 1,
            small if small.is_lowercase() => others,
            capital if capital.is_alphabetic() => -2 * i64::from(follows_small),
            '’' | '‘' | '–' | '—' | '\u{a0}' if follows || precedes => 1,
            '“' | '”' | '„' | '…' | '«' | '»' if follows != precedes => 1,
            '\u{ad}' => 0,
            _ => -2 * i64::from(follows && precedes),
        };
    }
    score
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, encoding: &'static encoding_rs::Encoding) {
        let (bytes, _, lossy) = encoding.encode(text);
        assert!(!lossy && guess(&bytes, 0) == Some(Encoding::Named(encoding)), "{} of {text}: {:?}", encoding.name(), guess(&bytes, 0));
    }

    #[test]
    fn encodings_are_told_by_how_they_read() {
        check("Имя: Анна Ивановна Петрова, город Москва, улица Ленина", encoding_rs::WINDOWS_1251);
        check("Имя: Анна Ивановна Петрова, город Москва, улица Ленина", encoding_rs::IBM866);
        check("Zażółć gęślą jaźń, ul. Świętokrzyska 12, Łódź", WINDOWS_1250);
        check("Zażółć gęślą jaźń, ul. Świętokrzyska 12, Łódź", ISO_8859_2);
        check("Όνομα: Γεώργιος Παπαδόπουλος, οδός Ερμού", encoding_rs::WINDOWS_1253);
        check("氏名,住所\n山田太郎,東京都千代田区\n", encoding_rs::SHIFT_JIS);
        check("氏名、山田太郎さんの住所は東京都です。", encoding_rs::EUC_JP);
        check("姓名,地址\n王小明,北京市朝阳区建国路\n", GB18030);
        check("姓名,地址\n王小明,臺北市信義區市府路\n", encoding_rs::BIG5);
        check("이름,주소\n김철수,서울특별시 강남구 테헤란로\n", encoding_rs::EUC_KR);
        check("Zoë Müller wohnt in Köln, Straße 5", WINDOWS_1252);
        check("Adı: Ayşe Yılmaz, İstanbul, Çağlayan Mahallesi", WINDOWS_1254);
        check("Prénom: Zoé, née à Orléans, élève très fière", MACINTOSH);
        assert_eq!(
            guess("Pr\u{82}nom: Zo\u{82}, n\u{82}e \u{85} Orl\u{82}ans".chars().map(|c| c as u8).collect::<Vec<_>>().as_slice(), 0),
            Some(Encoding::Dos)
        );
    }

    #[test]
    fn quotes_and_dashes_of_windows_are_no_letters_of_dos() {
        check(
            "He said \u{201c}no\u{201d}, \u{201c}never\u{201d} \u{2014} and left\u{2026} It\u{2019}s \u{2018}his\u{2019} way\u{2014}really.",
            WINDOWS_1252,
        );
        check("K\u{e4}yt\u{e4} \u{201d}tiedosto\u{201d}, \u{201d}kuva\u{201d} ja \u{201d}nimi\u{201d}", WINDOWS_1252);
    }

    #[test]
    fn koi8_is_told() {
        let (bytes, _, _) = encoding_rs::KOI8_R.encode("Имя: Анна Ивановна Петрова, город Москва, улица Ленина");
        // Both are the same but for the letters that only Ukrainian has.
        assert_eq!(guess(&bytes, 0), Some(Encoding::Named(encoding_rs::KOI8_U)));
    }

    #[test]
    fn bytes_at_random_are_no_text() {
        let mut state = 1_u64;
        let mut told = 0;
        for _ in 0..2000 {
            let bytes: Vec<u8> = (0..64)
                .map(|_| {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    (state >> 56) as u8 | 0x20
                })
                .collect();
            told += usize::from(matches!(guess(&bytes, 0), Some(Encoding::Named(encoding)) if encoding != WINDOWS_1252));
        }
        assert!(told <= 20, "{told}");
    }
}
