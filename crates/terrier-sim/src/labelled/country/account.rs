//! Account numbers: the IBAN of ISO 13616 over a national number whose own check digits are right where the registry names some.

use crate::dice::{Dice, UPPER};
use crate::value::checksum::{luhn, mod11_10, mod97, weighted};

/// Draws an IBAN. `form` is a pattern of [`Dice::fill`], or names a national number that has check digits of its own.
pub(in crate::labelled) fn iban(dice: &mut Dice, country: &str, form: &str) -> String {
    let account = match form {
        "be" => belgian(dice),
        "fr" => french(dice),
        "es" => spanish(dice),
        "it" => italian(dice),
        "pt" => portuguese(dice),
        "no" => norwegian(dice),
        "fi" => finnish(dice),
        "pl" => polish(dice),
        "cz" => czech(dice),
        "hu" => hungarian(dice),
        "hr" => croatian(dice),
        "si" => slovenian(dice),
        "ee" => estonian(dice),
        pattern => dice.fill(pattern),
    };
    let check = 98 - mod97(&format!("{account}{country}00"));
    format!("{country}{check:02}{account}")
}

/// Febelfin: ten digits and their rest modulo 97, 97 for none.
fn belgian(dice: &mut Dice) -> String {
    let body = dice.pick(&["001", "363", "734", "063"]).to_owned() + &dice.digits(7);
    let rest = mod97(&body);
    format!("{body}{:02}", if rest == 0 { 97 } else { rest })
}

/// Comité français d'organisation et de normalisation bancaires: the "clé RIB".
fn french(dice: &mut Dice) -> String {
    let (bank, branch, account) = (dice.fill("3000#"), dice.digits(5), dice.digits(11));
    format!("{bank}{branch}{account}{:02}", 97 - mod97(&format!("{bank}{branch}{account}00")))
}

/// Banco de España: two control digits of modulus 11 over bank and branch, and over the account.
fn spanish(dice: &mut Dice) -> String {
    const WEIGHTS: [u32; 10] = [1, 2, 4, 8, 5, 10, 9, 7, 3, 6];
    let (bank, account) = (dice.pick(&["0049", "0182", "2100", "0081"]).to_owned() + &dice.digits(4), dice.digits(10));
    let control = |body: &str| match (11 - weighted(body, WEIGHTS) % 11) % 11 {
        10 => 1,
        digit => digit,
    };
    format!("{bank}{}{}{account}", control(&format!("00{bank}")), control(&account))
}

/// Associazione Bancaria Italiana: the letter CIN.
fn italian(dice: &mut Dice) -> String {
    const ODD: [u32; 10] = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21];
    let body = dice.fill("0####0####00####%#####");
    let digits = body.bytes().map(|byte| u32::from(byte - b'0')).enumerate();
    let sum: u32 = digits.map(|(place, digit)| if place % 2 == 0 { ODD[digit as usize] } else { digit }).sum();
    format!("{}{body}", char::from(UPPER[(sum % 26) as usize]))
}

/// Banco de Portugal, NIB: two digits of ISO/IEC 7064, MOD 97-10.
fn portuguese(dice: &mut Dice) -> String {
    let body = dice.pick(&["0035", "0033", "0010", "0007"]).to_owned() + &dice.digits(15);
    format!("{body}{:02}", 98 - mod97(&format!("{body}00")))
}

/// Finans Norge: modulus 11 with weights 5432765432.
fn norwegian(dice: &mut Dice) -> String {
    loop {
        let body = dice.fill("%#########");
        let check = (11 - weighted(&body, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11;
        if check < 10 {
            return format!("{body}{check}");
        }
    }
}

/// Finance Finland: the last digit is that of Luhn.
fn finnish(dice: &mut Dice) -> String {
    let body = dice.fill("%############");
    format!("{body}{}", luhn(&body))
}

/// Narodowy Bank Polski: the eighth digit of the sorting code, weights 3, 9, 7, 1.
fn polish(dice: &mut Dice) -> String {
    let body = dice.pick(&["102", "114", "105", "109"]).to_owned() + &dice.digits(4);
    let check = (10 - weighted(&body, [3, 9, 7, 1].into_iter().cycle()) % 10) % 10;
    format!("{body}{check}{}", dice.digits(16))
}

/// Česká národní banka and Národná banka Slovenska: prefix and account divisible by 11 under the weights 6379 10 5 8421.
fn czech(dice: &mut Dice) -> String {
    const WEIGHTS: [u32; 10] = [6, 3, 7, 9, 10, 5, 8, 4, 2, 1];
    loop {
        let account = dice.fill("%#########");
        if weighted(&account, WEIGHTS).is_multiple_of(11) {
            return format!("{}000000{account}", dice.pick(&["0100", "0800", "0300", "0200"]));
        }
    }
}

/// Magyar Nemzeti Bank: check digits of weights 9, 7, 3, 1 after eight and after all digits.
fn hungarian(dice: &mut Dice) -> String {
    let check = |body: &str| (10 - weighted(body, [9, 7, 3, 1].into_iter().cycle()) % 10) % 10;
    let (bank, account) = (dice.fill("117####"), dice.digits(15));
    format!("{bank}{}{account}{}", check(&bank), check(&account))
}

/// Hrvatska narodna banka: both halves end in a digit of ISO/IEC 7064, MOD 11,10.
fn croatian(dice: &mut Dice) -> String {
    let (bank, account) = (dice.pick(&["236000", "234000", "248400"]).to_owned(), dice.fill("3########"));
    format!("{bank}{}{account}{}", mod11_10(&bank), mod11_10(&account))
}

/// Banka Slovenije: two digits of ISO/IEC 7064, MOD 97-10.
fn slovenian(dice: &mut Dice) -> String {
    let body = dice.pick(&["02", "04", "29"]).to_owned() + &dice.digits(11);
    format!("{body}{:02}", 98 - mod97(&format!("{body}00")))
}

/// Estonian banking association: the last digit checks with weights 7, 3, 1 from the right.
fn estonian(dice: &mut Dice) -> String {
    let (bank, account) = (dice.pick(&["22", "10", "77"]), dice.digits(11));
    let body = format!("{bank}{account}");
    let sum: u32 = body.bytes().rev().zip([7, 3, 1].into_iter().cycle()).map(|(byte, weight)| u32::from(byte - b'0') * weight).sum();
    format!("{bank}{body}{}", (10 - sum % 10) % 10)
}
