use std::collections::BTreeMap;

use terrier_classify::validate::{Verdict, by_name};
use terrier_rules::{Builtin, RulePack};

use super::*;

fn draw_all(mut check: impl FnMut(&Number, &Holder<'_>, &str)) {
    const PEOPLE: &[(&str, &str)] = &[("Zoë", "D'Angelo"), ("Jürgen", "Müller"), ("Guadalupe", "Hernández"), ("Li", "Ng")];
    for number in numbers() {
        let mut dice = Dice::new(21).fork(number.class);
        for round in 0..200 {
            let (given, surname) = PEOPLE[round % PEOPLE.len()];
            let holder = Holder { born: Date::draw(&mut dice, 1955, 2004), female: dice.one_in(2), given, surname };
            let value = number.draw(&mut dice, &holder);
            check(number, &holder, &value);
        }
    }
}

/// The validators were written apart from this, from the same documents.
#[test]
fn numbers_pass_the_validators_of_their_rules() {
    let pack = RulePack::load(&[], Builtin::Extended).unwrap();
    let mut refused: BTreeMap<&str, String> = BTreeMap::new();
    draw_all(|number, _, value| {
        let rules: Vec<_> = pack.rules.iter().filter(|rule| rule.class.as_str() == number.class).collect();
        assert!(!rules.is_empty(), "no rule has the class {}", number.class);
        let validators = rules.iter().filter_map(|rule| by_name(rule.validator.as_deref()?));
        let verdicts: Vec<Verdict> = validators.map(|validate| validate(value.as_bytes())).collect();
        if !verdicts.is_empty() && verdicts.iter().all(|verdict| *verdict == Verdict::Invalid) {
            refused.insert(number.class, value.to_owned());
        }
    });
    assert!(refused.is_empty(), "{refused:?}");
}

#[test]
fn numbers_with_a_birth_date_hold_it() {
    draw_all(|number, holder, value| {
        let digits: String = value.chars().filter(char::is_ascii_digit).collect();
        let expected = match number.class {
            "se_personnummer" | "be_rijksregister" | "za_id" | "my_mykad" | "kr_rrn" => holder.yymmdd(),
            "dk_cpr" | "no_fodselsnummer" | "fi_hetu" | "is_kennitala" | "lv_personas_kods" | "at_svnr" | "gr_amka" => holder.ddmmyy(),
            _ => return,
        };
        assert!(digits.contains(&expected), "{}", number.class);
    });
}
