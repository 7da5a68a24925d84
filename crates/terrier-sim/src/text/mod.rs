//! Running text of three kinds, and a stream of any length made of them.

mod csv_rows;
mod json_log;
mod prose;
mod stream;

pub use csv_rows::{ORDER_HEADER, order_row};
pub use json_log::log_line;
pub use prose::{paragraph, sentence};
pub use stream::{TextPlan, TextStream};

use crate::dice::Dice;

/// A clock of the generated world: each reading lies a little after the one before. Months have 28 days here.
#[derive(Debug, Clone)]
pub struct Clock {
    milliseconds: u64,
}

impl Clock {
    /// Starts the clock on a day of 2024.
    pub fn start(dice: &mut Dice) -> Self {
        Self { milliseconds: dice.below(300) * 86_400_000 + dice.below(86_400_000) }
    }

    /// Lets some time pass and reads the clock, as RFC 3339.
    pub fn tick(&mut self, dice: &mut Dice) -> String {
        let Reading { year, month, day, time } = self.advance(dice);
        format!("{year}-{month:02}-{day:02}T{time}.{:03}Z", self.milliseconds % 1000)
    }

    /// Lets some time pass and reads the clock, as web servers write it.
    pub fn tick_common(&mut self, dice: &mut Dice) -> String {
        const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let Reading { year, month, day, time } = self.advance(dice);
        format!("{day:02}/{}/{year}:{time} +0000", MONTHS[(month - 1) as usize])
    }

    fn advance(&mut self, dice: &mut Dice) -> Reading {
        self.milliseconds += dice.below(2_000);
        let seconds = self.milliseconds / 1000;
        let (day, time) = (seconds / 86_400, seconds % 86_400);
        Reading {
            year: 2024 + day / 336,
            month: day / 28 % 12 + 1,
            day: day % 28 + 1,
            time: format!("{:02}:{:02}:{:02}", time / 3600, time / 60 % 60, time % 60),
        }
    }
}

struct Reading {
    year: u64,
    month: u64,
    day: u64,
    time: String,
}
