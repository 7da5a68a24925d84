use super::draft::Draft;

/// Writes documents as services exchange and keep them: nested, without a blank, one per line.
pub(super) fn fill(draft: &mut Draft, until: usize) {
    while draft.text.len() < until {
        document(draft);
    }
}

fn document(draft: &mut Draft) {
    draft.push(r#"{"id":""#);
    draft.uuid();
    draft.push(r#"","version":"#);
    draft.number(1, 40);
    draft.push(r#","created":""#);
    draft.time();
    draft.push(r#"","source":{"system":""#);
    draft.words(2, '-');
    draft.push(r#"","region":"eu-west-1","retries":"#);
    draft.number(0, 3);
    draft.push(r#","ok":true,"next":null},"tags":["#);
    list(draft, 1, 6, |draft| {
        draft.text.push('"');
        let tag = draft.word();
        draft.push(tag);
        draft.text.push('"');
    });
    draft.push(r#"],"items":["#);
    list(draft, 1, 12, item);
    draft.push(r#"],"series":["#);
    list(draft, 10, 120, |draft| draft.number(0, 5000));
    draft.push(r#"],"matrix":["#);
    list(draft, 1, 6, |draft| {
        draft.text.push('[');
        list(draft, 4, 4, |draft| draft.pattern("0.####"));
        draft.text.push(']');
    });
    draft.push("]}\n");
}

fn item(draft: &mut Draft) {
    draft.push(r#"{"sku":""#);
    draft.sku();
    draft.push(r#"","title":""#);
    let words = draft.dice.between(2, 5);
    draft.words(words, ' ');
    draft.push(r#"","qty":"#);
    draft.number(1, 24);
    draft.push(r#","price":{"amount":"#);
    draft.amount(300);
    draft.push(r#","currency":""#);
    super::table::currency(draft);
    draft.push(r#""},"attributes":{"weight":"#);
    draft.pattern("%.##");
    draft.push(r#","fragile":"#);
    draft.one_of(&["true", "false"]);
    draft.push(r#","path":""#);
    draft.path();
    draft.push("\"}");
    if let Some(kind) = draft.due() {
        let value = draft.plant(kind);
        draft.push(&format!(r#","{}":"{}""#, kind.field, value.replace('\\', "\\\\").replace('"', "\\\"")));
    }
    draft.text.push('}');
}

fn list(draft: &mut Draft, least: u64, most: u64, element: fn(&mut Draft)) {
    for place in 0..draft.dice.between(least, most) {
        if place > 0 {
            draft.text.push(',');
        }
        element(draft);
    }
}
