//! Days and moments as they are written, for formats that count them.

/// Writes the day that lies so many days after 1970-01-01.
pub(crate) fn date(days: i64) -> String {
    // Beyond these nobody's calendar goes.
    let days = days.clamp(-100_000_000, 100_000_000) + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

/// Writes the moment that lies so many units after the start of 1970, of which a second has `units`.
pub(crate) fn timestamp(value: i64, units: i64) -> String {
    let seconds = value.div_euclid(units);
    let rest = value.rem_euclid(units);
    let of_day = seconds.rem_euclid(86_400);
    let date = date(seconds.div_euclid(86_400));
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    if rest == 0 {
        return format!("{date}T{hour:02}:{minute:02}:{second:02}Z");
    }
    let width = units.ilog10() as usize;
    format!("{date}T{hour:02}:{minute:02}:{second:02}.{rest:0width$}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_written_as_dates() {
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(date(19_782), "2024-02-29");
        assert_eq!(date(-1), "1969-12-31");
        assert_eq!(date(-719_162), "0001-01-01");
    }

    #[test]
    fn moments_are_written_in_utc() {
        assert_eq!(timestamp(1_714_550_400, 1), "2024-05-01T08:00:00Z");
        assert_eq!(timestamp(1_714_550_400_250, 1000), "2024-05-01T08:00:00.250Z");
        assert_eq!(timestamp(-1, 1_000_000), "1969-12-31T23:59:59.999999Z");
        assert_eq!(timestamp(i64::MIN, 1).len(), timestamp(i64::MIN, 1).len());
    }
}
