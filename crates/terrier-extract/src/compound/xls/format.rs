use std::collections::HashSet;

/// Days from 1899-12-30, where counting begins in effect, to 1970-01-01; those of files that count from 1904 are fewer.
const TO_EPOCH: i64 = 25_569;
const FROM_1904: i64 = 1_462;
/// Last day that a date may have: the end of the year 9999.
const LAST_DAY: f64 = 2_958_466.0;

/// What the numbers of cells are shown as.
#[derive(Default)]
pub(super) struct Formats {
    pub(super) from_1904: bool,
    dates: HashSet<u16>,
    cells: Vec<u16>,
}

impl Formats {
    /// Adds a format of the workbook's own.
    pub(super) fn add(&mut self, number: u16, text: &str) {
        if is_date(text) {
            self.dates.insert(number);
        } else {
            self.dates.remove(&number);
        }
    }

    /// Adds the format that a kind of cell has.
    pub(super) fn add_cell_format(&mut self, number: u16) {
        if self.cells.len() <= usize::from(u16::MAX) {
            self.cells.push(number);
        }
    }

    /// Shows a number as the cell does, as far as it is a date; else as it is.
    pub(super) fn shown(&self, cell: u16, number: f64) -> String {
        let format = self.cells.get(usize::from(cell)).copied().unwrap_or(0);
        let is_date = matches!(format, 14..=17 | 22 | 27..=31 | 34..=36 | 50..=58) || self.dates.contains(&format);
        if is_date && (1.0..LAST_DAY).contains(&number) { self.date(number) } else { number.to_string() }
    }

    fn date(&self, number: f64) -> String {
        #[expect(clippy::cast_possible_truncation, reason = "checked to be a date")]
        let seconds = (number * 86_400.0).round() as i64;
        let (day, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        let (year, month, day) = civil(day - TO_EPOCH + if self.from_1904 { FROM_1904 } else { 0 });
        if second == 0 {
            return format!("{year:04}-{month:02}-{day:02}");
        }
        format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60)
    }
}

/// Tells whether a format shows a year or a day: one of their letters, outside of quotes and brackets.
fn is_date(format: &str) -> bool {
    let (mut quoted, mut bracketed, mut escaped) = (false, false, false);
    for character in format.chars() {
        match character {
            _ if escaped => escaped = false,
            '\\' | '_' | '*' => escaped = true,
            '"' => quoted = !quoted,
            '[' if !quoted => bracketed = true,
            ']' if !quoted => bracketed = false,
            'y' | 'Y' | 'd' | 'D' if !quoted && !bracketed => return true,
            _ => {}
        }
    }
    false
}

/// Returns the date of a day counted from 1970-01-01, in the proleptic Gregorian calendar.
fn civil(day: i64) -> (i64, i64, i64) {
    let day = day + 719_468;
    let (era, of_era) = (day.div_euclid(146_097), day.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let date = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_shown_as_dates() {
        let mut formats = Formats::default();
        formats.add(164, "[$-409]d\\-mmm\\-yy;@");
        formats.add(165, "0.00 \"days\"");
        [0, 14, 164, 165].into_iter().for_each(|format| formats.add_cell_format(format));
        assert_eq!(formats.shown(1, 29_221.0), "1980-01-01");
        assert_eq!(formats.shown(2, 45_351.5), "2024-02-29T12:00:00");
        assert_eq!(formats.shown(3, 29_221.0), "29221");
        assert_eq!(formats.shown(0, 4_111_111_111_111_111.0), "4111111111111111");
    }
}
