use expect_test::{Expect, expect};

use super::*;

fn check(content: &[u8], expect: Expect) {
    let mut lexer = Lexer::new(content);
    let (mut operands, mut lines) = (Vec::new(), String::new());
    while let Some(operator) = lexer.next(&mut operands) {
        let shown: Vec<String> = operands.iter().map(shown).collect();
        lines += &format!("{} {}\n", String::from_utf8_lossy(operator), shown.join(" "));
    }
    lines += if lexer.is_cut { "cut\n" } else { "" };
    expect.assert_eq(&lines);
}

fn shown(operand: &Operand<'_>) -> String {
    match operand {
        Operand::Number(number) => number.to_string(),
        Operand::Name(name) => format!("/{}", String::from_utf8_lossy(name)),
        Operand::String(string) => format!("{:?}", String::from_utf8_lossy(string)),
        Operand::Array(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(" ")),
        Operand::Dict(entries) => entries.iter().map(|(key, value)| format!("{}:{}", String::from_utf8_lossy(key), shown(value))).collect(),
        Operand::Other => "other".to_owned(),
    }
}

#[test]
fn operands_of_all_kinds() {
    check(
        b"1 -.5 --3 +4.25 cm/F#31 12 Tf[(a\\)(b)\\101\\\nc)-20<4a4B5>]TJ % note\n/S<</T(x)/N null/A[1 true]>>BDC",
        expect![[r#"
            cm 1 -0.5 -3 4.25
            Tf /F1 12
            TJ ["a)(b)Ac" -20 "JKP"]
            BDC /S T:"x"N:otherA:[1 other]
        "#]],
    );
}

#[test]
fn images_are_passed_over() {
    check(
        b"q BI /W 1 /H 1 ID \x01 EI \xFF\x00 EIx EI Q (a) Tj",
        expect![[r#"
            q 
            BI 
            Q 
            Tj "a"
        "#]],
    );
}

#[test]
fn what_does_not_fit_is_passed_over() {
    check(
        b"]) >> } (a) Tj <4g8> Tj [(b) foo (c)] TJ",
        expect![[r#"
            Tj "a"
            Tj "H"
            TJ ["b" "c"]
        "#]],
    );
    check(
        b"(a) Tj [(b) (c",
        expect![[r#"
            Tj "a"
            cut
        "#]],
    );
    check(
        &[b'['; 10_000],
        expect![[r#"
            cut
        "#]],
    );
}
