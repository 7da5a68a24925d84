//! Chats with nicknames and tickets with comments.

use super::{field, sentences};
use crate::labelled::cast::Cast;
use crate::labelled::draft::Draft;
use crate::labelled::template::{Mix, write, write_one};

/// Writes a chat: lines of two or three people, under names, nicknames or none.
pub(in crate::labelled) fn chat(draft: &mut Draft, cast: &mut Cast, mix: Mix) {
    const NICKNAMES: &[&str] = &["nightowl", "kuba_92", "xX_lena_Xx", "mr.t", "sunny", "dev-anna", "tom_k", "pixel", "zoe", "bigm"];
    let style = draft.dice.below(4);
    let speakers = [draft.dice.index(NICKNAMES.len()), draft.dice.index(NICKNAMES.len())];
    let mut minute = draft.dice.between(0, 30);
    for line in 0..draft.dice.between(5, 12) {
        minute += draft.dice.below(3);
        let speaker = speakers[(line % 2) as usize];
        cast.turn(&mut draft.dice);
        match style {
            0 => draft.push(&format!("<{}> ", NICKNAMES[speaker])),
            1 => draft.push(&format!("[10:{:02}] {}: ", minute % 60, NICKNAMES[speaker])),
            2 if mix != Mix::Clean => {
                let template = if line % 2 == 0 { "{given}: " } else { "{given2}: " };
                cast.at = [0, 1];
                write(draft, cast, template);
            }
            _ => {}
        }
        if !write_one(draft, cast, "chat", mix) {
            draft.push("ok");
        }
        draft.push("\n");
    }
}

/// Writes a ticket: subject, fields, description, comments.
pub(in crate::labelled) fn ticket(draft: &mut Draft, cast: &mut Cast, mix: Mix) {
    write(draft, cast, "[{!ticket}] ");
    if !write_one(draft, cast, "ticket", mix) {
        write_one(draft, cast, "plain", mix);
    }
    draft.push("\n");
    if mix == Mix::Full {
        let form = draft.dice.pick(&[
            "Reporter: {person} ({email})\nAssignee: {user}\nPriority: P2\n",
            "Requester: {person}\nCallback: {phone}\nStatus: open\n",
            "Created by {user} from {ip}\n",
            "Affected host: {ip} / {mac}\nVersion: {!version}\n",
        ]);
        let form = form.to_owned();
        write(draft, cast, &form);
    } else {
        write(draft, cast, "Status: open\nVersion: {!version}\n");
    }
    draft.push("\n");
    let count = draft.dice.between(1, 3);
    sentences(draft, cast, mix, count);
    draft.push("\n");
    if draft.dice.one_in(2) {
        for name in ["order", "phone", "id"] {
            if field(draft, cast, mix, name, ": ") {
                draft.push("\n");
            }
        }
    }
    for number in 1..=draft.dice.between(0, 2) {
        draft.push(&format!("\n#{number} "));
        if mix == Mix::Clean {
            write(draft, cast, "({date}) ");
        } else {
            write(draft, cast, "{person2}, {date}: ");
        }
        sentences(draft, cast, mix, 1);
        draft.push("\n");
    }
    if draft.dice.one_in(3) {
        write(draft, cast, "\nStack trace id {!uuid}, build {!git}, at {!epochms}\n");
    }
}
