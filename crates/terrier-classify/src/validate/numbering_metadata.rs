//! What libphonenumber says of the numbers of each region.
//!
//! The crate `phonenumber` brings the same, but parses the patterns of all regions before it answers the first question, which would
//! take longer than many a scan.

/// A line for each region, the regions of a country code in the order in which they are asked. A test writes it anew from the crate
/// `phonenumber`.
const LINES: &str = include_str!("numbering_plans.txt");

/// What the fields of a line are told apart by, and the parts of a field.
const FIELD: char = '\t';
const PART: char = ' ';

/// A region and how its numbers are dialled.
#[derive(Debug, Clone, Copy)]
pub(super) struct Metadata {
    pub(super) country_code: u16,
    /// Two letters; `001` for numbers of no region.
    pub(super) id: &'static str,
    /// What tells the region from others of the same country code.
    pub(super) leading_digits: Option<&'static str>,
    pub(super) international_prefix: Option<&'static str>,
    pub(super) national_prefix: Option<&'static str>,
    pub(super) national_prefix_for_parsing: Option<&'static str>,
    pub(super) national_prefix_transform_rule: Option<&'static str>,
    /// Lengths of numbers that are dialled without their area's code, as bits.
    pub(super) local_lengths: u32,
    kinds: &'static str,
}

/// The kinds of numbers of a region.
pub(super) struct Kinds {
    /// What holds for all of them.
    pub(super) general: Kind,
    pub(super) others: Vec<Kind>,
}

/// Numbers of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kind {
    /// Their lengths, as bits; none where any length goes.
    pub(super) lengths: u32,
    pub(super) pattern: &'static str,
}

/// Returns all regions.
pub(super) fn all() -> impl Iterator<Item = Metadata> {
    LINES.lines().filter(|line| !line.starts_with('#')).map(|line| Metadata::read(line).expect("every line has all fields"))
}

impl Metadata {
    fn read(line: &'static str) -> Option<Self> {
        let mut fields = line.splitn(9, FIELD);
        let mut field = || fields.next();
        let filled = |field: &'static str| Some(field).filter(|field| !field.is_empty());
        Some(Self {
            country_code: field()?.parse().ok()?,
            id: field()?,
            leading_digits: filled(field()?),
            international_prefix: filled(field()?),
            national_prefix: filled(field()?),
            national_prefix_for_parsing: filled(field()?),
            national_prefix_transform_rule: filled(field()?),
            local_lengths: lengths(field()?),
            kinds: field()?,
        })
    }

    /// Returns the kinds of numbers.
    pub(super) fn kinds(&self) -> Kinds {
        let mut kinds = self.kinds.split(FIELD).map(|kind| {
            let (of_kind, pattern) = kind.split_once(PART).unwrap_or(("", kind));
            Kind { lengths: lengths(of_kind), pattern }
        });
        Kinds { general: kinds.next().expect("every region has a general pattern"), others: kinds.collect() }
    }
}

fn lengths(field: &str) -> u32 {
    field.split(',').filter_map(|length| length.parse::<u32>().ok()).fold(0, |lengths, length| lengths | 1 << (length % 32))
}

#[cfg(test)]
mod tests {
    use expect_test::expect_file;
    use phonenumber::metadata::{DATABASE, Descriptor};

    const HEAD: &str = "\
# The telephone numbering plans of libphonenumber (https://github.com/google/libphonenumber), Copyright Google, Apache License 2.0.
# Written by the test `the_plans_are_those_of_the_library` when UPDATE_EXPECT=1 is set.
# Fields: country code, region, leading digits, international prefix, national prefix, national prefix for parsing, transform rule,
# local lengths, all numbers, and each kind of numbers: lengths and pattern.
";

    fn joined(lengths: &[u16]) -> String {
        lengths.iter().map(u16::to_string).collect::<Vec<_>>().join(",")
    }

    /// White space in patterns does not count.
    fn dense(pattern: &str) -> String {
        pattern.split_ascii_whitespace().collect()
    }

    fn kind(descriptor: &Descriptor) -> String {
        format!("{} {}", joined(descriptor.possible_length()), dense(descriptor.national_number().as_str()))
    }

    fn line(metadata: &phonenumber::Metadata) -> String {
        let all = metadata.descriptors();
        let optional = |text: Option<&str>| text.map(dense).unwrap_or_default();
        let mut fields = vec![
            metadata.country_code().to_string(),
            metadata.id().to_owned(),
            optional(metadata.leading_digits().map(|pattern| pattern.as_str())),
            optional(metadata.international_prefix().map(|pattern| pattern.as_str())),
            optional(metadata.national_prefix()),
            optional(metadata.national_prefix_for_parsing().map(|pattern| pattern.as_str())),
            optional(metadata.national_prefix_transform_rule()),
            joined(all.general().possible_local_length()),
            kind(all.general()),
        ];
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
        for kind in kinds.into_iter().flatten().map(kind) {
            // A kind that adds nothing to another is left out.
            if !fields[9..].contains(&kind) {
                fields.push(kind);
            }
        }
        fields.join("\t")
    }

    #[test]
    fn the_plans_are_those_of_the_library() {
        let of_code = |code: u16| DATABASE.by_code(&code);
        let lines: Vec<String> = (1..1000).filter_map(of_code).flatten().map(line).collect();
        expect_file!["numbering_plans.txt"].assert_eq(&format!("{HEAD}{}\n", lines.join("\n")));
    }

    #[test]
    fn lengths_are_read_as_bits() {
        assert_eq!((super::lengths("7,10"), super::lengths("")), (1 << 7 | 1 << 10, 0));
        assert!(super::all().count() > 240);
    }
}
