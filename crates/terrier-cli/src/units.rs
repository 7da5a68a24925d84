//! Sizes, ages and prices as people type them.

use std::str::FromStr;

use jiff::{SignedDuration, Timestamp, civil, tz::TimeZone};

/// A number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size(pub(crate) u64);

impl FromStr for Size {
    type Err = String;

    fn from_str(typed: &str) -> Result<Self, String> {
        let digits = typed.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let unit = match typed[digits.len()..].to_ascii_uppercase().trim_end_matches('B').trim_end_matches('I') {
            "" => 0,
            "K" => 10,
            "M" => 20,
            "G" => 30,
            "T" => 40,
            _ => return Err("expected bytes, or a number with K, M, G or T, such as 256M".to_owned()),
        };
        let number: f64 = digits.parse().map_err(|_| "expected a number, such as 256M or 1.5G".to_owned())?;
        if !number.is_finite() || number < 0.0 {
            return Err("expected a size of 0 or more".to_owned());
        }
        Ok(Self((number * (1_u64 << unit) as f64) as u64))
    }
}

/// A number of rows, or all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RowLimit(pub(crate) Option<u64>);

impl FromStr for RowLimit {
    type Err = String;

    fn from_str(typed: &str) -> Result<Self, String> {
        if typed.eq_ignore_ascii_case("all") {
            return Ok(Self(None));
        }
        let wrong = || "expected a number of rows, such as 50000 or 10M, or all".to_owned();
        let digits = typed.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let unit = match typed[digits.len()..].to_ascii_uppercase().as_str() {
            "" => 1,
            "K" => 1_000,
            "M" => 1_000_000,
            "G" => 1_000_000_000,
            _ => return Err(wrong()),
        };
        let rows = digits.parse::<u64>().ok().and_then(|number| number.checked_mul(unit)).filter(|rows| *rows > 0);
        rows.map(|rows| Self(Some(rows))).ok_or_else(wrong)
    }
}

/// A size as stores are billed: in powers of ten, such as `9PB`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct StoredSize(pub(crate) f64);

impl FromStr for StoredSize {
    type Err = String;

    fn from_str(typed: &str) -> Result<Self, String> {
        let wrong = || "expected a size with GB, TB, PB or EB, in powers of ten, such as 9PB".to_owned();
        let digits = typed.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let unit = match typed[digits.len()..].to_ascii_uppercase().as_str() {
            "GB" => 1e9,
            "TB" => 1e12,
            "PB" => 1e15,
            "EB" => 1e18,
            _ => return Err(wrong()),
        };
        let number: f64 = digits.parse().map_err(|_| wrong())?;
        if number.is_finite() && number > 0.0 { Ok(Self(number * unit)) } else { Err(wrong()) }
    }
}

/// An amount of US dollars.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Price(pub(crate) f64);

impl FromStr for Price {
    type Err = String;

    fn from_str(typed: &str) -> Result<Self, String> {
        let dollars: f64 = typed.parse().map_err(|_| "expected dollars, such as 0.04".to_owned())?;
        if !dollars.is_finite() || dollars < 0.0 {
            return Err("expected a price of 0 or more".to_owned());
        }
        Ok(Self(dollars))
    }
}

/// One of so many parts, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PartOf {
    pub(crate) index: u32,
    pub(crate) of: u32,
}

impl FromStr for PartOf {
    type Err = String;

    fn from_str(typed: &str) -> Result<Self, String> {
        const EXPECTED: &str = "expected a part of parts, counted from 0, such as 0/8; or auto/8 where the engine says which one it is";
        let (index, of) = typed.split_once('/').ok_or(EXPECTED)?;
        let told = if index == "auto" { Some(told_index()?) } else { None };
        let (index, of) = (told.as_deref().unwrap_or(index).parse().map_err(|_| EXPECTED)?, of.parse().map_err(|_| EXPECTED)?);
        if index < of { Ok(Self { index, of }) } else { Err(EXPECTED.to_owned()) }
    }
}

/// The index that the engine gives each of its processes: an Indexed Job of Kubernetes, or an array job of AWS Batch.
fn told_index() -> Result<String, String> {
    const NAMES: [&str; 2] = ["JOB_COMPLETION_INDEX", "AWS_BATCH_JOB_ARRAY_INDEX"];
    let told = NAMES.iter().find_map(|name| std::env::var(name).ok());
    told.ok_or_else(|| format!("auto is for where {} is set; else give the number of the part, such as 0/8", NAMES.join(" or ")))
}

/// A share of a whole, more than nothing and less than all of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Share(pub(crate) f64);

impl FromStr for Share {
    type Err = String;

    fn from_str(typed: &str) -> Result<Self, String> {
        const EXPECTED: &str = "expected a share between 0 and 1, such as 1% or 0.01";
        let (number, unit) = typed.strip_suffix('%').map_or((typed, 1.0), |percent| (percent.trim_end(), 100.0));
        let share = number.parse::<f64>().map_err(|_| EXPECTED)? / unit;
        if share > 0.0 && share < 1.0 { Ok(Self(share)) } else { Err(EXPECTED.to_owned()) }
    }
}

/// A point in time, given as such or as an age counted from now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Age(pub(crate) Timestamp);

impl FromStr for Age {
    type Err = String;

    fn from_str(typed: &str) -> Result<Self, String> {
        Self::parse(typed, Timestamp::now())
    }
}

impl Age {
    fn parse(typed: &str, now: Timestamp) -> Result<Self, String> {
        const EXPECTED: &str = "expected an age such as 7d, 12h, 30m, or a date such as 2026-01-31 or 2026-01-31T08:00:00Z";
        if let Ok(time) = typed.parse::<Timestamp>() {
            return Ok(Self(time));
        }
        if let Ok(date) = typed.parse::<civil::Date>() {
            return date.to_zoned(TimeZone::UTC).map(|start| Self(start.timestamp())).map_err(|_| EXPECTED.to_owned());
        }
        let unit = typed.chars().last().ok_or(EXPECTED)?;
        let seconds = match unit {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            'w' => 7 * 86_400,
            _ => return Err(EXPECTED.to_owned()),
        };
        let count: i64 = typed[..typed.len() - unit.len_utf8()].parse().map_err(|_| EXPECTED)?;
        let age = SignedDuration::from_secs(count.checked_mul(seconds).filter(|age| *age >= 0).ok_or(EXPECTED)?);
        now.checked_sub(age).map(Self).map_err(|_| EXPECTED.to_owned())
    }
}

/// Writes a size as people read it: `1.4 GiB`.
pub(crate) fn human_bytes(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
    let mut size = bytes as f64;
    let mut unit = 0;
    while size >= 1024.0 && unit + 1 < UNITS.len() {
        size /= 1024.0;
        unit += 1;
    }
    if unit == 0 { format!("{bytes} B") } else { format!("{size:.1} {}", UNITS[unit]) }
}

/// Writes a whole number with thousands apart: `1,204,117`.
pub(crate) fn human_count(count: u64) -> String {
    let digits = count.to_string();
    let mut grouped = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Writes a duration as people read it: `1m 20s`.
pub(crate) fn human_seconds(seconds: f64) -> String {
    let whole = seconds.round() as u64;
    match whole {
        0..10 => format!("{seconds:.1}s"),
        10..60 => format!("{whole}s"),
        60..3_600 => format!("{}m {:02}s", whole / 60, whole % 60),
        _ => format!("{}h {:02}m", whole / 3_600, whole % 3_600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_counted_in_tens() {
        assert_eq!("10M".parse(), Ok(RowLimit(Some(10_000_000))));
        assert_eq!("all".parse(), Ok(RowLimit(None)));
        assert!(["0", "-1", "1T", "M"].iter().all(|typed| typed.parse::<RowLimit>().is_err()));
    }

    #[test]
    fn sizes() {
        let check = |typed: &str, bytes: Option<u64>| assert_eq!(typed.parse::<Size>().ok().map(|size| size.0), bytes, "{typed}");
        check("0", Some(0));
        check("256M", Some(256 << 20));
        check("256MiB", Some(256 << 20));
        check("1.5g", Some(3 << 29));
        check("10 apples", None);
        check("-1", None);
        check("M", None);
    }

    #[test]
    fn prices() {
        let check = |typed: &str, dollars: Option<f64>| assert_eq!(typed.parse::<Price>().ok().map(|price| price.0), dollars, "{typed}");
        check("0.04", Some(0.04));
        check("0", Some(0.0));
        check("-1", None);
        check("inf", None);
        check("4 cents", None);
    }

    #[test]
    fn shares() {
        let check = |typed: &str, share: Option<f64>| assert_eq!(typed.parse::<Share>().ok().map(|share| share.0), share, "{typed}");
        check("1%", Some(0.01));
        check("0.05", Some(0.05));
        for malformed in ["0", "1", "100%", "-1%", "nan", "one"] {
            check(malformed, None);
        }
    }

    #[test]
    fn parts() {
        let check = |typed: &str, part: Option<(u32, u32)>| {
            assert_eq!(typed.parse::<PartOf>().ok().map(|part| (part.index, part.of)), part, "{typed}");
        };
        check("0/1", Some((0, 1)));
        check("7/8", Some((7, 8)));
        for malformed in ["8/8", "1", "/", "-1/2", "a/b", "auto/8", "auto"] {
            check(malformed, None);
        }
    }

    #[test]
    fn ages() {
        let now: Timestamp = "2026-01-31T12:00:00Z".parse().unwrap();
        let check = |typed: &str, expect: &str| assert_eq!(Age::parse(typed, now).unwrap().0.to_string(), expect);
        check("7d", "2026-01-24T12:00:00Z");
        check("90m", "2026-01-31T10:30:00Z");
        check("2026-01-01", "2026-01-01T00:00:00Z");
        check("2026-01-01T01:02:03Z", "2026-01-01T01:02:03Z");
        for malformed in ["", "d", "yesterday", "-3d", "3y", "99999999999999999999d"] {
            assert!(Age::parse(malformed, now).is_err(), "{malformed}");
        }
    }

    #[test]
    fn numbers_for_people() {
        assert_eq!("9PB".parse(), Ok(StoredSize(9e15)));
        assert!(["9", "9P", "-1PB", "PB", "9PiB"].iter().all(|wrong| wrong.parse::<StoredSize>().is_err()));
        assert_eq!(human_bytes(1_023), "1023 B");
        assert_eq!(human_bytes(3 << 29), "1.5 GiB");
        assert_eq!(human_count(1_204_117), "1,204,117");
        assert_eq!(human_count(117), "117");
        assert_eq!(human_seconds(80.4), "1m 20s");
    }
}
