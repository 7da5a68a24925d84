//! Forms that were filled in, and prose of newspapers.

use super::{field, sentences};
use crate::labelled::cast::Cast;
use crate::labelled::draft::Draft;
use crate::labelled::template::{Mix, fits, write, write_one};

/// Writes a form: a title and `name: value` in one of several layouts.
pub(in crate::labelled) fn form(draft: &mut Draft, cast: &mut Cast, mix: Mix) {
    const FIELDS: &[&str] =
        &["dob", "city", "address", "phone", "email", "id", "iban", "card", "order", "date", "diagnosis", "drug", "id", "ticket"];
    let titles = cast.language.field_names("title");
    let title = draft.dice.pick(&titles).to_owned();
    let shouted = draft.dice.one_in(3);
    draft.push(&if shouted { title.to_uppercase() } else { title });
    draft.push("\n\n");
    let separator = draft.dice.pick(&[": ", ": ", ":\n", " ....... ", "\t", " | ", ":   "]).to_owned();
    let split = draft.dice.one_in(3);
    let people = if draft.dice.one_in(4) { 2 } else { 1 };
    for number in 0..people {
        cast.at = [number, number + 2];
        if mix != Mix::Clean {
            names(draft, cast, mix, split, &separator);
        }
        for name in FIELDS {
            if draft.dice.below(5) < 2 && field(draft, cast, mix, name, &separator) {
                draft.push("\n");
            }
        }
        if cast.country.code == "US" && mix == Mix::Full && draft.dice.one_in(2) {
            bank(draft);
        }
        draft.push("\n");
    }
    if draft.dice.one_in(2) {
        sentences(draft, cast, mix, 1);
        draft.push("\n");
    }
    if draft.dice.one_in(4) {
        write(draft, cast, "Form {!part} / {!serial}\n");
    }
}

fn names(draft: &mut Draft, cast: &Cast, mix: Mix, split: bool, separator: &str) {
    if split {
        let surname = cast.language.field_names("surname");
        let given = cast.language.field_names("given");
        let (surname, given) = (draft.dice.pick(&surname).to_owned(), draft.dice.pick(&given).to_owned());
        write(draft, cast, &format!("{surname}{separator}{{surname}}\n{given}{separator}{{given}}\n"));
    } else if field(draft, cast, mix, "person", separator) {
        draft.push("\n");
    }
}

/// Writes an American account, which has two numbers.
fn bank(draft: &mut Draft) {
    for (name, field) in [("Routing number: ", "routing_number"), ("Account number: ", "account_number")] {
        let value = crate::value::kind("us_bank_account", field).draw(&mut draft.dice);
        draft.push(name);
        draft.plant("us_bank_account", &value);
        draft.push("\n");
    }
}

/// Writes news: persons, towns, companies, streets, months.
pub(in crate::labelled) fn prose(draft: &mut Draft, cast: &mut Cast, mix: Mix) {
    let mix = if mix == Mix::Full { Mix::Names } else { mix };
    let lines: Vec<&str> = cast.language.lines("prose").iter().copied().filter(|line| fits(line, cast, mix)).collect();
    if lines.is_empty() {
        sentences(draft, cast, mix, 3);
        return;
    }
    let mut order: Vec<usize> = (0..lines.len()).collect();
    for place in (1..order.len()).rev() {
        order.swap(place, draft.dice.index(place + 1));
    }
    let count = draft.dice.between(3, 6) as usize;
    for (number, line) in order.into_iter().take(count).enumerate() {
        if number > 0 {
            draft.push(if number.is_multiple_of(3) { "\n\n" } else { " " });
        }
        cast.turn(&mut draft.dice);
        write(draft, cast, lines[line]);
    }
    if draft.dice.one_in(3) {
        draft.push("\n\n");
        write_one(draft, cast, "hard", mix);
    }
    draft.push("\n");
}
