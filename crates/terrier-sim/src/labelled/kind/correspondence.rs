//! Mails with their heads, quotes and signatures, and letters.

use super::{field, sentences};
use crate::labelled::cast::Cast;
use crate::labelled::draft::Draft;
use crate::labelled::template::{Mix, write, write_one};

/// Writes a mail: head, text, perhaps a list, signature, perhaps what it answers to.
pub(in crate::labelled) fn mail(draft: &mut Draft, cast: &mut Cast, mix: Mix) {
    if draft.dice.one_in(2) {
        head(draft, cast, mix);
    }
    // The one who writes speaks to the other, and signs.
    cast.at = [1, 0];
    body(draft, cast, mix);
    cast.at = [0, 1];
    signature(draft, cast, mix);
    if mix == Mix::Full && draft.dice.one_in(3) {
        quoted(draft, cast, mix);
    }
}

fn head(draft: &mut Draft, cast: &Cast, mix: Mix) {
    match mix {
        Mix::Full => write(draft, cast, "From: {person} <{email}>\nTo: {person2} <{email2}>\n"),
        Mix::Names => write(draft, cast, "From: {person}\nTo: {person2}\n"),
        Mix::Clean => draft.push("From: no-reply\n"),
    }
    draft.push("Subject: ");
    write_one(draft, cast, "ticket", mix);
    write(draft, cast, "\nMessage-ID: <{!uuid}@mail>\n\n");
}

fn body(draft: &mut Draft, cast: &mut Cast, mix: Mix) {
    write_one(draft, cast, "greeting", mix);
    draft.push("\n\n");
    if draft.dice.one_in(2) {
        write_one(draft, cast, "opening", mix);
        draft.push(" ");
    }
    let count = draft.dice.between(1, 3);
    sentences(draft, cast, mix, count);
    draft.push("\n\n");
    if mix == Mix::Full && draft.dice.one_in(3) {
        list(draft, cast, mix);
    }
    if draft.dice.one_in(2) {
        let count = draft.dice.between(1, 2);
        sentences(draft, cast, mix, count);
        draft.push("\n\n");
    }
    write_one(draft, cast, "closing", mix);
    draft.push("\n\n");
}

fn list(draft: &mut Draft, cast: &mut Cast, mix: Mix) {
    const FIELDS: &[&str] = &["person", "dob", "address", "phone", "email", "iban", "id", "order", "date", "city"];
    let bullet = draft.dice.pick(&["- ", "* ", "• ", "", "> "]).to_owned();
    let separator = draft.dice.pick(&[": ", ": ", " - ", "\t", " = "]).to_owned();
    let first = draft.dice.index(4);
    for name in FIELDS.iter().skip(first).take(4) {
        draft.push(&bullet);
        if !field(draft, cast, mix, name, &separator) {
            write_one(draft, cast, "plain", mix);
        }
        draft.push("\n");
    }
    draft.push("\n");
}

fn signature(draft: &mut Draft, cast: &mut Cast, mix: Mix) {
    write_one(draft, cast, "signoff", mix);
    draft.push("\n");
    match mix {
        Mix::Clean => write(draft, cast, "{role}\n{org}\n"),
        Mix::Names => write(draft, cast, "{person}\n{role}, {org}\n"),
        Mix::Full => {
            let form = draft.dice.pick(&[
                "{given}\n",
                "{person}\n{role}\n{org}\n\nT {phone}\nM {phone}\n{email}\n",
                "{person} | {role} | {org}\n{address}\n{phone} · {email}\n",
                "{person}\n--\n{org} · {address}\n",
                "{given}\nTel.: {phone}\n",
                "{person}\n",
            ]);
            let form = form.to_owned();
            write(draft, cast, &form);
        }
    }
}

fn quoted(draft: &mut Draft, cast: &mut Cast, mix: Mix) {
    draft.push("\n");
    write_one(draft, cast, "wrote", mix);
    draft.push("\n");
    for _ in 0..draft.dice.between(1, 3) {
        draft.push("> ");
        sentences(draft, cast, mix, 1);
        draft.push("\n");
    }
}

/// Writes a letter: whom it is for, where and when, text, signature.
pub(in crate::labelled) fn letter(draft: &mut Draft, cast: &mut Cast, mix: Mix) {
    write(draft, cast, "{org}\n\n");
    match mix {
        Mix::Full => write(draft, cast, "{person}\n{address}\n\n"),
        Mix::Names => write(draft, cast, "{person}\n\n"),
        Mix::Clean => {}
    }
    if mix == Mix::Clean {
        write(draft, cast, "{date}\n\n");
    } else {
        write(draft, cast, "{city}, {date}\n\n");
    }
    if draft.dice.one_in(2) {
        field(draft, cast, mix, "ticket", ": ");
        draft.push("\n\n");
    }
    write_one(draft, cast, "greeting", mix);
    draft.push("\n\n");
    for _ in 0..draft.dice.between(1, 3) {
        let count = draft.dice.between(1, 3);
        sentences(draft, cast, mix, count);
        draft.push("\n\n");
    }
    write_one(draft, cast, "closing", mix);
    draft.push("\n\n");
    write_one(draft, cast, "signoff", mix);
    draft.push("\n\n");
    cast.at = [0, 1];
    if mix == Mix::Clean {
        write(draft, cast, "{role}\n");
    } else {
        write(draft, cast, "{person2}\n{role}\n");
    }
}
