//! The people of a document.

use super::country::{Country, countries, iban};
use super::language::{Language, language};
use crate::dice::Dice;
use crate::value::identity::{Holder, Number, Purpose, numbers};
use crate::value::latin::to_ascii;
use crate::value::{Date, financial};

/// Made-up companies; they are no values.
const COMPANIES: &[(&str, &str)] = &[
    ("Brightfjord Freight", "brightfjord-freight"),
    ("Halvorsen Textil", "halvorsen-textil"),
    ("Oakhollow Labs", "oakhollow-labs"),
    ("Lumenquay", "lumenquay"),
    ("Meridian Tidewater", "meridian-tidewater"),
    ("Kestrel Payments", "kestrelpay"),
    ("Norddal Energi", "norddal-energi"),
    ("Atelier Vauclair", "atelier-vauclair"),
    ("Pinecrest Dental Group", "pinecrest-dental"),
    ("Quintavalle", "quintavalle"),
];
/// Made-up providers of private mail.
const PROVIDERS: &[&str] = &["mailhaven.net", "inboxly.org", "postkasten.info", "webbrev.net", "freepostal.com"];

/// A person of a document; all that is theirs belongs together.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) given: String,
    pub(super) surname: String,
    pub(super) full: String,
    pub(super) female: bool,
    pub(super) born: Date,
    pub(super) email: String,
    pub(super) user: String,
    pub(super) phone: String,
    pub(super) address: String,
    pub(super) postcode: String,
    pub(super) town: &'static str,
}

impl Person {
    fn draw(dice: &mut Dice, country: &'static Country, company: &str) -> Self {
        // A quarter of the people have a name from elsewhere.
        let origin = if dice.one_in(4) { &countries()[dice.index(countries().len())] } else { country };
        let female = dice.one_in(2);
        let side = usize::from(!female);
        let (given, surname) = (dice.pick(&origin.given[side]).to_owned(), dice.pick(&origin.surnames[side]).to_owned());
        let full = full_name(dice, country, origin, &given, &surname);
        let (first, last) = (mail_name(&given), mail_name(&surname));
        let initial = &first[..1];
        let user = match dice.below(3) {
            0 => format!("{initial}{last}"),
            1 => format!("{first}.{last}"),
            _ => format!("{last}{}", dice.between(2, 98)),
        };
        let local = match dice.below(4) {
            0 | 1 => format!("{first}.{last}"),
            2 => format!("{initial}.{last}"),
            _ => format!("{first}{}", dice.between(1950, 2009)),
        };
        let host = if dice.one_in(2) { format!("{company}.{}", domain_of(country.code)) } else { (*dice.pick(PROVIDERS)).to_owned() };
        let place = &country.places[dice.index(country.places.len())];
        let postcode = dice.fill(place.postcode);
        let address = address(dice, country, place.town, place.region, &postcode);
        let phone = dice.pick(&country.phones).to_owned();
        Self {
            given,
            surname,
            full,
            female,
            born: Date::draw(dice, 1955, 2004),
            email: format!("{local}@{host}"),
            user,
            phone: dice.fill(&phone),
            address,
            postcode,
            town: place.town,
        }
    }

    /// Returns what numbers are made from.
    pub(super) fn holder(&self) -> Holder<'_> {
        Holder { born: self.born, female: self.female, given: &self.given, surname: &self.surname }
    }
}

/// Writes the whole name as people there do.
fn full_name(dice: &mut Dice, country: &Country, origin: &Country, given: &str, surname: &str) -> String {
    match (country.code, origin.code) {
        ("HU", "HU") => format!("{surname} {given}"),
        ("JP" | "KR" | "SG", code) if code == country.code && dice.one_in(2) => format!("{surname} {given}"),
        ("US" | "CA", _) if dice.one_in(6) => format!("{given} {}. {surname}", dice.fill("@")),
        ("FR" | "BE" | "LU", _) if dice.one_in(6) => format!("{given} {}", surname.to_uppercase()),
        _ => format!("{given} {surname}"),
    }
}

fn mail_name(name: &str) -> String {
    let plain: String = to_ascii(name).to_lowercase().chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    plain.trim_matches('-').to_owned()
}

fn domain_of(country: &str) -> String {
    match country {
        "GB" => "co.uk".to_owned(),
        "US" => "com".to_owned(),
        "NZ" | "ZA" | "KE" | "IL" => format!("co.{}", country.to_lowercase()),
        "AU" | "SG" | "MY" | "TR" | "BR" | "MX" | "AR" | "PE" | "NG" => format!("com.{}", country.to_lowercase()),
        "JP" | "KR" => format!("co.{}", country.to_lowercase()),
        code => code.to_lowercase(),
    }
}

fn address(dice: &mut Dice, country: &Country, town: &str, region: &str, postcode: &str) -> String {
    let form = dice.pick(&country.addresses).to_owned();
    let street = dice.pick(&country.streets).to_owned();
    let number = if dice.one_in(4) { dice.between(100, 980) } else { dice.between(2, 99) };
    form.replace("{street}", &street)
        .replace("{n}", &number.to_string())
        .replace("{flat}", &dice.between(1, 9).to_string())
        .replace("{zip}", postcode)
        .replace("{city}", town)
        .replace("{region}", region)
        .replace('|', "\n")
}

/// Country, language and people of a document.
#[derive(Debug)]
pub(super) struct Cast {
    pub(super) country: &'static Country,
    pub(super) language: &'static Language,
    pub(super) company: &'static str,
    pub(super) people: Vec<Person>,
    /// Who is spoken of now, and who else.
    pub(super) at: [usize; 2],
}

impl Cast {
    pub(super) fn draw(dice: &mut Dice, country: &'static Country) -> Self {
        let (company, domain) = COMPANIES[dice.index(COMPANIES.len())];
        let people = (0..5).map(|_| Person::draw(dice, country, domain)).collect();
        Self { country, language: language(country.language), company, people, at: [0, 1] }
    }

    /// Turns to other people, or stays with the same.
    pub(super) fn turn(&mut self, dice: &mut Dice) {
        if dice.one_in(2) {
            let first = dice.index(self.people.len());
            let second = (first + 1 + dice.index(self.people.len() - 1)) % self.people.len();
            self.at = [first, second];
        }
    }

    /// Returns who is spoken of.
    pub(super) fn person(&self) -> &Person {
        &self.people[self.at[0]]
    }

    /// Returns who else is.
    pub(super) fn other(&self) -> &Person {
        &self.people[self.at[1]]
    }

    /// Picks a number of the country, for one of the purposes if there is one.
    pub(super) fn number(&self, dice: &mut Dice, purposes: &[Purpose]) -> &'static Number {
        let of_country: Vec<&Number> = numbers().filter(|number| number.country == self.country.code).collect();
        for purpose in purposes {
            let fitting: Vec<&&Number> = of_country.iter().filter(|number| number.purpose == *purpose).collect();
            if !fitting.is_empty() {
                return fitting[dice.index(fitting.len())];
            }
        }
        of_country[dice.index(of_country.len())]
    }

    /// Draws an account number; none where the country has no IBAN.
    pub(super) fn iban(&self, dice: &mut Dice) -> Option<String> {
        if self.country.ibans.is_empty() {
            return None;
        }
        let form = dice.pick(&self.country.ibans).to_owned();
        let number = iban(dice, self.country.code, &form);
        Some(if dice.one_in(2) { financial::grouped(&number, &[4; 9], " ") } else { number })
    }
}
