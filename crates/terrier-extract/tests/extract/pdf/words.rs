//! Words and lines, by the places of their letters.

use expect_test::{Expect, expect};

use super::{page, pages, stream};
use crate::transcript::extract;

fn lines(content: &str, expect: Expect) {
    let (transcript, _) = extract("a.pdf", &pages(&[content]));
    expect.assert_eq(&String::from_utf8(transcript.content).unwrap());
}

#[test]
fn gaps_part_words_and_cells() {
    lines(
        "BT /F1 10 Tf 72 700 Td [(ke) 20 (rn) -30 (ed)] TJ 0 -20 Td [(two) -300 (words)] TJ 0 -20 Td [(a cell) -3000 (another)] TJ ET",
        expect![[r#"
            kerned
            two words
            a cell	another
        "#]],
    );
}

#[test]
fn letters_that_are_placed_one_by_one_are_a_word() {
    let digits = |y: u32| {
        ('0'..='9').rev().enumerate().map(|(at, c)| format!("1 0 0 1 {} {y} Tm ({c}) Tj ", 100.0 + 5.56 * at as f64)).collect::<String>()
    };
    lines(
        &format!("BT /F1 10 Tf {} 12 Tc 1 0 0 1 100 600 Tm (536904399) Tj 0 Tc 1 0 0 1 100 580 Tm (after) Tj ET", digits(700)),
        expect![[r#"
            9876543210
            5 3 6 9 0 4 3 9 9
            after
        "#]],
    );
}

#[test]
fn blanks_and_what_sets_letters_apart_count_by_the_place_of_the_letters() {
    lines(
        // A blank whose width is taken back is none. A title whose letters are set apart goes on in the next string.
        "BT /F1 10 Tf 72 700 Td -0.3 Tc -2.4 Tw (b ody) Tj 0 Tc 0 Tw 0 -20 Td 1.5 Tc (MEDITATION) Tj 0 Tc (S) Tj ET
         BT /F1 10 Tf 72 600 Td 3 Tc (y) Tj 0 Tc (of) Tj 0 -20 Td (615) Tj 2 Tc ( x) Tj ET",
        expect![[r#"
            body
            MEDITATIONS
            y of
            615 x
        "#]],
    );
}

#[test]
fn pieces_of_a_line_are_put_together_whatever_their_order() {
    lines(
        "BT /F1 10 Tf 1 0 0 1 116.68 700 Tm (4399) Tj 1 0 0 1 100 650 Tm (other) Tj 1 0 0 1 100 700 Tm (536) Tj ET",
        expect![[r#"
            5364399
            other
        "#]],
    );
}

#[test]
fn columns_stay_apart() {
    let column = |x: u32, words: [&str; 2]| format!("1 0 0 1 {x} 700 Tm ({}) Tj 1 0 0 1 {x} 688 Tm ({}) Tj ", words[0], words[1]);
    lines(
        &format!("BT /F1 10 Tf {}{}ET", column(100, ["left column", "goes on"]), column(160, ["right column", "ends"])),
        expect![[r#"
            left column
            goes on
            right column
            ends
        "#]],
    );
}

#[test]
fn words_are_joined_across_lines_and_numbers_are_not() {
    lines(
        "BT /F1 10 Tf 12 TL 72 700 Td (an exam-) Tj T* (ple and 536-) Tj T* (90) Tj ET",
        expect![[r#"
            an example and 536-
            90
        "#]],
    );
}

#[test]
fn rotated_and_scaled_text_is_read_along_its_lines() {
    lines(
        "q 0.1 0 0 0.1 0 0 cm BT /F1 100 Tf 0 1 -1 0 3000 100 Tm [(up) -400 (wards)] TJ ET Q BT /F1 10 Tf 50 Tz 9 9 Td (narrow) Tj ET",
        expect![[r#"
            up wards
            narrow
        "#]],
    );
}

#[test]
fn text_that_is_drawn_twice_is_read_once() {
    lines(
        "BT /F1 10 Tf 1 0 0 1 72 700 Tm (bold) Tj 1 0 0 1 72.3 700 Tm (bold) Tj 1 0 0 1 72 600 Tm (b) Tj 1 0 0 1 72.3 600 Tm (b) Tj (ook) Tj ET",
        expect![[r#"
            bold
            book
        "#]],
    );
}

#[test]
fn raised_figures_stay_with_their_word() {
    lines(
        "BT /F1 10 Tf 72 700 Td (word) Tj 6 Tf /F1 6 Tf 4 Ts (12) Tj ET",
        expect![[r#"
            word12
        "#]],
    );
}

#[test]
fn what_marks_say_stands_instead_of_what_is_drawn() {
    lines(
        "BT /F1 10 Tf 72 700 Td (a ) Tj /Span << /ActualText (good) >> BDC (b) Tj (a) Tj (d) Tj EMC ( word) Tj ET",
        expect![[r#"
            a good word
        "#]],
    );
}

#[test]
fn all_ways_to_show_text_are_known() {
    lines(
        "BT /F1 10 Tf 12 TL 72 700 Td (one) Tj (two) ' 1 2 (three) \" 0 -14 TD [(fo) (ur)] TJ T* <66697665> Tj ET",
        expect![[r#"
            one
            two
            three
            four
            five
        "#]],
    );
}

#[test]
fn forms_are_drawn_where_they_are() {
    let form = stream("/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Matrix [1 0 0 1 50 0]", "BT /F1 10 Tf 0 0 Td (4399) Tj ET");
    let content = "BT /F1 10 Tf 100 700 Td (536) Tj ET q 1 0 0 1 67 700 cm /Fm Do Q";
    let (transcript, _) = extract("a.pdf", &page(content, "", "", "/XObject << /Fm 6 0 R >>", &["null".to_owned(), form]));
    assert_eq!(String::from_utf8(transcript.content).unwrap(), "5364399\n");
}

#[test]
fn hidden_text_is_read() {
    lines(
        "BT /F1 10 Tf 3 Tr 72 700 Td (invisible) Tj 1 1 1 rg 0 Tr 0 -9999 Td (far away) Tj ET",
        expect![[r#"
            invisible
            far away
        "#]],
    );
}

#[test]
fn text_without_size_or_place_is_read() {
    lines(
        "BT /F1 0 Tf 72 700 Td (no size) Tj /F1 10 Tf 0 0 0 0 0 0 Tm (all in one place) Tj ET BT (Courier, not found) Tj ET",
        expect![[r#"
            no size
            all in one placeCourier, not found
        "#]],
    );
}
