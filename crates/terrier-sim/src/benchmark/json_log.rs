use super::draft::Draft;

/// Writes the log of one service, a JSON object per line.
pub(crate) fn fill(draft: &mut Draft, until: usize) {
    let shape: fn(&mut Draft) = [request, job, event][draft.dice.index(3)];
    while draft.text.len() < until {
        shape(draft);
        if let Some(kind) = draft.due() {
            let value = draft.plant(kind);
            draft.push(&format!(r#","{}":"{}""#, kind.field, value.replace('\\', "\\\\").replace('"', "\\\"")));
        }
        draft.push("}\n");
    }
}

fn request(draft: &mut Draft) {
    draft.push(r#"{"ts":""#);
    draft.time();
    draft.push(r#"","level":""#);
    draft.one_of(&["INFO", "INFO", "INFO", "INFO", "DEBUG", "WARN", "ERROR"]);
    draft.push(r#"","service":""#);
    draft.one_of(&["checkout", "catalog", "fulfilment", "identity", "search", "notifications", "pricing", "ledger"]);
    draft.push(r#"","trace":""#);
    draft.hex(32);
    draft.push(r#"","span":""#);
    draft.hex(16);
    draft.push(r#"","method":""#);
    draft.one_of(&["GET", "GET", "GET", "POST", "PUT", "DELETE"]);
    draft.push(r#"","path":""#);
    draft.path();
    draft.push(r#"","status":"#);
    draft.one_of(&["200", "200", "200", "201", "204", "301", "404", "429", "500", "503"]);
    draft.push(r#","duration_ms":"#);
    draft.number(1, 950);
    draft.push(r#","bytes":"#);
    draft.number(90, 60_000);
    draft.push(r#","msg":""#);
    let words = draft.dice.between(2, 6);
    draft.words(words, ' ');
    draft.text.push('"');
}

fn job(draft: &mut Draft) {
    draft.push(r#"{"severity":""#);
    draft.one_of(&["info", "info", "notice", "warning", "error"]);
    draft.push(r#"","time":"#);
    draft.pattern("17########.###");
    draft.push(r#","job":""#);
    draft.words(2, '_');
    draft.push(r#"","attempt":"#);
    draft.number(1, 4);
    draft.push(r#","rows":"#);
    draft.number(0, 90_000);
    draft.push(r#","elapsed":"#);
    draft.pattern("%#.###");
    draft.push(r#","host":""#);
    draft.pattern("worker-%#.eu-west-1");
    draft.push(r#"","message":""#);
    let words = draft.dice.between(4, 14);
    draft.words(words, ' ');
    draft.text.push('"');
}

fn event(draft: &mut Draft) {
    draft.push(r#"{"@timestamp":""#);
    draft.time();
    draft.push(r#"","event":{"id":""#);
    draft.uuid();
    draft.push(r#"","action":""#);
    draft.words(2, '.');
    draft.push(r#"","outcome":""#);
    draft.one_of(&["success", "success", "success", "failure"]);
    draft.push(r#""},"actor":"svc-"#);
    let actor = draft.word();
    draft.push(actor);
    draft.push(r#"","resource":""#);
    draft.path();
    draft.push(r#"","labels":{"team":""#);
    let team = draft.word();
    draft.push(team);
    draft.push(r#"","build":"#);
    draft.number(100, 9999);
    draft.push(r#"},"latency":{"p50":"#);
    draft.number(1, 90);
    draft.push(r#","p99":"#);
    draft.number(90, 900);
    draft.text.push('}');
}
