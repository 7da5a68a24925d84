/// A day of the common calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Day {
    pub(super) year: u64,
    pub(super) month: u64,
    pub(super) day: u64,
}

impl Day {
    /// Returns the day that is so many days after 1970-01-01, counting years from March so that leap days come last.
    pub(super) fn from_epoch(days: u64) -> Self {
        let shifted = days + 719_468;
        let (era, of_era) = (shifted / 146_097, shifted % 146_097);
        let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * of_year + 2) / 153;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        Self { year: year_of_era + era * 400 + u64::from(month <= 2), month, day: of_year - (153 * from_march + 2) / 5 + 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        for (days, expect) in [(0, (1970, 1, 1)), (11_016, (2000, 2, 29)), (19_844, (2024, 5, 1)), (20_088, (2024, 12, 31))] {
            assert_eq!(Day::from_epoch(days), Day { year: expect.0, month: expect.1, day: expect.2 });
        }
    }
}
