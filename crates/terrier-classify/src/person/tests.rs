use proptest::prelude::*;

use super::*;
use crate::signal::Signal;

fn names(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    find(text.as_bytes(), 0..text.len(), &mut |found| names.push(&text[found.span]));
    names
}

fn signals(text: &str, name: &str) -> SignalSet {
    let mut signals = None;
    find(text.as_bytes(), 0..text.len(), &mut |found| {
        if &text[found.span.clone()] == name {
            signals = Some(found.signals);
        }
    });
    signals.unwrap_or_else(|| panic!("{name} is not found"))
}

fn check(text: &str, expected: &[&str]) {
    assert_eq!(names(text), expected, "{text}");
}

#[test]
fn full_names_of_many_languages_are_found() {
    check("the report by Rosalind Achterberg was late", &["Rosalind Achterberg"]);
    check("seguimiento de María José Villanueva Ortega ayer", &["María José Villanueva Ortega"]);
    check("umowa z Katarzyną Wiśniewską i firmą", &["Katarzyną Wiśniewską"]);
    check("ein Brief von Jürgen von der Heide kam", &["Jürgen von der Heide"]);
    check("la lettre de Geneviève Lefèvre est là", &["Geneviève Lefèvre"]);
    check("meeting with Patrick O'Connor today", &["Patrick O'Connor"]);
    check("signed J. K. Harrington yesterday", &["J. K. Harrington"]);
    check("spoke to Jean-Pierre Dubois about it", &["Jean-Pierre Dubois"]);
}

#[test]
fn what_stands_before_and_behind_is_seen() {
    assert!(signals("a visit by Mrs. Harrington on Friday", "Mrs. Harrington").contains(Signal::Title));
    assert!(signals("Dear Margaret, thank you", "Margaret").contains(Signal::Salutation));
    assert!(signals("it was late, said Quibbleworth.", "Quibbleworth").contains(Signal::Speech));
    assert!(signals("my name is Zorblatt and", "Zorblatt").contains(Signal::Named));
    assert!(signals("president Andrew Quibbleworth left", "Andrew Quibbleworth").contains(Signal::Role));
    assert!(signals("so did Andrew Harrington. Later Harrington left", "Harrington").contains(Signal::NamedNearby));
    assert!(signals("Nombre: Victoria", "Victoria").contains(Signal::PlaceName));
    assert!(signals("Zdzisław Horák came. Later they wrote to Horákovi today", "Horákovi").contains(Signal::NamedNearby));
    check("Dear all. Mark the place", &[]);
    check("padece la enfermedad de Crohn desde hoy", &[]);
}

#[test]
fn what_only_looks_like_a_name_is_passed_over_or_doubted() {
    check("The Quick Guide to Better Software", &[]);
    check("class HashMap extends AbstractMap implements Map", &[]);
    check("import com.Andrew.Harrington; andrew@Harrington", &[]);
    check("they met in January, on a Monday in Paris", &[]);
    check("lives at 14 Andrew Street", &[]);
    check("Permission Is Hereby Granted Free Of Charge", &[]);
    assert!(signals("the Andrew Harrington University is old", "Andrew Harrington").contains(Signal::Organisation));
    assert!(signals("dirección: Andrés Villanueva 14", "Andrés Villanueva").contains(Signal::BesidePlace));
    check("vive en la calle Andrés Villanueva 14", &[]);
}

#[test]
fn cells_are_names_as_a_whole_or_not_at_all() {
    let is_name = |cell: &str| whole(cell.as_bytes()).is_some();
    for name in ["Mary Ann Harrington", "HARRINGTON, Mary", "Harrington, M.", "Andrew", "Wiśniewska", "O'Connor", "J. Harrington"] {
        assert!(is_name(name), "{name}");
    }
    for other in ["", "42", "the end", "Mary had a little lamb", "mary@harrington", "HashMap", "A", "2024-01-02", "Monday", "x Mary"] {
        assert!(!is_name(other), "{other}");
    }
}

/// Pieces of text that matter to the recogniser.
fn piece() -> impl Strategy<Value = String> {
    let words = [
        "Andrew",
        "Harrington",
        "Mrs.",
        "J.",
        "the",
        " ",
        "  ",
        "\n",
        ", ",
        ". ",
        "van der",
        "O'Connor",
        "María",
        "de la",
        "Inc",
        "said",
        "&",
        "MARY",
        "'s",
        "-",
        "Street",
        "14",
        "Dear",
        "Name:",
        "José",
        "…",
        "McKenna",
        "Sunday",
    ];
    prop_oneof![
        6 => (prop::sample::select(words.to_vec()), prop::sample::select(vec![" ", " ", " ", "", "\n"])).prop_map(|(word, gap)| format!("{word}{gap}")),
        1 => "\\PC{0,6}",
    ]
}

proptest! {
    #[test]
    fn it_does_not_matter_where_a_text_is_cut(pieces in prop::collection::vec(piece(), 0..120), cut in 0..400_usize) {
        let text = pieces.concat();
        let text = text.as_bytes();
        let cut = cut.min(text.len());
        let told = |places: Range<usize>| {
            let mut told = Vec::new();
            find(text, places, &mut |found| told.push(found));
            told
        };
        let whole = told(0..text.len());
        let parts = [told(0..cut), told(cut..text.len())].concat();
        prop_assert_eq!(whole, parts);
    }

    #[test]
    fn names_are_told_in_order_and_without_overlap(pieces in prop::collection::vec(piece(), 0..120)) {
        let text = pieces.concat();
        let mut end = 0;
        find(text.as_bytes(), 0..text.len(), &mut |found| {
            assert!(found.span.start >= end && found.span.end <= text.len() && !found.span.is_empty());
            end = found.span.end;
        });
    }

    #[test]
    fn any_bytes_are_taken(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        find(&bytes, 0..bytes.len(), &mut |found| assert!(found.span.end <= bytes.len()));
        whole(&bytes);
    }

    #[test]
    fn what_lies_far_away_does_not_matter(pieces in prop::collection::vec(piece(), 0..20), far in "[a-zA-Z ]{0,50}") {
        let near = pieces.concat();
        let told = |text: &str, from: usize| {
            let mut told = Vec::new();
            find(text.as_bytes(), from..from + near.len(), &mut |found| told.push((found.span.start - from, found.span.len(), found.signals)));
            told
        };
        let pad = "x ".repeat(512);
        let one = format!("{pad}{near}{pad}");
        let other = format!("{far}{pad}{near}{pad}{far}");
        prop_assert_eq!(told(&one, pad.len()), told(&other, far.len() + pad.len()));
    }
}
