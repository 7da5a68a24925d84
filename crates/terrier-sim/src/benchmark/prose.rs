use super::draft::Draft;

/// Writes paragraphs, a line each.
pub(crate) fn fill(draft: &mut Draft, until: usize) {
    while draft.text.len() < until {
        for place in 0..draft.dice.between(3, 7) {
            if place > 0 {
                draft.text.push(' ');
            }
            sentence(draft);
            if let Some(kind) = draft.due() {
                let value = draft.plant(kind);
                draft.push(&format!(" On file: {} {value}.", kind.lead));
            }
        }
        draft.push("\n\n");
    }
}

fn sentence(draft: &mut Draft) {
    let start = draft.text.len();
    for clause in 0..draft.dice.between(1, 3) {
        if clause > 0 {
            draft.one_of(&[", ", ", ", ", and ", "; ", " - ", ", which "]);
        }
        let words = draft.dice.between(3, 10);
        draft.words(words, ' ');
        match draft.dice.below(14) {
            0 => {
                draft.text.push(' ');
                draft.number(2, 98);
                draft.push(" percent");
            }
            1 => {
                draft.push(" (");
                let words = draft.dice.between(1, 4);
                draft.words(words, ' ');
                draft.text.push(')');
            }
            2 => {
                draft.push(" \"");
                draft.words(2, ' ');
                draft.text.push('"');
            }
            3 => draft.one_of(&[" in Rotterdam", " with the Committee", " on Monday", " by 14 March 2024", " of the Board", " at 09:30"]),
            4 => draft.one_of(&[" isn't", " they've", " year-on-year", " e.g.", " the customer's", " cost-effective"]),
            _ => {}
        }
    }
    draft.text[start..start + 1].make_ascii_uppercase();
    draft.one_of(&[".", ".", ".", ".", ".", ".", "?", "!", ":"]);
}
