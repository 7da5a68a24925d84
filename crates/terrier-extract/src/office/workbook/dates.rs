//! Days and times, which a workbook keeps as numbers of days (ECMA-376, 18.17.4).

/// Writes a number of days as a date, a time or both; `None` where it is none.
pub(super) fn shown(serial: f64, from_1904: bool) -> Option<String> {
    const LAST: f64 = 2_958_466.0;
    if !(0.0..LAST).contains(&serial) {
        return None;
    }
    let seconds = (serial * 86_400.0).round() as i64;
    let (day, second) = (seconds / 86_400, seconds % 86_400);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    let time = format!("{hour:02}:{minute:02}:{second:02}");
    if day == 0 && !from_1904 {
        return Some(time);
    }
    let (year, month, day) = civil(match (from_1904, day) {
        (true, _) => day - 24_107,
        // There was no 29 February 1900, but spreadsheets count it.
        (false, ..60) => day - 25_568,
        (false, _) => day - 25_569,
    });
    let date = format!("{year:04}-{month:02}-{day:02}");
    Some(if second + minute + hour == 0 { date } else { format!("{date}T{time}") })
}

/// Returns year, month and day of a number of days since 1970-01-01 in the Gregorian calendar.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_that_spreadsheets_show() {
        let check = |serial, from_1904, expected: Option<&str>| assert_eq!(shown(serial, from_1904).as_deref(), expected, "{serial}");
        check(1.0, false, Some("1900-01-01"));
        check(59.0, false, Some("1900-02-28"));
        check(61.0, false, Some("1900-03-01"));
        check(29_221.0, false, Some("1980-01-01"));
        check(45_351.5, false, Some("2024-02-29T12:00:00"));
        check(0.25, false, Some("06:00:00"));
        check(0.0, true, Some("1904-01-01"));
        check(-1.0, false, None);
        check(f64::NAN, false, None);
        check(1e300, false, None);
    }
}
