//! Hard negatives: what careless rules take for a value.

use crate::dice::{BASE62, Dice, HEX};
use crate::value::checksum::{luhn, weighted};
use crate::value::financial::{broken_iban, grouped};
use crate::value::{test_card, uuid};

/// A kind of look-alike that can be drawn.
pub(super) struct LookAlike {
    /// Its name in templates and in the truth.
    pub(super) kind: &'static str,
    make: fn(&mut Dice) -> String,
}

impl LookAlike {
    pub(super) fn draw(&self, dice: &mut Dice) -> String {
        (self.make)(dice)
    }
}

/// Kinds that are only ever written out, never drawn.
pub(super) const WRITTEN: &[&str] = &["company", "street", "brand", "month"];

/// All kinds that can be drawn.
pub(super) const KINDS: &[LookAlike] = &[
    LookAlike { kind: "order", make: order },
    LookAlike { kind: "tracking", make: tracking },
    LookAlike { kind: "ref", make: |dice| if dice.one_in(2) { broken_iban(dice) } else { grouped(&broken_iban(dice), &[4; 5], " ") } },
    LookAlike { kind: "part", make: part },
    LookAlike { kind: "ean", make: ean },
    LookAlike { kind: "isbn", make: isbn },
    LookAlike { kind: "ticket", make: |dice| one_of(dice, &["INC00#####", "OPS-%###", "SUP-20##-####", "#%#####", "CHG0######"]) },
    LookAlike { kind: "git", make: |dice| if dice.one_in(2) { dice.text(40, HEX) } else { dice.text(8, HEX) } },
    LookAlike { kind: "md5", make: |dice| dice.text(32, HEX) },
    LookAlike { kind: "sha256", make: |dice| dice.text(64, HEX) },
    LookAlike { kind: "uuid", make: uuid },
    LookAlike { kind: "version", make: version },
    LookAlike { kind: "float", make: |dice| format!("{}.{}", dice.between(0, 9999), dice.digits(9)) },
    LookAlike { kind: "serial", make: |dice| one_of(dice, &["SN%########", "@@###-####-@#", "########%", "@#@#########"]) },
    LookAlike { kind: "code", make: |dice| one_of(dice, &["%## ### ####", "%##-###-####", "### ### ###", "%########"]) },
    LookAlike {
        kind: "digits",
        make: |dice| {
            format!("{}{}", dice.fill("%"), {
                let more = dice.between(7, 11) as usize;
                dice.digits(more)
            })
        },
    },
    LookAlike { kind: "flight", make: |dice| one_of(dice, &["LH%###", "BA%##", "AF %###", "KL%###"]) },
    LookAlike {
        kind: "exmail",
        make: |dice| dice.pick(&["user@example.com", "jane.doe@example.org", "test@example.net", "someone@company.example"]).to_owned(),
    },
    LookAlike { kind: "testcard", make: test_card },
    LookAlike { kind: "epoch", make: |dice| dice.between(1_690_000_000, 1_760_000_000).to_string() },
    LookAlike { kind: "epochms", make: |dice| dice.between(1_690_000_000_000, 1_760_000_000_000).to_string() },
    LookAlike { kind: "placeholder", make: placeholder },
    LookAlike { kind: "ssnish", make: |dice| format!("{}-{}-{}", dice.fill("%##"), dice.digits(2), dice.digits(4)) },
    LookAlike {
        kind: "coordinates",
        make: |dice| format!("{}.{}, {}.{}", dice.between(36, 59), dice.digits(6), dice.between(0, 24), dice.digits(6)),
    },
    LookAlike { kind: "digest", make: |dice| format!("sha256:{}", dice.text(64, HEX)) },
    LookAlike { kind: "requestid", make: |dice| dice.text(22, BASE62) },
    LookAlike { kind: "loopback", make: |dice| dice.pick(&["127.0.0.1", "0.0.0.0", "::1", "255.255.255.0"]).to_owned() },
];

/// Returns the name of a kind as it stands here.
///
/// # Panics
/// When there is none: kinds are written in this crate, and a test goes through all templates.
pub(super) fn kind(name: &str) -> &'static str {
    let mut all = KINDS.iter().map(|known| known.kind).chain(WRITTEN.iter().copied());
    all.find(|known| *known == name).unwrap_or_else(|| panic!("`{name}` is no kind of look-alike"))
}

/// Draws a look-alike of a kind.
pub(super) fn draw(dice: &mut Dice, name: &str) -> String {
    KINDS.iter().find(|known| known.kind == name).map(|known| known.draw(dice)).unwrap_or_default()
}

/// Fills one of several patterns.
fn one_of(dice: &mut Dice, patterns: &[&str]) -> String {
    let pattern = dice.pick(patterns).to_owned();
    dice.fill(&pattern)
}

/// Draws an order number. Half of those of digits only pass Luhn, as one in ten does by chance.
fn order(dice: &mut Dice) -> String {
    match dice.below(4) {
        0 => dice.fill("ORD-202#-######"),
        1 => dice.fill("@@########"),
        2 => dice.fill("%#########"),
        _ => {
            let body =
                one_of(dice, &["%##########", "%############", "7##############", "9##############", "8############", "4##############"]);
            if dice.one_in(2) { format!("{body}{}", luhn(&body)) } else { body }
        }
    }
}

fn tracking(dice: &mut Dice) -> String {
    match dice.below(4) {
        0 => format!("1Z{}{}", dice.text(6, b"0123456789ABCDEFGHJKLMNPRSTUVWXY"), dice.digits(10)),
        1 => dice.fill("00340434##########"),
        2 => dice.fill("RR#########DE"),
        _ => dice.fill("%###########"),
    }
}

fn part(dice: &mut Dice) -> String {
    one_of(dice, &["%##-##-####", "@@-####-##", "%###.###.##", "A%## ### ## ##", "##-%###-####"])
}

/// Draws an EAN-13 with its check digit, under prefixes of Germany, France, Italy and Spain.
fn ean(dice: &mut Dice) -> String {
    let body = dice.pick(&["400", "405", "306", "800", "841"]).to_owned() + &dice.digits(9);
    format!("{body}{}", (10 - weighted(&body, [1, 3].into_iter().cycle()) % 10) % 10)
}

fn isbn(dice: &mut Dice) -> String {
    let body = format!("978{}{}", dice.pick(&["0", "1", "2", "3"]), dice.digits(8));
    let number = format!("{body}{}", (10 - weighted(&body, [1, 3].into_iter().cycle()) % 10) % 10);
    if dice.one_in(2) { grouped(&number, &[3, 1, 4, 4], "-") } else { number }
}

fn version(dice: &mut Dice) -> String {
    match dice.below(4) {
        0 => format!("{}.{}.{}.{}", dice.between(1, 30), dice.between(0, 40), dice.between(0, 90), dice.between(0, 9999)),
        1 => format!("v{}.{}.{}-rc.{}", dice.between(0, 12), dice.between(0, 40), dice.between(0, 90), dice.between(1, 9)),
        _ => format!("{}.{}.{}", dice.between(0, 30), dice.between(0, 40), dice.between(0, 90)),
    }
}

/// Draws what stands where a credential will be.
fn placeholder(dice: &mut Dice) -> String {
    const ALL: &[&str] = &[
        "changeme",
        "${DB_PASSWORD}",
        "<your-api-key>",
        "{{ vault_password }}",
        "********",
        "xxxxxxxxxxxxxxxx",
        "YOUR_TOKEN_HERE",
        "$(cat /run/secrets/db)",
        "REDACTED",
        "process.env.API_KEY",
        "to be set",
        "ENC[AES256_GCM,data:placeholder]",
        "null",
        "$SMTP_PASS",
        "example-password",
        "%env(APP_SECRET)%",
        "replace-with-real-secret",
    ];
    dice.pick(ALL).to_owned()
}
