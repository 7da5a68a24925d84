//! The sorts of documents that people write.

mod conversation;
mod correspondence;
mod paper;

pub(super) use conversation::{chat, ticket};
pub(super) use correspondence::{letter, mail};
pub(super) use paper::{form, prose};

use super::cast::Cast;
use super::draft::Draft;
use super::template::{Mix, write_one};

/// Writes sentences into one paragraph, each about some of the people.
fn sentences(draft: &mut Draft, cast: &mut Cast, mix: Mix, count: u64) {
    for number in 0..count {
        if number > 0 {
            draft.push(" ");
        }
        sentence(draft, cast, mix);
    }
}

fn sentence(draft: &mut Draft, cast: &mut Cast, mix: Mix) {
    cast.turn(&mut draft.dice);
    let section = match (mix, draft.dice.below(20)) {
        (Mix::Clean, 0..=9) => "plain",
        (Mix::Clean, _) => "hard",
        (Mix::Names, 0..=9) => "named",
        (Mix::Names, 10..=14) => "plain",
        (Mix::Names, _) => "hard",
        (Mix::Full, 0..=8) => "value",
        (Mix::Full, 9..=10) => "named",
        (Mix::Full, 11..=12) => "plain",
        (Mix::Full, 13..=15) => "hard",
        (Mix::Full, 16..=17) => "health",
        (Mix::Full, 18) => "special",
        (Mix::Full, _) => "secret",
    };
    if !write_one(draft, cast, section, mix) {
        write_one(draft, cast, "plain", mix);
    }
}

/// Writes one `name: value` of a form, if the country has it.
fn field(draft: &mut Draft, cast: &Cast, mix: Mix, field: &str, separator: &str) -> bool {
    let slot = match field {
        "id" => "other",
        "order" => "!order",
        "ticket" => "!ticket",
        other => other,
    };
    let template = format!("{{{slot}}}");
    if !super::template::fits(&template, cast, mix) {
        return false;
    }
    if field == "id" {
        super::template::write(draft, cast, &format!("{{othername}}{separator}{template}"));
        return true;
    }
    let names = cast.language.field_names(field);
    if names.is_empty() {
        return false;
    }
    let name = draft.dice.pick(&names).to_owned();
    draft.push(&name);
    draft.push(separator);
    super::template::write(draft, cast, &template);
    true
}
