use super::Ledger;
use crate::dice::Dice;
use crate::document::Table;

/// What a column of a generated table holds. The columns about a person describe the same one throughout a row.
#[derive(Clone, Copy)]
pub(super) enum Column {
    /// Given and family name.
    Name,
    /// Given name.
    First,
    /// Family name.
    Last,
    /// The person's e-mail address: counted.
    Email,
    /// The person's birth date: counted.
    Born,
    /// Street and number.
    Street,
    /// Town.
    City,
    /// State and postal code.
    Region,
    /// A value of a class: counted.
    Class(&'static str),
    /// The same, in some of the rows only: one of so many.
    Rarely(&'static str, u64),
    /// Text from a pattern, see [`Dice::fill`].
    Pattern(&'static str),
    /// One of several words.
    Word(&'static [&'static str]),
    /// Anything else that is not counted.
    Draw(fn(&mut Dice) -> String),
}

/// Draws a table.
pub(super) fn table(ledger: &mut Ledger, rows: usize, columns: &[(&str, Column)]) -> Table {
    let headers: Vec<&str> = columns.iter().map(|(header, _)| *header).collect();
    let mut table = Table::new(&headers);
    for _ in 0..rows {
        table.rows.push(row(ledger, columns));
    }
    table
}

fn row(ledger: &mut Ledger, columns: &[(&str, Column)]) -> Vec<String> {
    let person = ledger.person();
    let cell = |(header, column): &(&str, Column)| match *column {
        Column::Name => person.name(),
        Column::First => person.first.to_owned(),
        Column::Last => person.last.to_owned(),
        Column::Street => person.street.clone(),
        Column::City => person.city.to_owned(),
        Column::Region => person.region.to_owned(),
        Column::Email => {
            ledger.count("email", 1);
            person.email.clone()
        }
        Column::Born => {
            ledger.count("date_of_birth", 1);
            person.born.iso()
        }
        Column::Class(class) => ledger.plant_in(class, header),
        Column::Rarely(class, every) => {
            if ledger.dice.one_in(every) {
                ledger.plant_in(class, header)
            } else {
                String::new()
            }
        }
        Column::Pattern(pattern) => ledger.dice.fill(pattern),
        Column::Word(words) => ledger.dice.pick(words).to_owned(),
        Column::Draw(draw) => draw(&mut ledger.dice),
    };
    columns.iter().map(cell).collect()
}
