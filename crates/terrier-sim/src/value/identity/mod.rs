//! Numbers that states give to persons, by country, made to agree with whom they belong to: birth date, sex and name.
//!
//! Each follows what its issuer publishes about it; where a number has check digits they are right.

mod central;
mod north;
mod south;
mod west;
mod world;

use super::contact::Date;
use crate::dice::Dice;

/// Whom a number belongs to.
#[derive(Debug, Clone, Copy)]
pub struct Holder<'a> {
    /// Date of birth.
    pub born: Date,
    /// Whether the register says female.
    pub female: bool,
    /// Given name.
    pub given: &'a str,
    /// Family name.
    pub surname: &'a str,
}

impl Holder<'_> {
    /// Returns the last two digits of the year of birth.
    fn yy(&self) -> u64 {
        self.born.year % 100
    }

    /// Returns the date of birth as `YYMMDD`.
    fn yymmdd(&self) -> String {
        format!("{:02}{:02}{:02}", self.yy(), self.born.month, self.born.day)
    }

    /// Returns the date of birth as `DDMMYY`.
    fn ddmmyy(&self) -> String {
        format!("{:02}{:02}{:02}", self.born.day, self.born.month, self.yy())
    }

    /// Tells whether the person was born in this century.
    fn young(&self) -> bool {
        self.born.year >= 2000
    }

    /// Draws a number below `bound` that is odd for men and even for women, as most registers have it.
    fn serial(&self, dice: &mut Dice, low: u64, high: u64) -> u64 {
        let drawn = dice.between(low, high - 1);
        if drawn.is_multiple_of(2) == self.female { drawn } else { drawn + 1 }
    }
}

/// What a number is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// Tells a person apart in a national register or social insurance.
    Identity,
    /// Is what the tax office knows a person by.
    Tax,
    /// Is what health care knows a patient by.
    Health,
    /// Is printed on a passport.
    Passport,
    /// Is printed on a driving licence.
    Licence,
}

/// A number that a country gives to persons.
#[derive(Debug, Clone, Copy)]
pub struct Number {
    /// Country, ISO 3166-1 alpha-2.
    pub country: &'static str,
    /// Id of the class in the rule packs.
    pub class: &'static str,
    /// What it is for.
    pub purpose: Purpose,
    /// What people of the country write before it.
    pub names: &'static [&'static str],
    make: fn(&mut Dice, &Holder<'_>) -> String,
}

impl Number {
    const fn new(
        country: &'static str,
        class: &'static str,
        purpose: Purpose,
        names: &'static [&'static str],
        make: fn(&mut Dice, &Holder<'_>) -> String,
    ) -> Self {
        Self { country, class, purpose, names, make }
    }

    /// Draws the number of a person.
    pub fn draw(&self, dice: &mut Dice, holder: &Holder<'_>) -> String {
        (self.make)(dice, holder)
    }
}

/// Returns every number that is known here.
pub fn numbers() -> impl Iterator<Item = &'static Number> {
    [north::NUMBERS, west::NUMBERS, south::NUMBERS, central::NUMBERS, world::NUMBERS].into_iter().flatten()
}

/// Appends a digit.
fn with_digit(body: &str, digit: impl Into<u64>) -> String {
    format!("{body}{}", digit.into())
}

/// Draws until `make` returns a number: some bodies have no check digit and are never given out.
fn until(dice: &mut Dice, mut make: impl FnMut(&mut Dice) -> Option<String>) -> String {
    loop {
        if let Some(number) = make(dice) {
            return number;
        }
    }
}

#[cfg(test)]
mod tests;
