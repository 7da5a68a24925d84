use std::ops::Range;

use proptest::prelude::*;

use super::{find, whole};
use crate::signal::{Signal, SignalSet};

fn all(text: &[u8], places: Range<usize>) -> Vec<(Range<usize>, SignalSet)> {
    let mut all = Vec::new();
    find(text, places, &mut |found| all.push((found.span, found.signals)));
    all
}

/// The addresses of a text, parted by `; `.
fn found(text: &str) -> String {
    let spans = all(text.as_bytes(), 0..text.len());
    spans.into_iter().map(|(span, _)| text[span].to_owned()).collect::<Vec<_>>().join("; ")
}

/// Takes the address in brackets, and asks for it and no other.
fn check(marked: &str) {
    let text = marked.replace(['[', ']'], "");
    let expected = marked.split('[').skip(1).filter_map(|rest| rest.split(']').next()).collect::<Vec<_>>().join("; ");
    assert_eq!(found(&text), expected, "{marked}");
}

#[test]
fn addresses_of_english_speaking_countries() {
    check("Ship to [48 Larkmoor Lane, Apt. 7, Dayton, OH 45402] today");
    check("she moved to [1207 N Quillfeather Ave, Springfield, IL 62704-1122, USA] last year");
    check("from [310 Tamarack Crescent, Ottawa, ON K1A 0B1] by post");
    check("lives at [9 Thornbury Close, Leeds LS6 3QF] with him");
    check("office: [14 Fennelly Street, Dublin 2, D02 X285]");
    check("at [22 Wattlebird Parade, Fremantle WA 6160] now");
    check("to [5 Kowhai Road, Wellington 6011, New Zealand] then");
    check("the parcel for [12 Jasmine Marg, Pune 411001, India] came");
    check("send [PSC 4471, Box 9020, APO AE 09128] instead");
    check("to [P.O. Box 4471, Tulsa, OK 74101] please");
}

#[test]
fn addresses_of_german_and_dutch() {
    check("wohnhaft in der [Birkenhofstraße 17a, 50667 Köln], geboren");
    check("nach [Am Sonnenhang 3, A-8010 Graz] gezogen");
    check("in der [Lindenmattstrasse 9, CH-3012 Bern] zu finden");
    check("woont aan de [Kastanjelaan 31, 3512 AB Utrecht] sinds");
    check("an [Postfach 4471, 20095 Hamburg] senden");
    check("te [Grote Molenstraat 12 bus 4, 9000 Gent] in");
}

#[test]
fn addresses_of_romance_languages() {
    check("habite au [12 bis rue des Tilleuls, 69003 Lyon] depuis");
    check("vive en [Calle Hortensia Ruibal 8, 3º B, 28004 Madrid] desde");
    check("vive en [C/ Fuente nueva, s/n, 18002 Granada] desde");
    check("abita in [Via dei Gelsomini 22, 40126 Bologna] dal");
    check("mora na [Rua das Camélias, 310 - apto 52, São Paulo - SP, 01310-100] desde");
    check("mora em [Travessa do Moinho, 7, 1200-462 Lisboa] desde");
    check("en [Av. Ceibales 1450, Col. Roma Norte, 06700 Ciudad de México] desde");
}

#[test]
fn addresses_of_the_north_and_east() {
    check("bor på [Kastanjegatan 14, 211 45 Malmö] sedan");
    check("bor i [Bøgelundsvej 8, 8000 Aarhus C] siden");
    check("bor i [Granbakkveien 22, 0361 Oslo] siden");
    check("asuu [Pihlajakatu 5 B 12, 00100 Helsinki] nyt");
    check("zam. [ul. Jaworowa 15/4, 31-150 Kraków] od");
    check("lakik [Gesztenye utca 12, 1051 Budapest] ma");
    check("bytem [Lipová ulice 24, 602 00 Brno] tam");
    check("живет [ул. Рябиновая, д. 5, кв. 12, Москва] сейчас");
    check("στην [οδός Κυπαρισσίων 12, 115 23 Αθήνα] εδώ");
}

#[test]
fn lines_and_quotations_are_followed() {
    check("Anna Weir\n\n[48 Larkmoor Lane\nSuite 12\nDayton, OH 45402\nUnited States]\n");
    check("> Anna Weir\n> [Birkenhofstraße 17a\n> 50667 Köln\n> Deutschland]\n");
    check("[48 larkmoor lane, dayton, ohio 45402]");
}

#[test]
fn other_numbers_beside_names_are_no_addresses() {
    for text in [
        "The Wall Street Journal reported it on page 12.",
        "Chapter 5, Street Lights",
        "he crossed the main street at 10 and walked on",
        "Copyright 2003, 2009-2011 Thornbury Close",
        "Figure 3 Court of Appeals",
        "version 12.4 of Release Park, build 48210",
        "2024-05-18T12:34:17 INFO 500 Internal Server Error",
        "let Lane3 = 12 * Square(4);",
        "velocity of 810 m/s. La prueba",
        "In 2019 Park Avenue was closed",
        "UNION ALL SELECT 1 AS x",
        "IgG 317, IgA 1446, IgM 15 mg/dl",
        "https://maps.example/12/Elm+Street/45402",
        "Table 4 Results by Country",
    ] {
        assert_eq!(found(text), "", "{text}");
    }
}

#[test]
fn what_speaks_for_an_address_is_told() {
    let text = b"48 Larkmoor Lane, Apt. 7, Dayton, OH 45402, USA";
    let signals = all(text, 0..text.len())[0].1;
    for signal in [
        Signal::StreetWord,
        Signal::HouseNumber,
        Signal::AddressUnit,
        Signal::Postcode,
        Signal::KnownTown,
        Signal::KnownRegion,
        Signal::KnownCountry,
    ] {
        assert!(signals.contains(signal), "{signal:?}");
    }
    assert!(!signals.contains(Signal::AddressCue));
}

#[test]
fn cells_are_addresses_as_a_whole() {
    for cell in
        ["48 Larkmoor Lane", "Birkenhofstraße 17a", "P.O. Box 12", "ul. Jaworowa 15/4", "Calle Hortensia Ruibal 8, 3º B, 28004 Madrid"]
    {
        assert!(whole(cell.as_bytes()).is_some(), "{cell}");
    }
    for cell in
        ["Dayton", "12", "Series 12", "he lives far away from 48 Larkmoor Lane and walks there every day", "12 apples", "2024-05-18"]
    {
        assert!(whole(cell.as_bytes()).is_none(), "{cell}");
    }
}

#[test]
fn the_worst_texts_are_read_to_their_end() {
    // Runs that are too long, full of anchors. If each anchor were looked at from the start of its run, this would take hours.
    for unit in ["12 Elm ", "Elm Street ", "1 A\n", "calle ", "12, ", "ул. 5 ", "12345 "] {
        let text = unit.repeat(400_000 / unit.len());
        assert!(all(text.as_bytes(), 0..text.len()).iter().all(|(span, _)| span.len() < 1_024), "{unit}");
    }
}

/// Texts of pieces that addresses are made of, and some that they are not.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "12",
        " ",
        ", ",
        "\n",
        "Elm",
        "Street",
        "Rue",
        "de",
        "la",
        "Calle",
        "Hauptstr.",
        "5",
        "45402",
        "OH",
        "Dayton",
        "Apt.",
        "7",
        "s/n",
        "is",
        "the",
        "D-10115",
        "Berlin",
        "ul.",
        "ß",
        "º",
        "-",
        "/",
        "#",
        ".",
        "(",
        ")",
        ">",
        "LS6",
        "3QF",
        "2019",
        "ул.",
        "Москва",
        "x",
        "=",
        "P.O. Box",
        "APO AE 09128",
    ]);
    prop::collection::vec(piece, 0..160).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn arbitrary_bytes_are_read(text in prop::collection::vec(any::<u8>(), 0..600)) {
        let mut end = 0;
        for (span, _) in all(&text, 0..text.len()) {
            prop_assert!(span.start >= end && span.end <= text.len() && span.start < span.end);
            end = span.end;
        }
        whole(&text);
    }

    #[test]
    fn where_places_begin_and_end_does_not_matter(text in pieces(), cut in 0_usize..1_000) {
        let bytes = text.as_bytes();
        let cut = cut.min(bytes.len());
        let mut parts = all(bytes, 0..cut);
        parts.extend(all(bytes, cut..bytes.len()));
        prop_assert_eq!(parts, all(bytes, 0..bytes.len()));
    }

    #[test]
    fn what_is_far_away_does_not_matter(text in pieces(), before in pieces(), cut in 1_024_usize..1_400) {
        // A window that begins or ends a KiB away from an address sees the same.
        // What is one run for more than a KiB is no address, but where it is cut decides which lines of it are looked at.
        let around = format!("{before} is ").repeat(8);
        let long = format!("{around} {text} is {around}");
        let bytes = long.as_bytes();
        let expected = all(bytes, 0..bytes.len());
        let (from, to) = (cut.min(bytes.len()), bytes.len().saturating_sub(cut).max(cut.min(bytes.len())));
        let places = (from + 1_024).min(to)..to.saturating_sub(1_024).max((from + 1_024).min(to));
        let seen: Vec<_> = all(&bytes[from..to], places.start - from..places.end - from)
            .into_iter()
            .map(|(span, signals)| (span.start + from..span.end + from, signals))
            .collect();
        let expected: Vec<_> = expected.into_iter().filter(|(span, _)| places.contains(&span.start)).collect();
        prop_assert_eq!(seen, expected);
    }
}
