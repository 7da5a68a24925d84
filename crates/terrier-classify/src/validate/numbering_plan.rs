//! The telephone numbering plans of all regions, as the crate `phonenumber` has them from Google's libphonenumber, asked without its
//! lock and its small cache of compiled patterns.

use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

use phonenumber::PhoneNumber;
use phonenumber::metadata::{DATABASE, Descriptor, Metadata};

use crate::engine::Anchored;

static PLANS: LazyLock<HashMap<u16, Vec<Region>>> = LazyLock::new(|| {
    let codes: Vec<u16> = DATABASE.iter().map(Metadata::country_code).collect();
    let of_code = |code: &u16| {
        let metadata = match DATABASE.region(code)?.as_slice() {
            // Numbers that belong to no country.
            ["001"] => DATABASE.by_code(code)?.first().copied().into_iter().collect(),
            regions => regions.iter().filter_map(|region| DATABASE.by_id(*region)).collect::<Vec<_>>(),
        };
        Some((*code, metadata.into_iter().map(Region::new).collect()))
    };
    codes.iter().filter_map(of_code).collect()
});

/// Tells whether a number is one that its region assigns, as [`PhoneNumber::is_valid`] does.
pub(super) fn is_valid(number: &PhoneNumber) -> bool {
    let Some(regions) = PLANS.get(&number.country().code()) else { return false };
    let national = number.national().to_string();
    let national = national.as_bytes();
    if let [region] = regions.as_slice() {
        return region.plan().has(national);
    }
    for region in regions {
        match &region.plan().leading_digits {
            Some(leading) if leading.end_of_match(national, 0).is_some() => return region.plan().has(national),
            Some(_) => {}
            None if region.plan().has(national) => return true,
            None => {}
        }
    }
    false
}

struct Region {
    metadata: &'static Metadata,
    plan: OnceLock<Plan>,
}

impl Region {
    fn new(metadata: &'static Metadata) -> Self {
        Self { metadata, plan: OnceLock::new() }
    }

    fn plan(&self) -> &Plan {
        self.plan.get_or_init(|| Plan::new(self.metadata))
    }
}

/// How numbers of a region look.
struct Plan {
    /// What tells the region from others of the same country code.
    leading_digits: Option<Anchored>,
    general: Numbers,
    kinds: Vec<Numbers>,
}

impl Plan {
    fn new(metadata: &Metadata) -> Self {
        let all = metadata.descriptors();
        let kinds = [
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
        Self {
            leading_digits: metadata.leading_digits().map(|pattern| anchored(pattern.as_str())),
            general: Numbers::new(all.general()),
            kinds: kinds.into_iter().flatten().map(Numbers::new).collect(),
        }
    }

    fn has(&self, national: &[u8]) -> bool {
        self.general.has(national) && self.kinds.iter().any(|kind| kind.has(national))
    }
}

/// Numbers of a kind.
struct Numbers {
    /// A bit for each length; none where any length goes.
    lengths: u32,
    pattern: Anchored,
}

impl Numbers {
    fn new(descriptor: &Descriptor) -> Self {
        let lengths = descriptor.possible_length().iter().fold(0, |lengths, length| lengths | 1 << (length % 32));
        Self { lengths, pattern: anchored(descriptor.national_number().as_str()) }
    }

    fn has(&self, national: &[u8]) -> bool {
        (self.lengths == 0 || self.lengths >> (national.len() % 32) & 1 != 0) && self.pattern.end_of_match(national, 0).is_some()
    }
}

/// The patterns are written with white space that does not count.
fn anchored(pattern: &str) -> Anchored {
    Anchored::tried_rarely(&format!("(?x:{pattern})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_valid_where_the_library_says_so() {
        let mut compared = [0; 2];
        for metadata in DATABASE.iter() {
            let all = metadata.descriptors();
            let examples =
                [all.fixed_line(), all.mobile(), all.toll_free(), all.uan()].into_iter().flatten().filter_map(Descriptor::example);
            for example in examples {
                // Another digit at each place, and one digit fewer.
                let changed = (0..example.len()).map(|at| {
                    let digit = (example.as_bytes()[at] - b'0' + 1 + at as u8 % 8) % 10;
                    format!("{}{digit}{}", &example[..at], &example[at + 1..])
                });
                for national in changed.chain([example.to_owned(), example[1..].to_owned()]).step_by(3) {
                    let Ok(number) = phonenumber::parse(None, format!("+{}{national}", metadata.country_code())) else { continue };
                    let valid = number.is_valid();
                    assert_eq!(is_valid(&number), valid, "{}: {national}", metadata.id());
                    compared[usize::from(valid)] += 1;
                }
            }
        }
        assert!(compared.iter().all(|compared| *compared > 500), "{compared:?}");
    }
}
