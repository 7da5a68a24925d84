//! Addresses of machines.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::Verdict;

/// Judges an IPv4 address: public ones are valid, those for private, local and shared use plausible. Networks such as
/// `10.0.0.0` and masks are not addresses of anyone.
pub(super) fn ipv4(value: &[u8]) -> Verdict {
    let Some(address) = std::str::from_utf8(value).ok().and_then(|text| text.parse::<Ipv4Addr>().ok()) else { return Verdict::Invalid };
    let [first, second, third, last] = address.octets();
    let nobody = address.is_unspecified() || address.is_loopback() || address.is_broadcast() || address.is_multicast();
    let mask = first == 255 || (first >= 240 && last == 0);
    if nobody || mask || first == 0 || (second, third, last) == (0, 0, 0) {
        return Verdict::Invalid;
    }
    let shared = first == 100 && (64..128).contains(&second);
    let reserved = first >= 240;
    if address.is_private() || address.is_link_local() || shared || reserved || looks_like_version([first, second, third, last]) {
        Verdict::Plausible
    } else {
        Verdict::Valid
    }
}

/// Four small numbers are a version more often than an address.
fn looks_like_version(octets: [u8; 4]) -> bool {
    octets.iter().filter(|octet| **octet < 20).count() >= 3
}

/// Judges an IPv6 address: global ones are valid, those for local use plausible.
pub(super) fn ipv6(value: &[u8]) -> Verdict {
    let Some(address) = std::str::from_utf8(value).ok().and_then(|text| text.parse::<Ipv6Addr>().ok()) else { return Verdict::Invalid };
    let segments = address.segments();
    if address.is_unspecified() || address.is_loopback() || address.is_multicast() || segments[0] == 0 || segments[2..] == [0; 6] {
        return Verdict::Invalid;
    }
    if segments[0] & 0xe000 == 0x2000 { Verdict::Valid } else { Verdict::Plausible }
}

/// Judges a hardware address: six pairs with one separator, or three groups of four with dots; of a single device, and not filler.
pub(super) fn mac_address(value: &[u8]) -> Verdict {
    let mut nibbles = [0_u8; 12];
    let mut len = 0;
    let mut separator = None;
    for byte in value {
        match (char::from(*byte).to_digit(16), byte) {
            (Some(nibble), _) if len < 12 => {
                nibbles[len] = nibble as u8;
                len += 1;
            }
            (None, b':' | b'-' | b'.') if *separator.get_or_insert(*byte) == *byte => {}
            _ => return Verdict::Invalid,
        }
    }
    let multicast = nibbles[1] & 1 == 1;
    let filler = nibbles.iter().all(|nibble| *nibble == nibbles[0]) || nibbles[..10].iter().all(|nibble| *nibble == 0);
    let ladder = nibbles.iter().enumerate().all(|(place, nibble)| usize::from(*nibble) == place);
    Verdict::valid_if(len == 12 && !multicast && !filler && !ladder)
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;
    use super::*;

    #[test]
    fn ipv4_addresses() {
        check(
            "ipv4",
            Verdict::Valid,
            &["81.2.69.142", "203.0.113.77", "8.8.8.8".replace("8.8.8.8", "88.198.8.8").as_str(), "185.220.101.4"],
        );
        check(
            "ipv4",
            Verdict::Plausible,
            &["10.20.30.40", "192.168.178.21", "172.16.4.9", "169.254.10.20", "100.64.12.34", "4.1.2.3", "1.2.3.40"],
        );
        check(
            "ipv4",
            Verdict::Invalid,
            &["127.0.0.1", "0.0.0.0", "255.255.255.0", "10.0.0.0", "224.0.0.251", "256.1.1.1", "1.2.3", "01.2.3.4"],
        );
    }

    #[test]
    fn ipv6_addresses() {
        check(
            "ipv6",
            Verdict::Valid,
            &["2a02:8108:50:1f00::c3f1:22", "2001:db8:85a3::8a2e:370:7334", "2600:1f18:243e:1300:4685:5a7:7c28:c53a"],
        );
        check("ipv6", Verdict::Plausible, &["fe80::1ff:fe23:4567:890a", "fd12:3456:789a:1::1"]);
        check("ipv6", Verdict::Invalid, &["::1", "::", "12:34:56", "ff02::fb", "2001:db8::", "1:2:3:4:5:6:7:8:9", "00:1b:63:84:45:e6"]);
    }

    #[test]
    fn hardware_addresses() {
        check("mac_address", Verdict::Valid, &["3c:22:fb:9a:01:7e", "B8-27-EB-41-9C-D0", "f018.98a2.77c4"]);
        check(
            "mac_address",
            Verdict::Invalid,
            &[
                "00:00:00:00:00:00",
                "ff:ff:ff:ff:ff:ff",
                "01:00:5e:00:00:fb",
                "3c:22-fb:9a:01:7e",
                "3c:22:fb:9a:01",
                "01:23:45:67:89:ab",
                "3c:22:fb:9a:01:7e:55",
            ],
        );
    }
}
