//! Addresses and keys of cryptocurrencies: Base58Check, Bech32 and the checksum in the case of Ethereum's letters.

use sha2::{Digest, Sha256};
use sha3::Keccak256;

use super::Verdict;

const BITCOIN: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const RIPPLE: &[u8; 58] = b"rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz";
/// No key or address that is checked here is longer.
const LONGEST: usize = 128;

/// Judges an address of a pay-to-hash kind: Bitcoin, Dogecoin, Litecoin and Tron, by version and Base58Check.
pub(super) fn base58_address(value: &[u8]) -> Verdict {
    let known = |payload: &[u8]| payload.len() == 21 && matches!(payload[0], 0x00 | 0x05 | 0x1E | 0x30 | 0x32 | 0x41);
    Verdict::valid_if(base58_checked(value, BITCOIN).is_some_and(|payload| known(&payload)))
}

/// Judges a classic address of the XRP ledger, whose alphabet is its own.
pub(super) fn ripple_address(value: &[u8]) -> Verdict {
    Verdict::valid_if(base58_checked(value, RIPPLE).is_some_and(|payload| payload.len() == 21 && payload[0] == 0))
}

/// Judges a Solana address: 32 bytes in Base58, without a checksum.
pub(super) fn solana_address(value: &[u8]) -> Verdict {
    let is_key = |bytes: Vec<u8>| bytes.len() == 32 && bytes[..16].iter().any(|byte| *byte != 0);
    if decode_base58(value, BITCOIN).is_some_and(is_key) { Verdict::Plausible } else { Verdict::Invalid }
}

/// Judges a private key in the wallet import format of Bitcoin, for compressed public keys or not.
pub(super) fn wif_key(value: &[u8]) -> Verdict {
    let is_key = |payload: Vec<u8>| payload[0] == 0x80 && (payload.len() == 33 || payload.len() == 34 && payload[33] == 1);
    Verdict::valid_if(base58_checked(value, BITCOIN).is_some_and(is_key))
}

/// Judges an extended key (BIP-32, SLIP-132), public or private, by its version and Base58Check.
pub(super) fn extended_key(value: &[u8]) -> Verdict {
    const VERSIONS: [u32; 8] = [0x0488_ADE4, 0x0488_B21E, 0x049D_7878, 0x049D_7CB2, 0x04B2_430C, 0x04B2_4746, 0x0435_8394, 0x0435_87CF];
    let is_key = |payload: Vec<u8>| {
        let version = payload.first_chunk().map(|version| u32::from_be_bytes(*version));
        payload.len() == 78 && version.is_some_and(|version| VERSIONS.contains(&version))
    };
    Verdict::valid_if(base58_checked(value, BITCOIN).is_some_and(is_key))
}

/// Judges a Monero address, whose Base58 goes by blocks and whose checksum is of Keccak.
pub(super) fn monero_address(value: &[u8]) -> Verdict {
    Verdict::valid_if(matches!(value.len(), 95 | 106) && monero_payload(value).is_some_and(|bytes| matches!(bytes[0], 18 | 19 | 42)))
}

fn monero_payload(value: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(77);
    for block in value.chunks(11) {
        let size = if block.len() == 11 { 8 } else { 5 };
        let number = block.iter().try_fold(0_u128, |number, byte| Some(number * 58 + digit_of(*byte, BITCOIN)?))?;
        if number >> (8 * size) != 0 {
            return None;
        }
        bytes.extend_from_slice(&number.to_be_bytes()[16 - size..]);
    }
    let (body, check) = bytes.split_last_chunk::<4>()?;
    let is_checked = Keccak256::digest(body).starts_with(check);
    is_checked.then(|| body.to_vec())
}

/// Judges an Ethereum address in letters of both cases, whose case is the checksum (EIP-55).
pub(super) fn eip55(value: &[u8]) -> Verdict {
    let Some(address) = value.strip_prefix(b"0x").filter(|address| address.len() == 40) else { return Verdict::Invalid };
    let mixed = address.iter().any(u8::is_ascii_uppercase) && address.iter().any(u8::is_ascii_lowercase);
    let hash = Keccak256::digest(address.to_ascii_lowercase());
    let agrees = address.iter().enumerate().all(|(place, byte)| {
        let nibble = hash[place / 2] >> (4 * (1 - place % 2)) & 15;
        byte.is_ascii_digit() || byte.is_ascii_hexdigit() && byte.is_ascii_uppercase() == (nibble >= 8)
    });
    Verdict::valid_if(mixed && agrees)
}

/// Judges a code word of Bech32 (BIP-173), whatever its prefix.
pub(super) fn bech32(value: &[u8]) -> Verdict {
    let lower = value.to_ascii_lowercase();
    let Some(separator) = lower.iter().rposition(|byte| *byte == b'1').filter(|at| *at > 0) else { return Verdict::Invalid };
    let data: Option<Vec<u8>> = lower[separator + 1..].iter().map(|byte| bech32_value(*byte)).collect();
    Verdict::valid_if(data.is_some_and(|data| bech32_check(&lower[..separator], &data) == BECH32))
}

/// Judges an address in Bech32 or Bech32m (BIP-173, BIP-350): a witness program of Bitcoin or Litecoin, or an address of Cardano.
pub(super) fn bech32_address(value: &[u8]) -> Verdict {
    if value.iter().any(u8::is_ascii_uppercase) && value.iter().any(u8::is_ascii_lowercase) {
        return Verdict::Invalid;
    }
    let lower = value.to_ascii_lowercase();
    let Some(separator) = lower.iter().rposition(|byte| *byte == b'1') else { return Verdict::Invalid };
    let (prefix, data) = (&lower[..separator], &lower[separator + 1..]);
    let Some(data) = data.iter().map(|byte| bech32_value(*byte)).collect::<Option<Vec<u8>>>().filter(|data| data.len() >= 8) else {
        return Verdict::Invalid;
    };
    let check = bech32_check(prefix, &data);
    let passed = match prefix {
        b"bc" | b"tb" | b"ltc" | b"tltc" => {
            let program = (data.len() - 7) * 5 / 8;
            match data[0] {
                0 => check == BECH32 && matches!(program, 20 | 32),
                1..=16 => check == BECH32M && (2..=40).contains(&program),
                _ => false,
            }
        }
        b"addr" | b"addr_test" | b"stake" => check == BECH32 && (28..=64).contains(&((data.len() - 6) * 5 / 8)),
        _ => false,
    };
    Verdict::valid_if(passed)
}

const BECH32: u32 = 1;
const BECH32M: u32 = 0x2BC8_30A3;

fn bech32_value(byte: u8) -> Option<u8> {
    let place = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l".iter().position(|known| *known == byte)?;
    u8::try_from(place).ok()
}

/// Returns the rest of the code word: it tells the two variants apart where it is whole.
fn bech32_check(prefix: &[u8], data: &[u8]) -> u32 {
    const GENERATOR: [u32; 5] = [0x3B6A_57B2, 0x2650_8E6D, 0x1EA1_19FA, 0x3D42_33DD, 0x2A14_62B3];
    let high = prefix.iter().map(|byte| byte >> 5);
    let low = prefix.iter().map(|byte| byte & 31);
    high.chain([0]).chain(low).chain(data.iter().copied()).fold(1, |check: u32, value| {
        let top = check >> 25;
        let shifted = (check & 0x01FF_FFFF) << 5 ^ u32::from(value);
        (0..5).filter(|bit| top >> bit & 1 == 1).fold(shifted, |check, bit| check ^ GENERATOR[bit])
    })
}

/// Decodes Base58Check, and returns what stands before the checksum where it holds. Never empty.
fn base58_checked(text: &[u8], alphabet: &[u8; 58]) -> Option<Vec<u8>> {
    let mut bytes = decode_base58(text, alphabet)?;
    let (payload, check) = bytes.split_last_chunk::<4>()?;
    let is_checked = !payload.is_empty() && Sha256::digest(Sha256::digest(payload)).starts_with(check);
    let length = payload.len();
    bytes.truncate(length);
    is_checked.then_some(bytes)
}

fn decode_base58(text: &[u8], alphabet: &[u8; 58]) -> Option<Vec<u8>> {
    if text.len() > LONGEST {
        return None;
    }
    // The lowest byte first.
    let mut number: Vec<u8> = Vec::with_capacity(text.len());
    for byte in text {
        let mut carry = u32::try_from(digit_of(*byte, alphabet)?).ok()?;
        for digit in &mut number {
            carry += u32::from(*digit) * 58;
            *digit = (carry & 255) as u8;
            carry >>= 8;
        }
        if carry > 0 {
            number.push(carry as u8);
        }
    }
    let zeros = text.iter().take_while(|byte| **byte == alphabet[0]).count();
    number.extend(std::iter::repeat_n(0, zeros));
    number.reverse();
    Some(number)
}

fn digit_of(byte: u8, alphabet: &[u8; 58]) -> Option<u128> {
    alphabet.iter().position(|known| *known == byte).map(|place| place as u128)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::check;
    use super::*;

    #[test]
    fn addresses_in_base58() {
        check(
            "base58_address",
            Verdict::Valid,
            &["1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy", "1111111111111111111114oLvT2"],
        );
        check(
            "base58_address",
            Verdict::Invalid,
            &["1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", "1A1zP1eP5QGefi2DMPTfTL5SLmv7Divf0a", "1", "", "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNL"],
        );
        check("ripple_address", Verdict::Valid, &["rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh", "rrrrrrrrrrrrrrrrrrrrrhoLvTp"]);
        check("ripple_address", Verdict::Invalid, &["rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTi", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"]);
        check("solana_address", Verdict::Plausible, &["TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"]);
        check("solana_address", Verdict::Invalid, &["11111111111111111111111111111111", "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9", ""]);
    }

    #[test]
    fn keys_in_base58() {
        check(
            "wif_key",
            Verdict::Valid,
            &["5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ", "KwdMAjGmerYanjeui5SHS7JkmpZvVipYvB2LJGU1ZxJwYvP98617"],
        );
        check("wif_key", Verdict::Invalid, &["5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTK", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"]);
        let public = "xpub661MyMwAqRbcFtXgS5sYJABqqG9YLmC4Q1Rdap9gSE8NqtwybGhePY2gZ29ESFjqJoCu1Rupje8YtGqsefD265TMg7usUDFdp6W1EGMcet8";
        check("extended_key", Verdict::Valid, &[public]);
        check("extended_key", Verdict::Invalid, &[&public.replace("cet8", "cet9"), "xpub", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"]);
    }

    #[test]
    fn monero_addresses() {
        let donations = "888tNkZrPN6JsEgekjMnABU4TBzc2Dt29EPAvkRxbANsAnjyPbb3iQ1YBRk1UXcdRsiKc9dhwMVgN5S9cQUiyoogDavup3H";
        check("monero_address", Verdict::Valid, &[donations]);
        check("monero_address", Verdict::Invalid, &[&donations.replace("p3H", "p3J"), &donations[1..], "4"]);
    }

    #[test]
    fn addresses_in_bech32() {
        check(
            "bech32_address",
            Verdict::Valid,
            &[
                "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
                "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
                "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
                "bc1sw50qgdz25j",
                "tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7",
            ],
        );
        check(
            "bech32_address",
            Verdict::Invalid,
            &[
                "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5",
                "bc1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
                "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd",
                "tc1qw508d6qejxtdg4y5r3zarvary0c5xw7kg3g4ty",
                "bc1",
                "1",
            ],
        );
    }

    #[test]
    fn the_case_of_ethereum_addresses_is_their_checksum() {
        check("eip55", Verdict::Valid, &["0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359"]);
        check(
            "eip55",
            Verdict::Invalid,
            &["0x5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", "0x5aAe", "0x"],
        );
    }

    proptest! {
        #[test]
        fn a_changed_letter_fails_the_checksum(place in 4_usize..42, letter in "[qpzry9x8gf2tvdw0s3jn54khce6mua7l]") {
            let mut changed = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4".to_owned();
            changed.replace_range(place..place + 1, &letter);
            prop_assert_eq!(bech32_address(changed.as_bytes()) == Verdict::Valid, changed == "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4");
        }
    }
}
