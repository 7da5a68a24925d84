//! engineering/, logs/ and backups/: what machines and their keepers leave behind.

use super::rows::{Column, table};
use super::{Ledger, Planned, Scale};
use crate::document::{Dialect, Member, delimited, gzip, ndjson, program, tar, tar_gz, xlsx, zip};
use crate::text::{Clock, log_line, paragraph};
use crate::value::{kind, order_id, uuid};

pub(super) fn plan(scale: Scale, plan: &mut Vec<Planned>) {
    engineering(scale, plan);
    logs(scale, plan);
    backups(scale, plan);
}

fn engineering(scale: Scale, plan: &mut Vec<Planned>) {
    for (number, service) in SERVICES.iter().enumerate() {
        plan.push(Planned::new(format!("engineering/{service}/.env"), |ledger| environment(ledger).into_bytes()));
        plan.push(Planned::new(format!("engineering/{service}/README.md"), move |ledger| {
            format!("# {service}\n\n{}\n\n{}\n", paragraph(&mut ledger.dice), paragraph(&mut ledger.dice)).into_bytes()
        }));
        plan.push(Planned::new(format!("engineering/{service}/config/production.yaml"), move |ledger| {
            settings(ledger, number).into_bytes()
        }));
        plan.push(Planned::new(format!("engineering/{service}/src/handler.py"), |ledger| source(ledger).into_bytes()));
    }
    for class in ["github_token", "gitlab_token", "slack_token", "stripe_key", "google_api_key", "jwt"] {
        plan.push(Planned::new(format!("engineering/notes/{class}.md"), move |ledger| {
            let mention = ledger.mention(class);
            format!("# Runbook\n\n{}\n\n{mention}\n\n{}\n", paragraph(&mut ledger.dice), paragraph(&mut ledger.dice)).into_bytes()
        }));
    }
    for host in 1..=scale.files(3) {
        plan.push(Planned::new(format!("engineering/keys/host-{host:02}.pem"), |ledger| (ledger.plant("private_key") + "\n").into_bytes()));
    }
    plan.push(Planned::new("engineering/keys/credentials", |ledger| {
        format!("[default]\n{}\n", ledger.plant("aws_access_key")).into_bytes()
    }));
    plan.push(Planned::new("engineering/tools/uploader", |ledger| {
        let strings = ["usage: uploader [options] FILE".to_owned(), ledger.plant("aws_access_key"), "build 4.12.0".to_owned()];
        program(&mut ledger.dice, 400_000, &strings)
    }));
    plan.push(Planned::new("engineering/network/leases.csv", move |ledger| {
        let columns = [
            ("hostname", Column::Pattern("wks-####")),
            ("mac_address", Column::Class("mac_address")),
            ("ip_address", Column::Class("ip_address")),
        ];
        delimited(&table(ledger, scale.rows(300), &columns), Dialect::CSV).into_bytes()
    }));
}

const SERVICES: &[&str] = &["checkout", "catalog", "identity", "fulfilment"];

fn environment(ledger: &mut Ledger) -> String {
    format!(
        "LOG_LEVEL=info\nPORT=8080\nDATABASE_URL={}\n{}\n{}\nFEATURE_FLAGS=new-basket,fast-search\nRELEASE={}\n",
        ledger.plant("connection_string"),
        ledger.plant("password"),
        ledger.plant("aws_access_key"),
        uuid(&mut ledger.dice)
    )
}

/// Writes a configuration whose secrets are, for every other service, references and no values.
fn settings(ledger: &mut Ledger, number: usize) -> String {
    let secret = if number.is_multiple_of(2) { ledger.plant("password") } else { "password: ${DB_PASSWORD}".to_owned() };
    format!(
        "replicas: {}\nimage: registry.internal/app:{}\nlimits:\n  cpu: 500m\n  memory: 256Mi\n{secret}\nsample_rate: 0.25\n",
        ledger.dice.between(2, 9),
        ledger.dice.fill("%.#.#")
    )
}

fn source(ledger: &mut Ledger) -> String {
    let mut text = String::from("\"\"\"Handles one request.\"\"\"\n\nimport json\n\nBUILD = \"");
    text += &ledger.dice.text(40, crate::dice::HEX);
    text += "\"\n\n";
    for number in 0..ledger.dice.between(6, 14) {
        text += &format!(
            "\ndef step_{number}(order):\n    # {}\n    if order[\"id\"] == \"{}\":\n        return {{\"ok\": True}}\n    return json.loads(order[\"body\"])\n",
            crate::text::sentence(&mut ledger.dice),
            order_id(&mut ledger.dice)
        );
    }
    text
}

fn logs(scale: Scale, plan: &mut Vec<Planned>) {
    for day in 1..=scale.files(5) {
        plan.push(Planned::new(format!("logs/app/2024-06-{day:02}.log"), move |ledger| {
            application_log(ledger, scale.rows(2500), None).into_bytes()
        }));
        plan.push(Planned::new(format!("logs/access/2024-06-{day:02}.log.gz"), move |ledger| {
            gzip(access_log(ledger, scale.rows(3000)).as_bytes())
        }));
    }
    plan.push(Planned::new("logs/app/debug-incident.log", move |ledger| {
        application_log(ledger, scale.rows(2500), Some((&["email", "jwt", "payment_card", "password"], 150))).into_bytes()
    }));
}

/// Writes a service's log; where `leaks` says so, one line of so many holds a value of one of the classes.
fn application_log(ledger: &mut Ledger, lines: usize, leaks: Option<(&[&'static str], u64)>) -> String {
    let mut clock = Clock::start(&mut ledger.dice);
    let mut out = String::new();
    for _ in 0..lines {
        let leak = leaks.filter(|(_, every)| ledger.dice.one_in(*every)).map(|(classes, _)| kind(ledger.dice.pick(classes), ""));
        if log_line(&mut out, &mut ledger.dice, &mut clock, leak).is_some() {
            leak.into_iter().for_each(|kind| ledger.count(kind.class, 1));
        }
    }
    out
}

fn access_log(ledger: &mut Ledger, lines: usize) -> String {
    let mut clock = Clock::start(&mut ledger.dice);
    let mut out = String::new();
    for _ in 0..lines {
        let address = ledger.plant("ip_address");
        let (time, path) = (
            clock.tick_common(&mut ledger.dice),
            ledger.dice.pick(&["/", "/basket", "/search?q=lamp", "/api/v2/orders", "/static/app.js"]),
        );
        out += &format!("{address} - - [{time}] \"GET {path} HTTP/1.1\" 200 {}\n", ledger.dice.fill("%###"));
    }
    out
}

fn backups(scale: Scale, plan: &mut Vec<Planned>) {
    plan.push(Planned::new("backups/crm-2024-05.zip", move |ledger| {
        let people = ledger.member("people.csv", |ledger| delimited(&table(ledger, scale.rows(800), PEOPLE), Dialect::CSV));
        let book = ledger.member("finance/cards.xlsx", |ledger| {
            let cards = table(ledger, scale.rows(100), &[("Holder", Column::Name), ("Card number", Column::Class("payment_card"))]);
            xlsx(&[("Cards", &cards)])
        });
        let readme = paragraph(&mut ledger.dice);
        zip(&[Member::new("people.csv", people), Member::new("finance/cards.xlsx", book), Member::new("README.txt", readme)])
    }));
    plan.push(Planned::new("backups/nested-archive.zip", move |ledger| {
        let inner = ledger.member("2023.zip", |ledger| {
            let rows = ledger.member("old/people.ndjson", |ledger| ndjson(&table(ledger, scale.rows(200), PEOPLE)));
            zip(&[Member::new("old/people.ndjson", rows)])
        });
        zip(&[Member::new("2023.zip", inner)])
    }));
    plan.push(Planned::new("backups/home.tar.gz", move |ledger| {
        let members = home(ledger);
        tar_gz(&members)
    }));
    plan.push(Planned::new("backups/www.tar", |ledger| {
        let pages: Vec<Member> =
            (0..12).map(|page| Member::new(format!("www/page-{page}.html"), format!("<p>{}</p>\n", paragraph(&mut ledger.dice)))).collect();
        tar(&pages)
    }));
    for night in 1..=scale.files(3) {
        plan.push(Planned::new(format!("backups/db/ledger-{night:02}.sql.gz"), move |ledger| {
            gzip(dump(ledger, scale.rows(600)).as_bytes())
        }));
    }
}

const PEOPLE: &[(&str, Column)] =
    &[("name", Column::Name), ("email", Column::Email), ("phone", Column::Class("phone")), ("ssn", Column::Class("us_ssn"))];

fn home(ledger: &mut Ledger) -> Vec<Member> {
    let key = ledger.member("home/deploy/.ssh/id_rsa", |ledger| ledger.plant("private_key"));
    let credentials = ledger.member("home/deploy/.aws/credentials", |ledger| format!("[default]\n{}\n", ledger.plant("aws_access_key")));
    let history = "cd /srv\nls -la\ngit pull\nmake\n".repeat(20);
    vec![
        Member::new("home/deploy/.ssh/id_rsa", key + "\n"),
        Member::new("home/deploy/.aws/credentials", credentials),
        Member::new("home/deploy/.history", history),
    ]
}

fn dump(ledger: &mut Ledger, rows: usize) -> String {
    let mut out = String::from("CREATE TABLE customers (id int, name text, email text, ssn text);\n");
    for id in 1..=rows {
        let person = ledger.person();
        ledger.count("email", 1);
        out += &format!(
            "INSERT INTO customers (id, name, email, ssn) VALUES ({id}, '{}', '{}', '{}');\n",
            person.name(),
            person.email,
            ledger.plant("us_ssn")
        );
    }
    out
}
