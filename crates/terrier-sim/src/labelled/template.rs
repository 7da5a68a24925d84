//! Sentences with slots become text with values.

use super::cast::Cast;
use super::draft::Draft;
use super::look_alike;
use crate::value::credential::{aws_key_id, aws_secret, password};
use crate::value::identity::{Number, Purpose};
use crate::value::{Date, financial, kind};

/// How much a document holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mix {
    /// Nothing: look-alikes at most.
    Clean,
    /// Names of persons and places.
    Names,
    /// Everything.
    Full,
}

/// Slots that hold no value.
const NEUTRAL: &[&str] = &[
    "date",
    "time",
    "org",
    "role",
    "n",
    "amount",
    "expiry",
    "idname",
    "taxname",
    "healthname",
    "othername",
    "iso",
    "isoms",
    "clf",
    "sys",
    "hms",
    "bytes",
];

/// The marks around a slot in sentences.
const BRACES: [char; 2] = ['{', '}'];

/// Returns the slots of a template, without their marks.
fn slots(template: &str, [open, close]: [char; 2]) -> impl Iterator<Item = &str> {
    template.split(open).skip(1).filter_map(move |rest| rest.split_once(close).map(|(slot, _)| slot))
}

/// Tells whether a sentence fits a document's mix and the country.
pub(super) fn fits(template: &str, cast: &Cast, mix: Mix) -> bool {
    fits_between(template, cast, mix, BRACES)
}

/// Tells the same of a template with other marks.
pub(super) fn fits_between(template: &str, cast: &Cast, mix: Mix, marks: [char; 2]) -> bool {
    slots(template, marks).all(|slot| match mix {
        _ if slot.starts_with('!') || NEUTRAL.contains(&slot) => true,
        Mix::Clean => false,
        Mix::Names => matches!(slot, "person" | "person2" | "given" | "given2" | "surname" | "city"),
        Mix::Full => slot != "iban" || !cast.country.ibans.is_empty(),
    })
}

/// Writes one of the templates of a section that fits, if one does, and tells whether one did.
pub(super) fn write_one(draft: &mut Draft, cast: &Cast, section: &str, mix: Mix) -> bool {
    let fitting: Vec<&'static str> = cast.language.lines(section).iter().copied().filter(|line| fits(line, cast, mix)).collect();
    if fitting.is_empty() {
        return false;
    }
    let fresh: Vec<&'static str> = fitting.iter().copied().filter(|line| !draft.used.contains(line)).collect();
    let choice = if fresh.is_empty() { fitting } else { fresh };
    let template = choice[draft.dice.index(choice.len())];
    draft.used.push(template);
    write(draft, cast, template);
    true
}

/// Writes a sentence.
pub(super) fn write(draft: &mut Draft, cast: &Cast, template: &str) {
    write_between(draft, cast, template, BRACES);
}

/// Writes a template with other marks.
pub(super) fn write_between(draft: &mut Draft, cast: &Cast, template: &str, [open, close]: [char; 2]) {
    // A number and what it is called are drawn together.
    let numbers = Numbers {
        identity: cast.number(&mut draft.dice, &[Purpose::Identity, Purpose::Tax]),
        tax: cast.number(&mut draft.dice, &[Purpose::Tax, Purpose::Identity]),
        health: cast.number(&mut draft.dice, &[Purpose::Health, Purpose::Identity]),
        any: cast.number(&mut draft.dice, &[]),
    };
    let mut rest = template;
    while let Some((before, after)) = rest.split_once(open) {
        draft.push(before);
        let Some((slot, tail)) = after.split_once(close) else { return draft.push(after) };
        fill(draft, cast, &numbers, slot);
        rest = tail;
    }
    draft.push(rest);
}

struct Numbers {
    identity: &'static Number,
    tax: &'static Number,
    health: &'static Number,
    any: &'static Number,
}

fn fill(draft: &mut Draft, cast: &Cast, numbers: &Numbers, slot: &str) {
    if let Some(literal) = slot.strip_prefix('=') {
        let (class, text) = literal.split_once('|').unwrap_or((literal, ""));
        return draft.plant(class, text);
    }
    if let Some(negative) = slot.strip_prefix('!') {
        let (kind, text) = match negative.split_once('|') {
            Some((kind, text)) => (kind, text.to_owned()),
            None => (negative, look_alike::draw(&mut draft.dice, negative)),
        };
        return draft.look_alike(look_alike::kind(kind), &text);
    }
    let (person, other) = (cast.person(), cast.other());
    match slot {
        "person" => draft.plant("person_name", &person.full),
        "person2" => draft.plant("person_name", &other.full),
        "given" => draft.plant("person_name", &person.given),
        "given2" => draft.plant("person_name", &other.given),
        "surname" => draft.plant("person_name", &person.surname),
        "email" => draft.plant("email", &person.email),
        "email2" => draft.plant("email", &other.email),
        "phone" => draft.plant("phone", &person.phone),
        "address" => draft.plant("postal_address", &person.address),
        "postcode" => draft.plant("postal_address", &person.postcode),
        "city" => draft.plant("place", person.town),
        "user" => draft.plant("user_name", &person.user),
        "dob" => {
            let date = cast.language.date(&mut draft.dice, person.born);
            draft.plant("date_of_birth", &date);
        }
        "isodob" => draft.plant("date_of_birth", &person.born.iso()),
        "iban" => {
            if let Some(number) = cast.iban(&mut draft.dice) {
                draft.plant("iban", &number);
            }
        }
        "card" => {
            let number = financial::payment_card(&mut draft.dice);
            draft.plant("payment_card", &number);
        }
        "id" => number(draft, cast, numbers.identity),
        "tax" => number(draft, cast, numbers.tax),
        "health" => number(draft, cast, numbers.health),
        "other" => number(draft, cast, numbers.any),
        "idname" => draft.push_one(numbers.identity.names),
        "taxname" => draft.push_one(numbers.tax.names),
        "healthname" => draft.push_one(numbers.health.names),
        "othername" => draft.push_one(numbers.any.names),
        "password" => secret(draft),
        "token" => token(draft),
        "connection" => value_of(draft, "connection_string"),
        "ip" => value_of(draft, "ip_address"),
        "mac" => value_of(draft, "mac_address"),
        "pem" => value_of(draft, "private_key"),
        "awsid" => {
            let id = aws_key_id(&mut draft.dice);
            draft.plant("aws_access_key", &id);
        }
        "awssecret" => {
            let half = aws_secret(&mut draft.dice);
            draft.plant("aws_access_key", &half);
        }
        "diagnosis" => {
            let text = draft.dice.pick(cast.language.lines("diagnosis")).to_owned();
            draft.plant("health_condition", &text);
        }
        "drug" => {
            let text = drug(draft);
            draft.plant("medication", &text);
        }
        "lab" => {
            let text = laboratory(draft);
            draft.plant("lab_value", &text);
        }
        _ => neutral(draft, cast, slot),
    }
}

fn number(draft: &mut Draft, cast: &Cast, number: &Number) {
    let value = number.draw(&mut draft.dice, &cast.person().holder());
    draft.plant(number.class, &value);
}

fn value_of(draft: &mut Draft, class: &str) {
    let value = kind(class, "").draw(&mut draft.dice);
    draft.plant(class, &value);
}

fn neutral(draft: &mut Draft, cast: &Cast, slot: &str) {
    let text = match slot {
        "date" => {
            let date = Date::draw(&mut draft.dice, 2022, 2026);
            cast.language.date(&mut draft.dice, date)
        }
        "time" => format!("{}:{}", draft.dice.between(8, 18), draft.dice.pick(&["00", "15", "30", "45"])),
        "org" => cast.company.to_owned(),
        "role" => draft.dice.pick(cast.language.lines("role")).to_owned(),
        "n" => draft.dice.between(1, 60).to_string(),
        "amount" => format!("{}.{:02}", draft.dice.between(5, 4000), draft.dice.below(100)),
        "iso" | "isoms" => draft.clock.tick(&mut draft.dice),
        "clf" => draft.clock.tick_common(&mut draft.dice),
        "sys" | "hms" => {
            let reading = draft.clock.tick_common(&mut draft.dice);
            // 12/Jun/2024:08:14:22 +0000
            let time = reading[12..20].to_owned();
            if slot == "hms" { time } else { format!("{} {} {time}", &reading[3..6], &reading[..2]) }
        }
        "bytes" => draft.dice.between(120, 98_000).to_string(),
        "expiry" => format!("{:02}/{}", draft.dice.between(1, 12), draft.dice.between(27, 31)),
        other => panic!("`{other}` is no slot"),
    };
    draft.push(&text);
}

/// Plants a password: half as people choose them, half as programs do.
pub(super) fn secret(draft: &mut Draft) {
    const WORDS: &[&str] = &["Sommer", "Dragon", "Letmein", "Marseille", "Welcome", "Krakow", "Benfica", "Hejsan", "Bella", "Monkey"];
    let text = if draft.dice.one_in(2) {
        let sign = draft.dice.pick(&["!", "?", "#", "$", ""]).to_owned();
        format!("{}{}{sign}", draft.dice.pick(WORDS), draft.dice.between(11, 2024))
    } else {
        password(&mut draft.dice)
    };
    draft.plant("password", &text);
}

/// Plants a token of one of several issuers.
pub(super) fn token(draft: &mut Draft) {
    let class = draft.dice.pick(&["github_token", "gitlab_token", "slack_token", "stripe_key", "google_api_key", "jwt"]).to_owned();
    value_of(draft, &class);
}

fn drug(draft: &mut Draft) -> String {
    const DRUGS: &[&str] = &[
        "Metformin 850 mg",
        "Sertraline 50 mg",
        "Ramipril 5 mg",
        "Insulin glargine 100 E/ml",
        "Salbutamol 100 µg",
        "Levothyroxine 75 µg",
        "Citalopram 20 mg",
        "Methotrexate 15 mg",
        "Apixaban 5 mg",
        "Quetiapine 25 mg",
        "Tamoxifen 20 mg",
        "Ibuprofen 400 mg",
    ];
    let dose = draft.dice.pick(&["1-0-1", "1-0-0", "0-0-1", "2x1", "1/d"]).to_owned();
    let drug = draft.dice.pick(DRUGS).to_owned();
    if draft.dice.one_in(2) { format!("{drug} {dose}") } else { drug }
}

fn laboratory(draft: &mut Draft) -> String {
    let dice = &mut draft.dice;
    match dice.below(5) {
        0 => format!("HbA1c {}.{} %", dice.between(5, 11), dice.below(10)),
        1 => format!("Hb {}.{} g/dl", dice.between(8, 17), dice.below(10)),
        2 => format!("CRP {} mg/l", dice.between(1, 180)),
        3 => format!("TSH {}.{:02} mU/l", dice.between(0, 9), dice.below(100)),
        _ => format!("LDL {} mg/dl", dice.between(60, 220)),
    }
}
