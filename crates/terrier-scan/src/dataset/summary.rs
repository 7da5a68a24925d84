//! What the rows of a run say about its datasets: found with a prevalence, or absent up to a bound.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

use terrier_findings::{FindingsError, Results};
use terrier_model::{
    AssetId, AssetRow, ColumnRow, DataClass, DatasetFindingRow, DatasetId, DatasetRow, FindingRow, Method, RunId, Sensitivity,
};

use super::Dataset;
use crate::identity::AssetNumber;
use crate::plan::Plan;
use crate::sample::Seen;

/// What is gathered of a dataset while its members' rows go by.
#[derive(Default)]
struct Tally {
    /// Members read to their end.
    read: u64,
    /// Members read in part: what is found in them counts, what is not says nothing.
    partly: u64,
    /// Members of the sample read to their end.
    sampled: u64,
    /// Members of the sample that could not be read.
    unreadable: u64,
    formats: BTreeSet<String>,
    shapes: BTreeSet<u64>,
    sensitivity: Option<Sensitivity>,
    classes: BTreeMap<DataClass, ClassTally>,
}

#[derive(Default)]
struct ClassTally {
    members_high: u64,
    members_medium: u64,
    count_high: u64,
    /// Members of the sample that hold it at the high tier, and those of them that were read in part.
    sampled_high: u64,
    sampled_partly: u64,
}

/// A member of a dataset, with what is said of it and of the members of containers in it.
#[derive(Default)]
struct Member {
    dataset: usize,
    in_sample: bool,
    method: Option<Method>,
    shape: DefaultHasher,
    has_columns: bool,
    /// Occurrences at the high and at the medium tier.
    classes: BTreeMap<DataClass, (u64, u64)>,
}

/// Reads the rows of a run's committed shards, and sums them up by dataset.
pub(crate) async fn summarise(
    plan: &Plan,
    results: &Results,
    run: &RunId,
    mask: impl Fn(&[u8]) -> String,
) -> Result<(Vec<DatasetRow>, Vec<DatasetFindingRow>), FindingsError> {
    let numbers: HashMap<&DatasetId, usize> = plan.datasets().iter().enumerate().map(|(number, dataset)| (&dataset.id, number)).collect();
    let mut tallies: Vec<Tally> = plan.datasets().iter().map(|_| Tally::default()).collect();
    for shard in results.shards_of(run).await? {
        let mut members = Members { plan, numbers: &numbers, members: Vec::new(), of_asset: HashMap::new() };
        for row in results.read_shard::<AssetRow>(run, shard).await? {
            members.add_asset(row, &mut tallies);
        }
        results.read_shard::<ColumnRow>(run, shard).await?.iter().for_each(|row| members.add_column(row));
        results.read_shard::<FindingRow>(run, shard).await?.iter().for_each(|row| members.add_finding(row));
        members.members.into_iter().for_each(|member| tallies[member.dataset].add(member));
    }
    let mut datasets = Vec::new();
    let mut findings = Vec::new();
    for (dataset, tally) in plan.datasets().iter().zip(tallies) {
        findings.extend(tally.class_rows(dataset, plan.confidence(), run));
        datasets.push(tally.into_row(dataset, plan, run, &mask));
    }
    Ok((datasets, findings))
}

/// The members that one shard has rows of.
struct Members<'a> {
    plan: &'a Plan,
    numbers: &'a HashMap<&'a DatasetId, usize>,
    members: Vec<Member>,
    of_asset: HashMap<AssetId, usize>,
}

impl Members<'_> {
    fn add_asset(&mut self, row: AssetRow, tallies: &mut [Tally]) {
        if let Some(parent) = &row.parent_id {
            if let Some(member) = self.of_asset.get(parent).copied() {
                self.of_asset.insert(row.asset_id, member);
            }
            return;
        }
        let Some(number) = row.dataset_id.as_ref().and_then(|id| self.numbers.get(id)).copied().filter(|_| !row.deleted) else { return };
        let in_sample = AssetNumber::of(&row.asset_id).is_some_and(|asset| self.plan.datasets()[number].samples(asset.rank()));
        let tally = &mut tallies[number];
        if row.coverage.method != Method::NotScanned {
            tally.formats.extend(row.format.clone());
            tally.sensitivity = tally.sensitivity.max(row.label.map(|label| label.sensitivity));
        }
        let mut shape = DefaultHasher::new();
        row.format.hash(&mut shape);
        self.of_asset.insert(row.asset_id, self.members.len());
        self.members.push(Member { dataset: number, in_sample, method: Some(row.coverage.method), shape, ..Member::default() });
    }

    fn add_column(&mut self, row: &ColumnRow) {
        if let Some(member) = self.of_asset.get(&row.asset_id) {
            let member = &mut self.members[*member];
            row.column.name.hash(&mut member.shape);
            member.has_columns = true;
        }
    }

    fn add_finding(&mut self, row: &FindingRow) {
        let Some(member) = self.of_asset.get(&row.asset_id) else { return };
        let counts = self.members[*member].classes.entry(row.finding.class.clone()).or_default();
        counts.0 += row.finding.count_high;
        counts.1 += row.finding.count_medium;
    }
}

impl Tally {
    fn add(&mut self, member: Member) {
        let Member { in_sample, method, shape, has_columns, classes, .. } = member;
        let partly = method == Some(Method::Sampled);
        match method {
            Some(Method::Full) => {
                self.read += 1;
                self.sampled += u64::from(in_sample);
            }
            Some(Method::Sampled) => self.partly += 1,
            _ => {}
        }
        self.unreadable += u64::from(in_sample && method != Some(Method::Full));
        if has_columns {
            self.shapes.insert(shape.finish());
        }
        for (class, (high, medium)) in classes {
            let tally = self.classes.entry(class).or_default();
            tally.count_high += high;
            tally.members_high += u64::from(high > 0);
            tally.members_medium += u64::from(high == 0 && medium > 0);
            tally.sampled_high += u64::from(high > 0 && in_sample);
            tally.sampled_partly += u64::from(high > 0 && in_sample && partly);
        }
    }

    /// What was seen of a class that so many members of the sample hold, of which some were read in part only.
    ///
    /// The bounds are about members that can be read: those of the sample that cannot are left out of both numbers.
    fn seen(&self, dataset: &Dataset, hits: u64, partly: u64) -> Seen {
        let read = self.sampled + partly;
        Seen { members: dataset.members.saturating_sub(self.unreadable - partly).max(read), read, hits }
    }

    fn class_rows(&self, dataset: &Dataset, confidence: f64, run: &RunId) -> Vec<DatasetFindingRow> {
        let row = |(class, tally): (&DataClass, &ClassTally)| {
            let seen = self.seen(dataset, tally.sampled_high, tally.sampled_partly);
            let bounds = seen.bounds(confidence);
            let share = |number: u64| if seen.members == 0 { 0.0 } else { number as f64 / seen.members as f64 };
            DatasetFindingRow {
                run_id: run.clone(),
                dataset_id: dataset.id.clone(),
                class: class.clone(),
                members_high: tally.members_high,
                members_medium: tally.members_medium,
                count_high: tally.count_high,
                prevalence: if seen.read == 0 { 0.0 } else { seen.hits as f64 / seen.read as f64 },
                // What was found outside of the sample is no less true.
                prevalence_low: share((*bounds.start()).max(tally.members_high.min(seen.members))),
                prevalence_high: share((*bounds.end()).max(tally.members_high.min(seen.members))),
            }
        };
        self.classes.iter().map(row).collect()
    }

    fn into_row(self, dataset: &Dataset, plan: &Plan, run: &RunId, mask: impl Fn(&[u8]) -> String) -> DatasetRow {
        let seen = self.seen(dataset, 0, 0);
        let absent_bound = match seen.read {
            0 => 1.0,
            _ => *seen.bounds(plan.confidence()).end() as f64 / seen.members as f64,
        };
        let method = match self.read {
            0 if self.partly == 0 => Method::NotScanned,
            read if read == dataset.members => Method::Full,
            _ => Method::Sampled,
        };
        DatasetRow {
            run_id: run.clone(),
            dataset_id: dataset.id.clone(),
            store_id: terrier_model::StoreId::new(mask(plan.targets()[dataset.target].store.id().as_str().as_bytes())),
            pattern: mask(dataset.expose_pattern()),
            members: dataset.members,
            bytes: dataset.bytes,
            read: self.read,
            method,
            confidence: plan.confidence(),
            absent_bound,
            formats: self.formats.into_iter().collect(),
            shapes: self.shapes.len() as u64,
            sensitivity: self.sensitivity,
        }
    }
}
