//! How objects are called. In every layout the numbers have as many digits as the largest needs, so keys ascend as objects do.

use super::calendar::Day;
use super::hash::{Purpose, below, bits};
use super::profile::{Format, Layout};
use super::{Dataset, Estate};

/// What datasets are about.
const TOPICS: &[&str] = &[
    "orders",
    "clicks",
    "inventory",
    "sessions",
    "shipments",
    "returns",
    "pricing",
    "catalog",
    "audit",
    "billing",
    "support",
    "sensors",
    "loyalty",
    "campaigns",
    "payroll",
    "vendors",
];

/// How people call their files, with all that a careless client changes.
const TITLES: &[&str] = &[
    "Q3 report",
    "meeting notes",
    "Übersicht Frühjahr",
    "plan (final) v2",
    "draft+comments",
    "100% budget",
    "compte rendu réunion",
    "handover & todo",
    "offer_2024",
    "travel policy",
    "会議メモ",
    "checklist=done",
];

const SECONDS_PER_DAY: u64 = 86_400;

/// Days after 1970-01-01 of 2021-01-01, when the first dataset may begin.
const FIRST_DAY: u64 = 18_628;

/// When things in a dataset happen: so many objects a day or an hour, from a first day on.
#[derive(Debug, Clone, Copy)]
struct Calendar {
    first_day: u64,
    per_step: u64,
}

impl Estate {
    /// Returns what the keys of a dataset begin with.
    pub(super) fn folder(&self, dataset: &Dataset) -> String {
        let family = &self.families[dataset.family].family;
        let topic = TOPICS[below(self.seed, Purpose::Name, dataset.number, TOPICS.len() as u64) as usize];
        format!("{}{:07}-{topic}/", family.prefix, dataset.number_in_family)
    }

    /// Returns the key of an object of a dataset, by its place in it.
    pub(super) fn key_in(&self, dataset: &Dataset, place: u64, format: Format) -> String {
        let folder = self.folder(dataset);
        let extension = format.extension();
        let index = dataset.first + place;
        let random = bits(self.seed, Purpose::Name, index) as u32;
        let Calendar { first_day, per_step } = self.calendar(dataset);
        let (step, number) = (place / per_step, place % per_step);
        match self.families[dataset.family].family.layout {
            Layout::Partitioned => {
                let Day { year, month, day } = Day::from_epoch(first_day + step);
                format!("{folder}dt={year}-{month:02}-{day:02}/part-{number:06}.{extension}")
            }
            Layout::Hourly => {
                let Day { year, month, day } = Day::from_epoch(first_day + step / 24);
                format!("{folder}{year}/{month:02}/{day:02}/{:02}/{number:06}-{random:08x}.{extension}", step % 24)
            }
            Layout::Flat => format!("{folder}{place:012}-{random:08x}.{extension}"),
            Layout::Share => {
                let title = TITLES[random as usize % TITLES.len()];
                format!("{folder}{:06}/{:02} {title}.{extension}", place / 100, place % 100)
            }
        }
    }

    /// Returns when an object was last modified, in microseconds.
    pub(super) fn modified(&self, dataset: &Dataset, place: u64) -> i64 {
        let Calendar { first_day, per_step } = self.calendar(dataset);
        let of_day = bits(self.seed, Purpose::Calendar, dataset.first + place) % SECONDS_PER_DAY;
        let day = match self.families[dataset.family].family.layout {
            Layout::Hourly => first_day + place / per_step / 24,
            _ => first_day + place / per_step,
        };
        (day * SECONDS_PER_DAY + of_day) as i64 * 1_000_000
    }

    fn calendar(&self, dataset: &Dataset) -> Calendar {
        let days = 30 + below(self.seed, Purpose::Calendar, dataset.number, 1400);
        let steps = if self.families[dataset.family].family.layout == Layout::Hourly { days * 24 } else { days };
        let first_day = FIRST_DAY + below(self.seed, Purpose::Calendar, !dataset.number, 365);
        Calendar { first_day, per_step: dataset.count.div_ceil(steps).max(1) }
    }
}
