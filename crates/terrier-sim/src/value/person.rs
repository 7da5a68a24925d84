use super::contact::Date;
use crate::dice::Dice;

/// Given names, common in the countries that the generated companies work in.
const FIRST: &[&str] = &[
    "Amelia", "Oliver", "Priya", "Mateo", "Ingrid", "Tobias", "Naomi", "Rafael", "Chloe", "Dmitri", "Fatima", "Lukas", "Harriet", "Kenji",
    "Beatriz", "Samuel", "Yasmin", "Gareth", "Leonie", "Marcus", "Sofia", "Andrew", "Mireille", "Hugo", "Ananya", "Patrick", "Giulia",
    "Walter", "Esther", "Bruno", "Camille", "Victor",
];
/// Family names.
const LAST: &[&str] = &[
    "Whitfield",
    "Okafor",
    "Lindqvist",
    "Moreau",
    "Ferrante",
    "Castellano",
    "Hargreaves",
    "Nakamura",
    "Iyer",
    "Baumgartner",
    "Sandoval",
    "Kowalski",
    "Pemberton",
    "Delacroix",
    "Vasquez",
    "Thornton",
    "Achterberg",
    "Rasmussen",
    "Banerjee",
    "Quintero",
    "Ellsworth",
    "Marchetti",
    "Holloway",
    "Stavros",
    "Winterbourne",
    "Dubois",
    "Petrov",
    "Cavanaugh",
    "Mbeki",
    "Schroeder",
    "Ramaswamy",
    "Fairclough",
];
const COMPANIES: &[&str] = &[
    "brightfjord-freight.com",
    "oakhollow-labs.com",
    "meridian-tidewater.co.uk",
    "kestrel-payments.io",
    "halvorsen-textil.de",
    "lumenquay.net",
    "pinecrest-dental-group.com",
    "atelier-vauclair.fr",
];
const STREETS: &[&str] = &["Alder Street", "Quarry Lane", "Harbour Road", "Mill Terrace", "Station Avenue", "Orchard Close"];
const CITIES: &[(&str, &str)] = &[
    ("Portland", "OR 97205"),
    ("Madison", "WI 53703"),
    ("Durham", "NC 27701"),
    ("Tucson", "AZ 85701"),
    ("Albany", "NY 12207"),
    ("Boise", "ID 83702"),
];

/// A made-up person whose name, address and birth date belong together.
#[derive(Debug, Clone)]
pub struct Person {
    /// Given name.
    pub first: &'static str,
    /// Family name.
    pub last: &'static str,
    /// Address at a made-up company, made of the name.
    pub email: String,
    /// Birth date.
    pub born: Date,
    /// Street and number.
    pub street: String,
    /// Town.
    pub city: &'static str,
    /// State and postal code.
    pub region: &'static str,
}

impl Person {
    /// Draws a person.
    pub fn draw(dice: &mut Dice) -> Self {
        let (first, last) = (dice.pick(FIRST), dice.pick(LAST));
        let (city, region) = CITIES[dice.index(CITIES.len())];
        let company = dice.pick(COMPANIES);
        let local = match dice.below(3) {
            0 => format!("{}.{}", first.to_ascii_lowercase(), last.to_ascii_lowercase()),
            1 => format!("{}{}{}", &first[..1].to_ascii_lowercase(), last.to_ascii_lowercase(), dice.between(2, 98)),
            _ => format!("{}_{}", first.to_ascii_lowercase(), last.to_ascii_lowercase()),
        };
        Self {
            first,
            last,
            email: format!("{local}@{company}"),
            born: Date::birth(dice),
            street: format!("{} {}", dice.between(2, 980), dice.pick(STREETS)),
            city,
            region,
        }
    }

    /// Returns given and family name.
    pub fn name(&self) -> String {
        format!("{} {}", self.first, self.last)
    }
}
