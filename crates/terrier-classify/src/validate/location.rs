//! Places on the globe.

use super::Verdict;

/// Judges a latitude and a longitude in decimal degrees, in this order, by their ranges.
pub(super) fn geo_position(value: &[u8]) -> Verdict {
    let numbers = value.split(|byte| !(byte.is_ascii_digit() || matches!(byte, b'.' | b'-'))).filter(|part| part.contains(&b'.'));
    let mut read = numbers.map(|part| std::str::from_utf8(part).ok().and_then(|text| text.parse::<f64>().ok()));
    let (Some(Some(latitude)), Some(Some(longitude)), None) = (read.next(), read.next(), read.next()) else { return Verdict::Invalid };
    let on_globe = latitude.abs() <= 90.0 && longitude.abs() <= 180.0;
    let named = latitude.abs() > 0.01 || longitude.abs() > 0.01;
    if on_globe && named && latitude != longitude { Verdict::Plausible } else { Verdict::Invalid }
}

/// Judges a longitude and a latitude, in this order, as geometries write them.
pub(super) fn geo_point(value: &[u8]) -> Verdict {
    let mut parts = value.split(|byte| matches!(byte, b' ' | b',')).filter(|part| !part.is_empty());
    let (Some(longitude), Some(latitude), None) = (parts.next(), parts.next(), parts.next()) else { return Verdict::Invalid };
    geo_position(&[latitude, b",", longitude].concat())
}

/// Judges a sentence of NMEA 0183 by its checksum: all bytes between `$` and `*`, combined by exclusive or.
pub(super) fn nmea(value: &[u8]) -> Verdict {
    let mut parts = value.strip_prefix(b"$").unwrap_or_default().split(|byte| *byte == b'*');
    let (Some(body), Some(check), None) = (parts.next(), parts.next(), parts.next()) else { return Verdict::Invalid };
    let sum = body.iter().fold(0, |sum, byte| sum ^ byte);
    let expected = std::str::from_utf8(check).ok().filter(|check| check.len() == 2).and_then(|check| u8::from_str_radix(check, 16).ok());
    Verdict::valid_if(!body.is_empty() && expected == Some(sum))
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;
    use super::*;

    #[test]
    fn positions() {
        check("geo_position", Verdict::Plausible, &["48.858370, 2.294481", "-33.856784,151.215297", "lat=51.50074&lon=-0.12463"]);
        check("geo_position", Verdict::Invalid, &["98.858370, 2.294481", "0.000000,0.000000", "48.858370", "1.1,2.2,3.3", "1.-1,2.5", ""]);
        check("geo_point", Verdict::Plausible, &["151.215297 -33.856784"]);
        check("geo_point", Verdict::Invalid, &["-33.856784 151.215297", "2.294481", ""]);
    }

    #[test]
    fn sentences() {
        check("nmea", Verdict::Valid, &["$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47"]);
        check(
            "nmea",
            Verdict::Invalid,
            &["$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*48", "$GPGGA,123519", "GPGGA*47", "$*00", ""],
        );
    }
}
