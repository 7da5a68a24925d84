//! Tables with the truth about each column.

use serde::Serialize;

use super::cast::Cast;
use super::country::Country;
use super::look_alike;
use super::truth::{ORIGIN, Origin, class};
use crate::dice::Dice;
use crate::value::identity::{Number, Purpose, numbers};
use crate::value::{Date, financial};

/// A table with the truth about its columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LabelledTable {
    /// Its name.
    pub file: String,
    /// The columns, all of one length.
    pub columns: Vec<LabelledColumn>,
    /// Country, ISO 3166-1 alpha-2.
    pub country: &'static str,
    /// Where it comes from.
    #[serde(flatten)]
    pub origin: Origin,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LabelledColumn {
    /// Its header.
    pub name: String,
    /// Its cells.
    pub values: Vec<String>,
    /// What is in it: `None` where nothing sensitive is.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Id of the class of its values, if any.
    pub class: Option<&'static str>,
}

/// What a column holds, and how it may be headed beside the names that the country's language has for it.
struct Source {
    kind: &'static str,
    class: Option<&'static str>,
    field: &'static str,
    headers: &'static [&'static str],
}

const fn values(kind: &'static str, class: &'static str, field: &'static str, headers: &'static [&'static str]) -> Source {
    Source { kind, class: Some(class), field, headers }
}

const fn nothing(field: &'static str, headers: &'static [&'static str]) -> Source {
    Source { kind: "None", class: None, field, headers }
}

const SOURCES: &[Source] = &[
    values("PERSON_NAME", "person_name", "person", &["full_name", "customer", "contact"]),
    values("PERSON_NAME", "person_name", "given", &["first_name", "fname"]),
    values("PERSON_NAME", "person_name", "surname", &["last_name", "lname", "surname"]),
    values("EMAIL_ADDRESS", "email", "email", &["email", "mail", "contact_email"]),
    values("PHONE_NUMBER", "phone", "phone", &["phone", "mobile", "tel"]),
    values("STREET_ADDRESS", "postal_address", "address", &["address", "addr1", "ship_to"]),
    values("ZIPCODE", "postal_address", "postcode", &["zip", "postcode", "plz"]),
    values("DATE_OF_BIRTH", "date_of_birth", "dob", &["date_of_birth", "dob", "birthdate"]),
    values("IBAN", "iban", "iban", &["iban", "account"]),
    values("CREDIT_CARD_NUMBER", "payment_card", "card", &["card_number", "pan", "cc"]),
    values("USERNAME", "user_name", "user", &["login", "username"]),
    values("LOCATION", "place", "city", &["city", "town"]),
    // The class is that of the number.
    values("NATIONAL_ID", "", "id", &[]),
    nothing("order", &["order_no", "order_number", "invoice"]),
    nothing("part", &["part_no", "sku", "article"]),
    nothing("ean", &["ean", "gtin", "barcode"]),
    nothing("isbn", &["isbn"]),
    nothing("uuid", &["id", "uuid", "request_id"]),
    nothing("git", &["commit", "revision"]),
    nothing("sha256", &["sha256", "checksum"]),
    nothing("epoch", &["created", "ts", "updated_at"]),
    nothing("epochms", &["time", "timestamp_ms"]),
    nothing("version", &["version", "release"]),
    nothing("float", &["score", "x", "measurement"]),
    nothing("serial", &["serial", "device"]),
    nothing("tracking", &["tracking", "parcel"]),
    nothing("ssnish", &["code", "section", "item"]),
    nothing("digits", &["number", "customer_no", "batch"]),
    nothing("latitude", &["lat", "latitude"]),
    nothing("longitude", &["lon", "lng"]),
    nothing("amount", &["amount", "total", "net"]),
    nothing("quantity", &["qty", "count"]),
    nothing("date", &["date", "shipped", "due"]),
    nothing("status", &["status", "state"]),
];

/// How many of the sources hold values.
const SENSITIVE: usize = 13;

pub(super) fn draw(mut dice: Dice, country: &'static Country, number: u64) -> LabelledTable {
    let rows = dice.between(6, 40) as usize;
    let people = if dice.one_in(4) { 0 } else { dice.between(2, 5) as usize };
    let mut chosen: Vec<usize> = pick(&mut dice, SENSITIVE, people);
    let harmless = dice.between(2, 5) as usize;
    chosen.extend(pick(&mut dice, SOURCES.len() - SENSITIVE, harmless).into_iter().map(|place| place + SENSITIVE));
    let identity = numbers().filter(|known| known.country == country.code).collect::<Vec<_>>();
    let identity = identity[dice.index(identity.len())];
    let blank = dice.one_in(8);
    let chosen = chosen.into_iter().filter(|source| SOURCES[*source].field != "iban" || !country.ibans.is_empty());
    let casts: Vec<Cast> = (0..rows).map(|_| Cast::draw(&mut dice, country)).collect();
    let columns = chosen.enumerate().map(|(place, source)| {
        let source = &SOURCES[source];
        let name = if blank { format!("col{}", place + 1) } else { header(&mut dice, &casts[0], source, identity) };
        let mut cells: Vec<String> = casts.iter().map(|cast| cell(&mut dice, cast, source.field, identity)).collect();
        let gaps = dice.one_in(5);
        cells.iter_mut().for_each(|cell| {
            if gaps && dice.one_in(6) {
                cell.clear();
            }
        });
        let (kind, class) = if source.field == "id" { (kind_of(identity), Some(identity.class)) } else { (source.kind, source.class) };
        LabelledColumn { name, values: cells, kind, class }
    });
    LabelledTable { columns: columns.collect(), file: format!("table-{number:05}.csv"), country: country.code, origin: ORIGIN }
}

fn kind_of(number: &Number) -> &'static str {
    match number.purpose {
        Purpose::Identity => "NATIONAL_ID",
        _ => class(number.class).1,
    }
}

/// Picks `count` different numbers below `bound`.
fn pick(dice: &mut Dice, bound: usize, count: usize) -> Vec<usize> {
    let mut all: Vec<usize> = (0..bound).collect();
    for place in 0..count.min(bound) {
        all.swap(place, place + dice.index(bound - place));
    }
    all.truncate(count);
    all
}

fn header(dice: &mut Dice, cast: &Cast, source: &Source, identity: &Number) -> String {
    let local = cast.language.field_names(source.field);
    let names: Vec<&str> = match source.field {
        "id" => identity.names.to_vec(),
        _ => source.headers.iter().copied().chain(local).collect(),
    };
    let name = dice.pick(&names).to_owned();
    match dice.below(4) {
        0 => name.to_uppercase(),
        1 => name.to_lowercase().replace([' ', '-'], "_"),
        _ => name,
    }
}

fn cell(dice: &mut Dice, cast: &Cast, field: &str, identity: &Number) -> String {
    let person = cast.person();
    match field {
        "person" => person.full.clone(),
        "given" => person.given.clone(),
        "surname" => person.surname.clone(),
        "email" => person.email.clone(),
        "phone" => person.phone.clone(),
        "address" => person.address.replace('\n', ", "),
        "postcode" => person.postcode.clone(),
        "city" => person.town.to_owned(),
        "user" => person.user.clone(),
        "dob" => person.born.iso(),
        "iban" => cast.iban(dice).unwrap_or_default(),
        "card" => financial::payment_card(dice),
        "id" => identity.draw(dice, &person.holder()),
        "latitude" => format!("{}.{}", dice.between(36, 59), dice.digits(6)),
        "longitude" => format!("{}.{}", dice.between(0, 24), dice.digits(6)),
        "amount" => format!("{}.{:02}", dice.between(5, 4000), dice.below(100)),
        "quantity" => dice.between(1, 60).to_string(),
        "date" => Date::draw(dice, 2022, 2026).iso(),
        "status" => dice.pick(&["open", "shipped", "closed", "returned"]).to_owned(),
        other => look_alike::draw(dice, other),
    }
}
