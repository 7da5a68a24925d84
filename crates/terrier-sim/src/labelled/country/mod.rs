//! Countries: names of persons, addresses, telephone numbers and accounts as people there write them.

mod account;

pub(super) use account::iban;

use std::sync::LazyLock;

/// What a country's people are called and how they write where they live.
#[derive(Debug)]
pub(super) struct Country {
    /// ISO 3166-1 alpha-2.
    pub(super) code: &'static str,
    /// Language of its documents, ISO 639-1.
    pub(super) language: &'static str,
    /// Given names of women and of men.
    pub(super) given: [Vec<&'static str>; 2],
    /// Family names of women and of men; the same unless a language tells them apart.
    pub(super) surnames: [Vec<&'static str>; 2],
    pub(super) streets: Vec<&'static str>,
    pub(super) places: Vec<Place>,
    /// Forms of an address; a bar breaks the line where the postal form does.
    pub(super) addresses: Vec<&'static str>,
    /// Patterns of telephone numbers.
    pub(super) phones: Vec<&'static str>,
    /// Forms of the account number; none where the country has no IBAN.
    pub(super) ibans: Vec<&'static str>,
}

/// A town with its postal code.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) postcode: &'static str,
    pub(super) town: &'static str,
    pub(super) region: &'static str,
}

const TABLES: &[&str] = &[
    include_str!("english.txt"),
    include_str!("germanic.txt"),
    include_str!("romance.txt"),
    include_str!("east.txt"),
    include_str!("asia.txt"),
];

static COUNTRIES: LazyLock<Vec<Country>> = LazyLock::new(|| TABLES.iter().flat_map(|table| parse(table)).collect());

/// Returns all countries, always in the same order.
pub(super) fn countries() -> &'static [Country] {
    &COUNTRIES
}

fn parse(table: &'static str) -> Vec<Country> {
    table.split("\n[").skip(1).filter_map(country).collect()
}

fn country(section: &'static str) -> Option<Country> {
    let (code, rest) = section.split_once("] ")?;
    let (language, rest) = rest.split_once('\n')?;
    let of = |name: &str| -> Vec<&'static str> {
        let line = rest.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        line.unwrap_or_default().split("; ").map(str::trim).filter(|item| !item.is_empty()).collect()
    };
    let men = of("s");
    let women = if of("sf").is_empty() { men.clone() } else { of("sf") };
    let places = of("place").into_iter().filter_map(|place| {
        let mut parts = place.split('|');
        Some(Place { postcode: parts.next()?, town: parts.next()?, region: parts.next()? })
    });
    Some(Country {
        code,
        language,
        given: [of("f"), of("m")],
        surnames: [women, men],
        streets: of("street"),
        places: places.collect(),
        addresses: of("address"),
        phones: of("phone"),
        ibans: of("iban"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::identity::numbers;

    #[test]
    fn every_country_is_complete() {
        assert!(countries().len() >= 45);
        for country in countries() {
            let parts = [&country.given[0], &country.given[1], &country.surnames[0], &country.surnames[1], &country.streets];
            assert!(parts.iter().all(|part| part.len() >= 4), "{}", country.code);
            assert!(country.places.len() >= 3 && country.addresses.len() >= 2 && country.phones.len() >= 3, "{}", country.code);
            assert!(numbers().any(|number| number.country == country.code), "{} has no number for persons", country.code);
        }
    }

    #[test]
    fn every_number_belongs_to_a_country() {
        for number in numbers() {
            assert!(countries().iter().any(|country| country.code == number.country), "{}", number.country);
        }
    }
}
