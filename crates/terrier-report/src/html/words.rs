use jiff::Timestamp;
use terrier_model::Timestamp as Microseconds;

/// Writes a count with separated thousands.
pub(super) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Writes a count with its noun.
pub(super) fn plural(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// Writes a size in binary units.
pub(super) fn bytes(number: u64) -> String {
    let mut size = number as f64;
    for unit in ["B", "KiB", "MiB", "GiB", "TiB"] {
        if size < 1024.0 {
            return if unit == "B" { format!("{number} B") } else { format!("{size:.1} {unit}") };
        }
        size /= 1024.0;
    }
    format!("{size:.1} PiB")
}

/// Writes a share in percent. Only all is 100 %, and only nothing is 0 %.
pub(super) fn share(part: u64, whole: u64) -> String {
    if whole == 0 || part >= whole {
        return "100 %".to_owned();
    }
    let percent = 100.0 * part as f64 / whole as f64;
    match part {
        0 => "0 %".to_owned(),
        _ if percent < 0.1 => "under 0.1 %".to_owned(),
        _ if percent > 99.9 => "over 99.9 %".to_owned(),
        _ => format!("{percent:.1} %"),
    }
}

/// Writes a point in time to the minute.
pub(super) fn day_and_time(at: Microseconds) -> String {
    let at = Timestamp::from_microsecond(at).unwrap_or(Timestamp::UNIX_EPOCH);
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!([count(7), count(1_000), count(12_345_678)], ["7", "1,000", "12,345,678"]);
        assert_eq!([bytes(1023), bytes(1536), bytes(5 << 50)], ["1023 B", "1.5 KiB", "5.0 PiB"]);
        assert_eq!([share(0, 9), share(999_999, 1_000_000), share(1, 1_000_000)], ["0 %", "over 99.9 %", "under 0.1 %"]);
        assert_eq!([share(1, 3), share(3, 3), share(0, 0)], ["33.3 %", "100 %", "100 %"]);
        assert_eq!(day_and_time(1_777_636_800_000_000), "2026-05-01 12:00 UTC");
    }
}
