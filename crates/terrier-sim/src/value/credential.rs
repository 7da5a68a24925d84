use flate2::Crc;

use super::financial::has_run;
use crate::dice::{BASE62, Dice, HEX};

const URL_SAFE: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Draws the id of an AWS access key.
pub(crate) fn aws_key_id(dice: &mut Dice) -> String {
    format!("AKIA{}", dice.text(16, b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
}

/// Draws the secret half of an AWS access key.
pub(crate) fn aws_secret(dice: &mut Dice) -> String {
    dice.text(40, BASE64)
}

/// Draws an AWS key pair as a credentials file holds it.
pub(super) fn aws_key_pair(dice: &mut Dice) -> String {
    format!("aws_access_key_id = {}\naws_secret_access_key = {}", aws_key_id(dice), aws_secret(dice))
}

/// Draws a GitHub token, whose last six characters are a CRC-32 in base 62.
pub(super) fn github_token(dice: &mut Dice) -> String {
    let kind = dice.pick(&["ghp", "gho", "ghs"]);
    let body = dice.text(30, BASE62);
    let mut crc = Crc::new();
    crc.update(body.as_bytes());
    format!("{kind}_{body}{}", base62(crc.sum(), 6))
}

fn base62(mut number: u32, width: usize) -> String {
    let mut digits = vec!['0'; width];
    for digit in digits.iter_mut().rev() {
        *digit = char::from(BASE62[(number % 62) as usize]);
        number /= 62;
    }
    digits.into_iter().collect()
}

/// Draws a GitLab personal access token.
pub(super) fn gitlab_token(dice: &mut Dice) -> String {
    format!("glpat-{}", dice.text(20, BASE62))
}

/// Draws a Slack bot or user token.
pub(super) fn slack_token(dice: &mut Dice) -> String {
    let (team, user) = (slack_number(dice), slack_number(dice));
    if dice.one_in(2) {
        format!("xoxb-{team}-{user}-{}", dice.text(24, BASE62))
    } else {
        format!("xoxp-{team}-{user}-{}-{}", slack_number(dice), dice.text(32, HEX))
    }
}

/// Draws the number of a team or user, without the runs of one digit that make a token look like a placeholder.
fn slack_number(dice: &mut Dice) -> String {
    loop {
        let number = dice.fill("%###########");
        if !has_run(&number, 4) {
            return number;
        }
    }
}

/// Draws a live Stripe key.
pub(super) fn stripe_key(dice: &mut Dice) -> String {
    let kind = dice.pick(&["sk", "rk"]);
    format!("{kind}_live_{}", dice.text(24, BASE62))
}

/// Draws a Google API key without a row of `x`, as placeholders have it.
pub(super) fn google_api_key(dice: &mut Dice) -> String {
    loop {
        let body = dice.text(35, URL_SAFE);
        if !body.to_ascii_lowercase().contains("xxx") && !body.ends_with('-') {
            return format!("AIza{body}");
        }
    }
}

/// Draws a signed JSON web token.
pub(super) fn jwt(dice: &mut Dice) -> String {
    let header = base64(br#"{"alg":"HS256","typ":"JWT"}"#, URL_SAFE);
    let issued = dice.between(1_700_000_000, 1_730_000_000);
    let claims = format!(r#"{{"sub":"{}","iat":{issued},"exp":{}}}"#, dice.fill("usr_########"), issued + 3600);
    let signature = base64(&dice.bytes(32), URL_SAFE);
    format!("{header}.{}.{signature}", base64(claims.as_bytes(), URL_SAFE))
}

/// Draws a private key in PEM, OpenSSH or PGP armour. The bytes inside are noise behind a true beginning.
pub(super) fn private_key(dice: &mut Dice) -> String {
    const KINDS: &[(&str, &[u8], usize)] = &[
        ("RSA PRIVATE KEY", &[0x30, 0x82, 0x04, 0xa4, 0x02, 0x01, 0x00, 0x02, 0x82, 0x01, 0x01, 0x00], 1180),
        ("PRIVATE KEY", &[0x30, 0x82, 0x04, 0xbe, 0x02, 0x01, 0x00, 0x30, 0x0d, 0x06, 0x09, 0x2a], 1206),
        ("EC PRIVATE KEY", &[0x30, 0x77, 0x02, 0x01, 0x01, 0x04, 0x20], 114),
        ("OPENSSH PRIVATE KEY", b"openssh-key-v1\0\0\0\0\x04none\0\0\0\x04none", 260),
        ("PGP PRIVATE KEY BLOCK", &[0x95, 0x03, 0x98, 0x04], 930),
    ];
    let (label, start, length) = KINDS[dice.index(KINDS.len())];
    let mut bytes = start.to_vec();
    bytes.extend(dice.bytes(length - start.len()));
    let encoded = base64(&bytes, BASE64);
    let padding = "=".repeat((4 - encoded.len() % 4) % 4);
    let mut armour = format!("-----BEGIN {label}-----\n");
    if label.starts_with("PGP") {
        armour.push('\n');
    }
    for line in (encoded + &padding).as_bytes().chunks(64) {
        armour.extend(line.iter().map(|byte| char::from(*byte)));
        armour.push('\n');
    }
    armour + &format!("-----END {label}-----")
}

/// Draws a password that no dictionary holds: both cases, digits, a sign.
pub(crate) fn password(dice: &mut Dice) -> String {
    const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    let length = dice.between(5, 7) as usize;
    let sign = dice.pick(&["!", "-", "_", "%", "+", "*"]);
    format!("{}{sign}{}{}", dice.text(length, LETTERS), dice.text(length, LETTERS), dice.fill("@#^"))
}

/// Draws the assignment of a password, as configuration files write it.
pub(super) fn password_assignment(dice: &mut Dice) -> String {
    let name = dice.pick(&["password", "db_password", "DB_PASSWORD", "admin_password", "smtp_password"]);
    let secret = password(dice);
    match dice.below(3) {
        0 => format!("{name}={secret}"),
        1 => format!("{name}: \"{secret}\""),
        _ => format!("{name} = '{secret}'"),
    }
}

/// Draws the address of a database with user and password in it.
pub(super) fn connection_string(dice: &mut Dice) -> String {
    let (scheme, port) =
        [("postgres", 5432), ("postgresql", 5432), ("mysql", 3306), ("mongodb", 27017), ("redis", 6379), ("amqp", 5672)][dice.index(6)];
    let user = dice.pick(&["svc_billing", "app", "reporting", "etl", "ledger_rw"]);
    let host = dice.pick(&["db-primary.internal", "ledger-db.corp.local", "cache-01.internal", "mq.prod.internal"]);
    let secret = dice.text(18, BASE62);
    format!("{scheme}://{user}:{secret}@{host}:{port}/{}", dice.pick(&["ledger", "billing", "warehouse", "sessions"]))
}

fn base64(bytes: &[u8], alphabet: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().fold(0_u32, |group, byte| group << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..=chunk.len() {
            text.push(char::from(alphabet[(group >> (18 - 6 * place) & 63) as usize]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_follows_rfc_4648() {
        assert_eq!(["f", "fo", "foo", "foob"].map(|text| base64(text.as_bytes(), BASE64)), ["Zg", "Zm8", "Zm9v", "Zm9vYg"]);
    }
}
