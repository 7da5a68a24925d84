use crate::dice::Dice;
use crate::value::checksum::mrz;
use crate::value::person::Person;

/// Draws an e-mail address of a made-up person at a made-up company.
pub(super) fn email(dice: &mut Dice) -> String {
    Person::draw(dice).email
}

/// Draws a phone number that a numbering plan allows, in E.164 or national form.
pub(super) fn phone(dice: &mut Dice) -> String {
    const UNITED_STATES: &[&str] = &["212", "312", "415", "206", "617", "713", "305", "404", "602", "702", "503", "919"];
    match dice.below(7) {
        0 => format!("+1{}{}", dice.pick(UNITED_STATES), exchange(dice)),
        1..=3 => {
            let (area, line) = (dice.pick(UNITED_STATES), exchange(dice));
            let (office, subscriber) = line.split_at(3);
            if dice.one_in(2) { format!("({area}) {office}-{subscriber}") } else { format!("{area}-{office}-{subscriber}") }
        }
        4 => format!("+44 20 7{} {}", dice.fill("%##"), dice.fill("%###")),
        5 => format!("+49 30 {}", dice.fill("2#######")),
        _ => format!(
            "+33 6 {}{} {} {} {}",
            dice.pick(&["1", "2", "4", "5", "6", "7", "8"]),
            dice.fill("#"),
            dice.fill("##"),
            dice.fill("##"),
            dice.fill("##")
        ),
    }
}

/// Draws exchange and line of an American number; exchanges that end in 11 and the fictional 555 are left out.
fn exchange(dice: &mut Dice) -> String {
    loop {
        let line = format!("{}{}", dice.between(2, 9), dice.digits(6));
        if &line[1..3] != "11" && &line[..3] != "555" {
            return line;
        }
    }
}

/// Draws a date of birth of an adult, in one of three usual forms.
pub(super) fn date_of_birth(dice: &mut Dice) -> String {
    let date = Date::birth(dice);
    match dice.below(4) {
        0 | 1 => date.iso(),
        2 => format!("{:02}/{:02}/{}", date.month, date.day, date.year),
        _ => format!("{} {} {}", date.day, date.month_name(), date.year),
    }
}

/// A calendar date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Date {
    /// Year, four digits.
    pub year: u64,
    /// Month, from 1.
    pub month: u64,
    /// Day of the month.
    pub day: u64,
}

impl Date {
    /// Draws a date between two years, both included. First days of a month are left out: systems write them for "unknown".
    pub fn draw(dice: &mut Dice, from: u64, to: u64) -> Self {
        Self { year: dice.between(from, to), month: dice.between(1, 12), day: dice.between(2, 28) }
    }

    /// Draws a date on which an adult may have been born.
    pub fn birth(dice: &mut Dice) -> Self {
        Self::draw(dice, 1946, 2003)
    }

    /// Writes it as `YYYY-MM-DD`.
    pub fn iso(&self) -> String {
        format!("{}-{:02}-{:02}", self.year, self.month, self.day)
    }

    fn month_name(&self) -> &'static str {
        const NAMES: [&str; 12] =
            ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
        NAMES[(self.month - 1) as usize]
    }

    fn yymmdd(&self) -> String {
        format!("{:02}{:02}{:02}", self.year % 100, self.month, self.day)
    }
}

/// Draws the machine-readable zone of a passport: two lines of 44 characters (ICAO Doc 9303-4).
pub(super) fn passport_mrz(dice: &mut Dice) -> String {
    let person = Person::draw(dice);
    let issuer = dice.pick(&["USA", "GBR", "FRA", "ESP", "ITA", "CAN"]);
    let name = format!("P<{issuer}{}<<{}", person.last.to_ascii_uppercase(), person.first.to_ascii_uppercase());
    let number = dice.fill("%########");
    let birth = Date::birth(dice).yymmdd();
    let expiry = Date::draw(dice, 2027, 2034).yymmdd();
    let personal = "<".repeat(14);
    let (n, b, e) = (mrz(&number), mrz(&birth), mrz(&expiry));
    let composite = mrz(&format!("{number}{n}{birth}{b}{expiry}{e}{personal}<"));
    let sex = dice.pick(&["F", "M"]);
    format!("{name:<<44}\n{number}{n}{issuer}{birth}{b}{sex}{expiry}{e}{personal}<{composite}")
}
