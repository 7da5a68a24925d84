//! Finds the names of fields in running text, as keys are written there: `tax_id`, `Tax-Id`, `userTaxId`.

use terrier_rules::Rule;

use crate::engine::{ByteSet, Position, Sequence};
use crate::head::{Beginning, ByHead, Head, is_part};
use crate::name::LONGEST_KEY;
use crate::rule_set::RuleSet;

/// Fields, each with the rules that it speaks for.
pub(crate) struct Phrases {
    phrases: Vec<Phrase>,
    by_head: ByHead,
}

struct Phrase {
    /// In lower case; there is at least one.
    words: Vec<Vec<u8>>,
    rules: RuleSet,
}

impl Phrases {
    /// Takes fields in lower case, with `_` between their words.
    pub(crate) fn new<'r>(fields: impl Iterator<Item = (&'r str, Vec<u32>)>) -> Self {
        let phrase = |(field, indices): (&str, Vec<u32>)| {
            let words: Vec<Vec<u8>> = field.split('_').filter(|word| !word.is_empty()).map(|word| word.as_bytes().to_vec()).collect();
            let mut rules = RuleSet::default();
            indices.into_iter().for_each(|rule| rules.insert(rule));
            (!words.is_empty()).then_some(Phrase { words, rules })
        };
        let phrases: Vec<Phrase> = fields.filter_map(phrase).collect();
        let entries = (0..)
            .zip(&phrases)
            .flat_map(|(index, phrase)| phrase.heads().into_iter().map(move |head| (head, phrase.words[0].clone(), index)));
        Self { by_head: ByHead::new(entries), phrases }
    }

    /// Returns them by how they begin.
    pub(crate) fn by_head(&self) -> &ByHead {
        &self.by_head
    }

    /// Returns what stands about a place at which one is to be [looked for](Phrases::look_at).
    pub(crate) fn sequences(&self) -> impl Iterator<Item = Sequence> {
        self.phrases.iter().flat_map(Phrase::sequences)
    }

    /// Finds those that begin at a place, whatever follows them: what they speak of is looked at again where a value is found.
    #[inline]
    pub(crate) fn look_at<'p>(&'p self, text: &[u8], place: usize, head: Head, mut found: impl FnMut(&'p RuleSet)) {
        let is_inside = place > 0 && text[place - 1].is_ascii_alphanumeric();
        if is_inside && !text[place].is_ascii_uppercase() {
            return;
        }
        for phrase in self.by_head.get(head, Beginning::of(&text[place..])).map(|index| &self.phrases[index as usize]) {
            if phrase.stands_at(text, place) {
                found(&phrase.rules);
            }
        }
    }
}

/// The rules' fields, without those of rules for which `is_wanted` says no.
pub(crate) fn fields_of(rules: &[Rule], is_wanted: impl Fn(&Rule) -> bool) -> Phrases {
    let mut by_field: std::collections::BTreeMap<&str, Vec<u32>> = std::collections::BTreeMap::new();
    for (index, rule) in (0..).zip(rules).filter(|(_, rule)| is_wanted(rule)) {
        rule.fields.iter().for_each(|field| by_field.entry(field).or_default().push(index));
    }
    Phrases::new(by_field.into_iter())
}

fn is_same(byte: u8, expected: u8) -> bool {
    byte.eq_ignore_ascii_case(&expected) || byte >= 0x80 && expected >= 0x80
}

impl Phrase {
    /// Of its words some may be joined, as capitals are enough to tell them apart.
    fn heads(&self) -> Vec<Head> {
        const LONG_ENOUGH: usize = 3;
        let mut heads = Vec::new();
        let mut joined: Vec<u8> = Vec::new();
        for word in &self.words {
            joined.extend_from_slice(word);
            heads.push(Head::of(&joined));
            if joined.len() >= Head::LENGTH {
                return heads;
            }
        }
        heads.push(Head::of(&[&joined[..], b"s"].concat()));
        // A shorter one says too little to be looked for in front of any other word.
        if joined.len() >= LONG_ENOUGH {
            heads.extend((b'a'..=b'z').map(|next| Head::of(&[&joined[..], &[next]].concat())));
        }
        heads
    }

    fn stands_at(&self, text: &[u8], place: usize) -> bool {
        let mut at = place;
        for word in &self.words {
            if at > place {
                let between = text[at..].iter().take(LONGEST_KEY).take_while(|byte| !is_part(**byte)).count();
                at += between;
                // A word begins behind a sign, or with a capital.
                if between == 0 && !text.get(at).is_some_and(|byte| byte.is_ascii_uppercase() || *byte >= 0x80) {
                    return false;
                }
            }
            let Some(ahead) = text.get(at..at + word.len()) else { return false };
            if !ahead.iter().zip(word).all(|(byte, expected)| is_same(*byte, *expected)) {
                return false;
            }
            at += word.len();
        }
        text.get(at).is_none_or(|byte| !(byte.is_ascii_lowercase() || byte.is_ascii_digit()) || *byte == b's')
    }

    /// Where it begins a word, and where it begins with a capital inside of one.
    fn sequences(&self) -> [Sequence; 2] {
        let set = |is: &dyn Fn(u8) -> bool| -> ByteSet { (0..=u8::MAX).filter(|byte| is(*byte)).collect() };
        let (first, next) = (&self.words[0], self.words.get(1));
        let same_as = |expected: u8| set(&|byte| is_same(byte, expected));
        let mut sequence = Sequence::ANYWHERE;
        sequence.before = Position { bytes: set(&|byte| !byte.is_ascii_alphanumeric()), end: true };
        for (position, expected) in sequence.at.iter_mut().zip(first) {
            *position = Position::of(same_as(*expected));
        }
        let sign_or_capital =
            |capital: &dyn Fn(u8) -> bool| set(&|byte| !is_part(byte) || byte >= 0x80 || byte.is_ascii_uppercase() && capital(byte));
        let behind = match next {
            Some(next) => Position::of(sign_or_capital(&|byte| is_same(byte, next[0]))),
            None => {
                let mut bytes = sign_or_capital(&|_| true);
                bytes.insert(b's');
                Position { bytes, end: true }
            }
        };
        if let Some(position) = sequence.at.get_mut(first.len()) {
            *position = behind;
        }
        if let (Some(next), Some(position)) = (next, sequence.at.get_mut(first.len() + 1)) {
            // One more sign, or the next word's first letter, or where a capital was that, its second one.
            let mut bytes = set(&|byte| !is_part(byte)).union(same_as(next[0]));
            match next.get(1) {
                Some(second) => bytes = bytes.union(same_as(*second)),
                None => bytes = ByteSet::FULL,
            }
            *position = Position { bytes, end: next.len() == 1 };
        }
        let mut inside = sequence;
        inside.before = Position::of(ByteSet::ALNUM);
        inside.at[0] = Position::of(set(&|byte| is_same(byte, first[0]) && (byte.is_ascii_uppercase() || byte >= 0x80)));
        [sequence, inside]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[usize]) {
        const FIELDS: [&str; 6] = ["ssn", "tax_id", "social_security_number", "a_number", "icd10_code", "id"];
        let phrases = Phrases::new(FIELDS.into_iter().zip((0..).map(|index| vec![index])));
        let mut found = Vec::new();
        for place in 0..text.len() {
            let before = found.len();
            phrases.look_at(text.as_bytes(), place, Head::of(&text.as_bytes()[place..]), |rules| {
                found.extend((0..6).filter(|rule| rules.contains(*rule)).map(|rule| rule as usize))
            });
            let applies = phrases.sequences().any(|sequence| sequence.applies(text.as_bytes(), place));
            assert!(applies || found.len() == before, "no sequence applies to {text} at {place}");
        }
        found.sort_unstable();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn fields_are_found_as_keys_are_written() {
        check("ssn", &[0]);
        check("customerSSN: ", &[0]);
        check("SSNs=", &[0]);
        check("ssnValue", &[0]);
        check("assn", &[]);
        check("SocialSecurityNumber", &[2]);
        check("user.social-security number[]", &[2]);
        check("socialsecuritynumber", &[]);
        check("user_TAX--ID", &[1, 5]);
        check("taxId", &[1, 5]);
        check("aNumber", &[3]);
        check("ICD10Code", &[4]);
        check("idea", &[]);
    }
}
