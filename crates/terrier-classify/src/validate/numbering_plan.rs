//! The telephone numbering plans of all regions, as Google's libphonenumber has them.
//!
//! Numbers are given as digits with values from 0 to 9. What is done to them follows `phonenumber::parse` step by step.

use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

use super::dialling_prefix::DiallingPrefix;
use super::digit_automaton::DigitAutomaton;
use super::numbering_metadata::{self, Kinds, Metadata};

/// Lengths of national numbers that the library reads.
const LENGTHS: std::ops::RangeInclusive<usize> = 2..=17;

/// The longest national number that the library reads, zeros before it left out: it keeps numbers in 56 bits.
const LARGEST: u64 = (1 << 56) - 1;

/// The most digits that a number may have, with whatever is dialled before it.
pub(super) const MOST_DIGITS: usize = 24;

/// The most digits that a rule for national prefixes puts in the place of one.
const MOST_REPLACED: usize = 8;

/// The numbering plans of all country codes.
static PLANS: LazyLock<Plans> = LazyLock::new(Plans::new);

struct Plans {
    /// The index of each country code in `countries`, and one more; 0 where there is no such code.
    by_code: Box<[u16; 1000]>,
    countries: Vec<Country>,
}

/// The regions that share a country code.
struct Country {
    regions: Vec<Region>,
    /// A bit for each region, of the digits that tell it from the others.
    leading_digits: OnceLock<DigitAutomaton>,
}

/// A region with a numbering plan of its own.
struct Region {
    metadata: Metadata,
    plan: OnceLock<Plan>,
}

/// Tells whether the digits behind a `+` are a country code and a number that is assigned there.
pub(super) fn is_valid_international(digits: &[u8]) -> bool {
    let Some((country, national)) = PLANS.country_and_number(digits) else { return false };
    let zeros = national.iter().take_while(|digit| **digit == 0).count();
    let mut room = [0; MOST_DIGITS + MOST_REPLACED];
    match country.region_of(&national[zeros..]) {
        Some((region, is_assigned)) => {
            let stripped = region.plan().without_prefix(national, &mut room);
            if stripped == &national[zeros..] { is_assigned && is_readable(stripped) } else { country.has(stripped) }
        }
        None => country.has(national),
    }
}

/// A region whose numbers are judged as they are dialled there.
#[derive(Clone, Copy)]
pub(super) struct Home {
    country: &'static Country,
    region: &'static Region,
}

impl Home {
    /// Returns the region of that code of two letters.
    pub(super) fn new(id: &str) -> Option<Self> {
        let find = |country: &'static Country| {
            let region = country.regions.iter().find(|region| region.metadata.id == id)?;
            Some(Self { country, region })
        };
        PLANS.countries.iter().find_map(find)
    }

    /// Tells whether the digits, dialled in the region, reach a number that is assigned somewhere.
    pub(super) fn is_valid(self, digits: &[u8]) -> bool {
        let plan = self.region.plan();
        let abroad = plan.international_prefix.as_ref().and_then(|prefix| prefix.at_start(digits)).map(|dialled| &digits[dialled.end..]);
        let (country, national) = match abroad.filter(|abroad| abroad.first() != Some(&0)) {
            Some(abroad) => match PLANS.country_and_number(abroad) {
                Some(number) => number,
                None => return false,
            },
            None => (self.country, plan.without_country_code(digits)),
        };
        let mut room = [0; MOST_DIGITS + MOST_REPLACED];
        country.has(plan.without_prefix(national, &mut room))
    }
}

impl Plans {
    fn new() -> Self {
        let mut plans = Self { by_code: Box::new([0; 1000]), countries: Vec::new() };
        for metadata in numbering_metadata::all() {
            let index = &mut plans.by_code[usize::from(metadata.country_code)];
            if *index == 0 {
                plans.countries.push(Country { regions: Vec::new(), leading_digits: OnceLock::new() });
                *index = u16::try_from(plans.countries.len()).expect("there are fewer countries than codes");
            }
            plans.countries[usize::from(*index) - 1].regions.push(Region { metadata, plan: OnceLock::new() });
        }
        plans
    }

    /// Splits a number behind its country code.
    fn country_and_number<'d>(&self, digits: &'d [u8]) -> Option<(&Country, &'d [u8])> {
        if digits.len() <= *LENGTHS.start() || digits[0] == 0 {
            return None;
        }
        let mut code = 0;
        for (place, digit) in digits[..3].iter().enumerate() {
            code = code * 10 + usize::from(*digit);
            if let Some(index) = self.by_code[code].checked_sub(1) {
                return Some((&self.countries[usize::from(index)], &digits[place + 1..]));
            }
        }
        None
    }
}

impl Country {
    /// Tells whether a region assigns the number.
    fn has(&self, national: &[u8]) -> bool {
        is_readable(national) && self.region_of(national).is_some_and(|(_, is_assigned)| is_assigned)
    }

    /// Returns the region that the number belongs to, and whether it is assigned there.
    fn region_of(&self, national: &[u8]) -> Option<(&Region, bool)> {
        if let [region] = self.regions.as_slice() {
            return Some((region, region.plan().has(national)));
        }
        let mut led = None;
        for (index, region) in self.regions.iter().enumerate() {
            if region.metadata.leading_digits.is_none() {
                if region.plan().has(national) {
                    return Some((region, true));
                }
            } else if *led.get_or_insert_with(|| self.leading_digits().patterns_at_start(national)) >> index & 1 != 0 {
                return Some((region, region.plan().has(national)));
            }
        }
        None
    }

    fn leading_digits(&self) -> &DigitAutomaton {
        self.leading_digits.get_or_init(|| {
            let regions = self.regions.iter().enumerate();
            let patterns = regions.filter_map(|(index, region)| Some((region.metadata.leading_digits?, 1 << index)));
            DigitAutomaton::new(patterns).expect("the plans' patterns are made of digits")
        })
    }
}

/// Tells whether the library reads the number at all.
fn is_readable(national: &[u8]) -> bool {
    let is_too_large = || national.iter().fold(0_u64, |value, digit| value * 10 + u64::from(*digit)) > LARGEST;
    LENGTHS.contains(&national.len()) && national.iter().any(|digit| *digit != 0) && (national.len() < *LENGTHS.end() || !is_too_large())
}

impl Region {
    fn plan(&self) -> &Plan {
        self.plan.get_or_init(|| Plan::new(&self.metadata))
    }
}

/// How numbers of a region look, and how they are dialled.
struct Plan {
    /// [`ANY_NUMBER`] for what holds for all numbers, and a bit for each set of lengths that kinds of numbers have.
    patterns: DigitAutomaton,
    /// The bits of those patterns whose numbers may have that length.
    of_length: [u32; 32],
    country_code: Vec<u8>,
    national_prefix: Option<Vec<u8>>,
    national_prefix_for_parsing: Option<DiallingPrefix>,
    transform: Option<Vec<Piece>>,
    international_prefix: Option<DiallingPrefix>,
    /// Lengths, as bits.
    possible: u32,
    too_short: u32,
}

/// The bit of the pattern that holds for all numbers of a region.
const ANY_NUMBER: u32 = 1;

/// A piece of what stands in the place of a national prefix.
#[derive(Clone)]
enum Piece {
    Digit(u8),
    Group(usize),
}

impl Plan {
    fn new(metadata: &Metadata) -> Self {
        // Kinds of the same lengths share a bit, and many of them a pattern.
        let Kinds { general, others } = metadata.kinds();
        let mut lengths = vec![general.lengths];
        let mut bits: HashMap<&str, u32> = HashMap::from([(general.pattern, ANY_NUMBER)]);
        for kind in others {
            let bit = lengths[1..].iter().position(|lengths| *lengths == kind.lengths).map_or(lengths.len(), |place| place + 1);
            if bit == lengths.len() {
                lengths.push(kind.lengths);
            }
            *bits.entry(kind.pattern).or_default() |= 1 << bit;
        }
        let fitting = |length: u32| {
            let bits = (0..lengths.len()).filter(|bit| lengths[*bit] == 0 || lengths[*bit] >> length & 1 != 0);
            bits.fold(0, |fitting, bit| fitting | 1 << bit)
        };
        // Every length below the least one.
        let shorter = (general.lengths & general.lengths.wrapping_neg()).saturating_sub(1);
        let prefix = |pattern: &str| DiallingPrefix::new(pattern).expect("the plans' prefixes are made of digits");
        Self {
            patterns: DigitAutomaton::new(bits).expect("the plans' patterns are made of digits"),
            of_length: std::array::from_fn(|length| fitting(length as u32)),
            country_code: values(&metadata.country_code.to_string()),
            national_prefix: metadata.national_prefix.map(values),
            national_prefix_for_parsing: metadata.national_prefix_for_parsing.map(prefix),
            transform: metadata.national_prefix_transform_rule.map(pieces),
            international_prefix: metadata.international_prefix.map(prefix),
            possible: if general.lengths == 0 { 0 } else { general.lengths | metadata.local_lengths },
            too_short: shorter & !metadata.local_lengths,
        }
    }

    /// Tells whether a number of some kind looks like this.
    fn has(&self, national: &[u8]) -> bool {
        let bits = self.bits_of(national);
        bits & ANY_NUMBER != 0 && bits & !ANY_NUMBER != 0
    }

    fn bits_of(&self, national: &[u8]) -> u32 {
        match self.of_length.get(national.len()).copied().unwrap_or_default() {
            // A number of that length is of no kind.
            0 => 0,
            fitting => self.patterns.patterns_at_start(national) & fitting,
        }
    }

    /// Leaves out the country code of a number that the plan has no place for with it.
    fn without_country_code<'d>(&self, digits: &'d [u8]) -> &'d [u8] {
        match digits.strip_prefix(self.country_code.as_slice()) {
            Some(national) if self.bits_of(digits) & ANY_NUMBER == 0 || self.possible >> digits.len() & 1 == 0 => national,
            _ => digits,
        }
    }

    /// Leaves out the national prefix and the carrier's code, unless too little remains. `room` is for digits put in their place.
    fn without_prefix<'d>(&self, national: &'d [u8], room: &'d mut [u8; MOST_DIGITS + MOST_REPLACED]) -> &'d [u8] {
        let mut stripped = match &self.national_prefix_for_parsing {
            Some(prefix) => self.parsed(prefix, national, room),
            None => self.national_prefix.as_ref().and_then(|prefix| national.strip_prefix(prefix.as_slice())).unwrap_or(national),
        };
        // The library tries the plain prefix a second time.
        if let Some(prefix) = &self.national_prefix {
            stripped = stripped.strip_prefix(prefix.as_slice()).unwrap_or(stripped);
        }
        if self.too_short >> stripped.len() & 1 != 0 { national } else { stripped }
    }

    fn parsed<'d>(&self, prefix: &DiallingPrefix, national: &'d [u8], room: &'d mut [u8; MOST_DIGITS + MOST_REPLACED]) -> &'d [u8] {
        let Some(dialled) = prefix.at_start(national) else { return national };
        let rest = &national[dialled.end..];
        let Some(transform) = &self.transform else { return rest };
        if prefix.groups() > 0 && dialled.group(national, prefix.groups()).is_none() {
            return rest;
        }
        let mut len = 0;
        let mut put = |digits: &[u8]| {
            if let Some(place) = room.get_mut(len..len + digits.len()) {
                place.copy_from_slice(digits);
                len += digits.len();
            }
        };
        for piece in transform {
            match piece {
                Piece::Digit(digit) => put(&[*digit]),
                Piece::Group(index) => put(dialled.group(national, *index).unwrap_or_default()),
            }
        }
        put(rest);
        let transformed = &room[..len];
        let is_general = |number: &[u8]| self.bits_of(number) & ANY_NUMBER != 0;
        if is_general(national) && !is_general(transformed) { national } else { transformed }
    }
}

fn values(digits: &str) -> Vec<u8> {
    digits.bytes().filter(u8::is_ascii_digit).map(|digit| digit - b'0').collect()
}

/// Reads digits and groups, such as `9$1`.
fn pieces(rule: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut bytes = rule.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'$' => pieces.extend(bytes.next().filter(u8::is_ascii_digit).map(|digit| Piece::Group(usize::from(digit - b'0')))),
            b'0'..=b'9' => pieces.push(Piece::Digit(byte - b'0')),
            _ => {}
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;

    use phonenumber::country::Id;
    use phonenumber::metadata::{DATABASE, Descriptor, Metadata};

    use super::{Home, PLANS, is_valid_international, values};

    /// Digits drawn by a fixed rule.
    struct Drawn(u64);

    impl Drawn {
        fn below(&mut self, bound: usize) -> usize {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) as usize % bound
        }
    }

    fn all_metadata() -> Vec<&'static Metadata> {
        (1..1000).filter_map(|code| DATABASE.by_code(&code)).flatten().collect()
    }

    fn examples(metadata: &Metadata) -> Vec<String> {
        let all = metadata.descriptors();
        let kinds = [
            Some(all.general()),
            all.fixed_line(),
            all.mobile(),
            all.toll_free(),
            all.premium_rate(),
            all.shared_cost(),
            all.voip(),
            all.personal_number(),
            all.pager(),
            all.uan(),
            all.voicemail(),
        ];
        kinds.into_iter().flatten().filter_map(Descriptor::example).map(str::to_owned).collect()
    }

    /// Returns the number, and others that differ in a few digits or in their length.
    fn variations(example: &str, drawn: &mut Drawn, count: usize) -> Vec<String> {
        let mut numbers = vec![example.to_owned(), example[1..].to_owned(), format!("{example}{}", drawn.below(10))];
        for _ in 0..count {
            let mut digits = example.as_bytes().to_vec();
            for _ in 0..=drawn.below(3) {
                let place = drawn.below(digits.len());
                digits[place] = b'0' + drawn.below(10) as u8;
            }
            match drawn.below(8) {
                0 => digits.truncate(digits.len() - 1),
                1 => digits.push(b'0' + drawn.below(10) as u8),
                2 => digits.insert(0, b'0' + drawn.below(10) as u8),
                _ => {}
            }
            numbers.push(String::from_utf8(digits).unwrap());
        }
        numbers
    }

    /// Says what the library says, or nothing where it panics.
    fn expected(region: Option<Id>, number: &str) -> Option<bool> {
        catch_unwind(|| phonenumber::parse(region, number).is_ok_and(|number| number.is_valid())).ok()
    }

    #[test]
    fn every_plan_can_be_compiled() {
        for country in &PLANS.countries {
            country.leading_digits();
            assert!(country.regions.iter().all(|region| region.plan().patterns.len() < 4000));
        }
    }

    #[test]
    fn numbers_are_valid_where_the_library_says_so() {
        let mut drawn = Drawn(1);
        let mut compared = [0; 2];
        for metadata in all_metadata() {
            for example in examples(metadata) {
                let prefix = metadata.national_prefix().unwrap_or("0");
                for national in variations(&example, &mut drawn, 12) {
                    for number in
                        [format!("{}{national}", metadata.country_code()), format!("{}{prefix}{national}", metadata.country_code())]
                    {
                        let Some(valid) = expected(None, &format!("+{number}")) else { continue };
                        assert_eq!(is_valid_international(&values(&number)), valid, "{} {number}", metadata.id());
                        compared[usize::from(valid)] += 1;
                    }
                }
            }
        }
        assert!(compared.iter().all(|compared| *compared > 4000), "{compared:?}");
    }

    #[test]
    fn numbers_are_valid_where_the_library_says_so_when_dialled_at_home() {
        let mut drawn = Drawn(2);
        for metadata in all_metadata() {
            let Ok(region) = metadata.id().parse::<Id>() else { continue };
            let home = Home::new(metadata.id()).unwrap();
            let is_own = ["BR", "DE", "ES", "FR", "GB", "IN", "IT", "PL", "US"].contains(&metadata.id());
            let mut compared = [0; 2];
            for example in examples(metadata) {
                for national in variations(&example, &mut drawn, if is_own { 60 } else { 4 }) {
                    let prefix = metadata.national_prefix().unwrap_or("0");
                    let code = metadata.country_code();
                    let drawn = (drawn.below(100), drawn.below(10_000_000_000));
                    for number in [
                        national.clone(),
                        format!("{prefix}{national}"),
                        format!("{code}{national}"),
                        format!("00{code}{national}"),
                        format!("011{code}{national}"),
                        format!("{prefix}{:02}{national}", drawn.0),
                        format!("{:010}", drawn.1),
                    ] {
                        let Some(valid) = expected(Some(region), &number).filter(|_| number.len() <= 18) else { continue };
                        assert_eq!(home.is_valid(&values(&number)), valid, "{} {number}", metadata.id());
                        compared[usize::from(valid)] += 1;
                    }
                }
            }
            assert!(!is_own || compared.iter().all(|compared| *compared > 200), "{} {compared:?}", metadata.id());
        }
    }
}
