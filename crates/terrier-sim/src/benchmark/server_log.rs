use super::draft::Draft;
use crate::value;

/// Writes stretches of one machine's logs: the web server's, the system's, the services'.
pub(super) fn fill(draft: &mut Draft, until: usize) {
    let shapes: [fn(&mut Draft); 4] = [access, system, service, pairs];
    while draft.text.len() < until {
        let shape = shapes[draft.dice.index(shapes.len())];
        for _ in 0..draft.dice.between(10, 60) {
            shape(draft);
            draft.text.push('\n');
        }
    }
}

/// Writes a line in the combined format of web servers, which begins with the client's address.
fn access(draft: &mut Draft) {
    const AGENTS: &[&str] = &[
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.6478.127 Safari/537.36",
        "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/604.1",
        "curl/8.5.0",
        "kube-probe/1.29",
    ];
    let address = draft.plant(value::kind("ip_address", "client_ip"));
    draft.push(&address);
    draft.push(" - - [");
    draft.time_of_web_server();
    draft.push("] \"");
    draft.one_of(&["GET ", "GET ", "GET ", "POST ", "HEAD "]);
    draft.path();
    draft.push(" HTTP/1.1\" ");
    draft.one_of(&["200", "200", "200", "304", "302", "404", "499", "502"]);
    draft.text.push(' ');
    draft.number(120, 90_000);
    draft.push(" \"");
    draft.one_of(&["-", "-", "https://www.lumenquay.net/", "https://shop.brightfjord-freight.com/search"]);
    draft.push("\" \"");
    draft.one_of(AGENTS);
    draft.push("\" 0.");
    draft.pattern("###");
}

/// Writes a line of a system's log (RFC 3164).
fn system(draft: &mut Draft) {
    draft.one_of(&["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]);
    draft.pattern(" 1# 1#:2#:3# ");
    super::table::place(draft);
    draft.pattern("-0% ");
    draft.one_of(&["systemd[1]: ", "kernel: ", "cron[812]: ", "sshd[2204]: ", "dockerd[977]: ", "chronyd[611]: "]);
    message(draft);
}

/// Writes a line of a service that logs for people, at times with the trace of an error.
fn service(draft: &mut Draft) {
    draft.time();
    draft.text.push(' ');
    draft.one_of(&["INFO ", "INFO ", "DEBUG", "WARN ", "ERROR"]);
    draft.pattern(" [pool-%-thread-%#] com.brightfjord.");
    draft.words(2, '.');
    draft.push(" - ");
    message(draft);
    if draft.dice.one_in(20) {
        draft.push("\njava.lang.IllegalStateException: ");
        draft.words(4, ' ');
        for _ in 0..draft.dice.between(3, 9) {
            draft.push("\n\tat com.brightfjord.");
            draft.words(3, '.');
            draft.pattern("(Module.java:%##)");
        }
    }
}

/// Writes a line of names and values.
fn pairs(draft: &mut Draft) {
    draft.push("ts=");
    draft.time();
    draft.push(" level=");
    draft.one_of(&["info", "info", "debug", "warn", "error"]);
    draft.push(" caller=");
    let caller = draft.word();
    draft.push(caller);
    draft.pattern(".go:%## request=");
    draft.uuid();
    draft.push(" path=");
    draft.path();
    draft.push(" took=");
    draft.pattern("%#.##ms");
    draft.push(" msg=\"");
    message(draft);
    draft.text.push('"');
}

fn message(draft: &mut Draft) {
    let words = draft.dice.between(3, 10);
    draft.words(words, ' ');
    if let Some(kind) = draft.due() {
        let value = draft.plant(kind);
        draft.push(&format!(": {} {value}", kind.lead));
    }
}
