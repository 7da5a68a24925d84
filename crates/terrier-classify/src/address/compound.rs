//! Names of streets that are one word: `Parkweg`, `Storgatan`, `Kirkkokatu`.

/// How sure it is that a word ending so is a street.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Compound {
    No,
    /// Names and other words end so too.
    Maybe,
    Street,
}

/// Endings by their last letter; behind the bar those that are weak.
const ENDINGS: &[(char, &[&str], &[&str])] = &[
    ('a', &["gata", "kuja", "ulica", "utca"], &["brekka", "cka", "grenda", "havna", "eva", "kulma", "lia", "ova", "ranta", "ska"]),
    ('d', &["gränd"], &["gård", "pad", "pfad", "strand", "sund", "veld"]),
    (
        'e',
        &["allee", "brücke", "chaussee", "gade", "gasse", "kade", "lungomare", "strasse", "straße", "stræde"],
        &["gate", "promenade", "rinne", "tie", "weide", "zeile"],
    ),
    ('f', &[], &["dreef", "hof"]),
    ('g', &["steig", "torg", "veg", "weg"], &["berg", "haug", "ring", "steeg"]),
    ('h', &[], &["bach"]),
    ('i', &["straeti", "stræti"], &["bakki", "gerði", "hrauni", "kaari", "kai", "lei", "raitti", "tori", "vei"]),
    ('j', &["vej"], &[]),
    ('k', &[], &["dijk", "donk", "park", "wijk"]),
    ('l', &["singel"], &[]),
    ('m', &["damm"], &[]),
    (
        'n',
        &["gaden", "gatan", "gaten", "laan", "plantsoen", "plein", "stigen", "vagen", "vegen", "veien", "vejen", "vägen"],
        &[
            "allén", "baan", "backen", "bakken", "graben", "haugen", "hraun", "lunden", "marken", "parken", "plan", "ringen", "skogen",
            "stien", "svingen", "toften", "tun", "tún", "vangen", "åsen",
        ],
    ),
    ('o', &[], &["aukio", "ckiego", "skiego", "ého"]),
    ('r', &["stígur", "vegur"], &["penger", "ufer"]),
    ('s', &["plaats", "plads"], &["plass"]),
    ('t', &["gracht", "körút", "straat"], &["braut", "faret", "holt", "holtet", "markt", "torget", "torvet", "tunet", "vænget"]),
    ('u', &["götu", "katu"], &["polku"]),
    ('z', &["platz"], &[]),
    ('á', &["ovská"], &["cká", "ová", "ská"]),
    ('ä', &["väylä"], &[]),
    ('é', &["allé"], &[]),
    ('ð', &[], &["hlíð"]),
];

/// Letters that stand before an ending at least.
const LEAST_BEFORE: usize = 2;

/// Tells whether a word ends so.
pub(super) fn compound(word: &[u8]) -> Compound {
    if word.len() < 6 {
        return Compound::No;
    }
    let Ok(word) = std::str::from_utf8(word) else { return Compound::No };
    let Some(last) = word.chars().next_back().and_then(|letter| letter.to_lowercase().next()) else { return Compound::No };
    let Some((_, sure, unsure)) = ENDINGS.iter().find(|(letter, ..)| *letter == last) else { return Compound::No };
    match () {
        () if sure.iter().any(|ending| ends_with(word, ending)) => Compound::Street,
        () if unsure.iter().any(|ending| ends_with(word, ending)) => Compound::Maybe,
        () => Compound::No,
    }
}

fn ends_with(word: &str, ending: &str) -> bool {
    let mut rest = word.chars();
    ending.chars().rev().all(|expected| rest.next_back().and_then(|letter| letter.to_lowercase().next()) == Some(expected))
        && rest.as_str().len() >= LEAST_BEFORE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_ending_stands_under_its_last_letter() {
        for (last, sure, unsure) in ENDINGS {
            for ending in sure.iter().chain(*unsure) {
                assert!(ending.ends_with(*last), "{ending}");
            }
        }
    }

    #[test]
    fn streets_of_one_word() {
        for street in ["Lindenstraße", "LINDENSTRASSE", "Parkweg", "Storgatan", "Kirkkokatu", "Dorpsstraat", "Bondevej"] {
            assert_eq!(compound(street.as_bytes()), Compound::Street, "{street}");
        }
        for other in ["Stringify", "weg", "Norden", "Monument"] {
            assert_eq!(compound(other.as_bytes()), Compound::No, "{other}");
        }
    }
}
