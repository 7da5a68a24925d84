//! Scans one object as a run of its own.
//!
//! The run's id follows from the object's identity and from what it is scanned with, so that the same event twice is the same run: its one
//! shard is committed once, whoever comes first. The run's target is the object, so that the latest run of it is what queries show.

use std::sync::Arc;

use terrier_findings::Results;
use terrier_model::{AssetKey, AssetRef, AssetRow, Fact, RunId, StoreId, StoreRow, Timestamp, Version};
use terrier_scan::{Cancel, Plan, PlanHeader, Progress, RequestMeter, Resources, RunLabel, ScanError, ScanTarget, Scanner, Selection};
use terrier_stores::{Entry, Meter, Scope, Store};

use super::exact::{ExactStore, Trouble, find};
use crate::answer::Verdict;
use crate::deadline::Deadline;
use crate::event::{Change, ObjectEvent};
use crate::failure::Failure;
use crate::function::Function;

/// An object to be scanned, and why.
pub(crate) struct ObjectRequest<'a> {
    pub(crate) bucket: &'a str,
    pub(crate) key: &'a [u8],
    pub(crate) occasion: Occasion<'a>,
}

/// Why an object is scanned.
pub(crate) enum Occasion<'a> {
    /// It changed.
    Event(&'a ObjectEvent),
    /// A job of S3 Batch Operations has it in its manifest.
    Job(&'a str),
}

impl<'a> ObjectRequest<'a> {
    pub(crate) fn of_event(event: &'a ObjectEvent) -> Self {
        Self { bucket: &event.bucket, key: &event.key, occasion: Occasion::Event(event) }
    }
}

impl Occasion<'_> {
    /// Tells one occasion to scan the same content from another.
    fn name(&self) -> &str {
        match self {
            Self::Event(event) => event.sequencer.as_deref().unwrap_or_default(),
            Self::Job(job) => job,
        }
    }

    /// When the run counts as begun. Events are told in any order, so theirs is when the object changed.
    fn started(&self) -> Timestamp {
        match self {
            Self::Event(event) if event.time > 0 => event.time,
            _ => jiff::Timestamp::now().as_microsecond(),
        }
    }

    /// Returns what the event says of the object, where that is enough to read it.
    fn told(&self, store: &StoreId) -> Option<Entry> {
        let Self::Event(event) = self else { return None };
        if event.change != Change::Created {
            return None;
        }
        let asset = AssetRef {
            store: store.clone(),
            key: AssetKey::new(event.key.clone()),
            version: Some(Version::new(event.etag.clone()?)),
            size: event.size?,
            modified: Some(event.time).filter(|time| *time > 0),
            storage_class: None,
            owner: None,
        };
        Some(Entry { asset, unreadable: None })
    }

    fn region(&self) -> Option<String> {
        match self {
            Self::Event(event) => event.region.clone(),
            Self::Job(_) => None,
        }
    }
}

impl Function {
    /// Scans an object, or notes that it is gone. `share` is how much of the function's memory it may take: one in so many.
    pub(crate) async fn scan_object(&self, request: &ObjectRequest<'_>, share: u64, deadline: Deadline) -> Result<Verdict, Failure> {
        if self.is_own_file(request.bucket, request.key) {
            return Ok(Verdict::Ignored("it is a file of the findings"));
        }
        if request.key.is_empty() {
            return Ok(Verdict::Ignored("it has no key"));
        }
        if deadline.is_near() {
            return Ok(Verdict::Later("out of time"));
        }
        let cancel = Cancel::default();
        match deadline.bound(&cancel, self.scan_in_time(request, share, cancel.clone())).await {
            None => Ok(Verdict::Later("out of time")),
            Some(Err(Failure::Scan(error, _))) if matches!(*error, ScanError::Interrupted) => Ok(Verdict::Later("out of time")),
            Some(outcome) => outcome,
        }
    }

    async fn scan_in_time(&self, request: &ObjectRequest<'_>, share: u64, cancel: Cancel) -> Result<Verdict, Failure> {
        let ObjectRequest { bucket, key, occasion } = request;
        let store = self.bucket(bucket).await?;
        let entry = match occasion.told(store.id()) {
            Some(entry) => Some(entry),
            None => find(store.as_ref(), key).await?,
        };
        let gone = entry.is_none();
        let target = format!("{}#{}", store.id(), self.identity.asset_id(store.id(), &AssetKey::new(*key)));
        let label = RunLabel::new(&self.classifier, &self.identity, std::slice::from_ref(&target), &[]);

        let meter = Meter::new(Arc::clone(&store));
        let requests = RequestMeter::new(vec![(store.kind(), meter.usage())]);
        let trouble = Trouble::new(cancel.clone());
        let exact = ExactStore::new(Arc::new(meter), entry.into_iter().collect(), trouble.clone());
        let scanner = self.scanner(Resources { memory: self.resources.memory / share, ..self.resources }, cancel);
        let targets = vec![ScanTarget { store: Arc::new(exact), scope: Scope::whole(), inventory: None }];
        let plan = Plan::make(targets, Selection::default(), &self.identity, &scanner.progress, &scanner.cancel).await?;

        let mut header = PlanHeader::new(&plan, vec![target], &label, self.identity.key_id(), requests.take());
        header.made = occasion.started();
        header.run = self.run_id(&plan, &label, occasion);
        let results = self.results().await?;
        let rows = vec![store_row(store.as_ref(), occasion.region())];
        match scanner.run_part(&plan, &header, &results, &label, rows, &requests).await {
            Err(ScanError::Interrupted) if trouble.was_met() => Ok(Verdict::Later("the store failed or kept asking to slow down")),
            Err(error) => Err(error.into()),
            Ok(_) if gone => Ok(Verdict::Gone),
            Ok(_) => self.recorded(&results, &RunId::new(header.run)).await,
        }
    }

    fn run_id(&self, plan: &Plan, label: &RunLabel, occasion: &Occasion<'_>) -> String {
        let key_id = self.identity.key_id().unwrap_or_default();
        let parts = [label.target.as_str(), plan.digest(), occasion.name(), &label.rules_digest, &label.options_digest, &key_id];
        let digest = self.identity.options_digest(parts.map(str::as_bytes));
        match occasion {
            Occasion::Event(event) => format!("{:016}-{digest}", event.time),
            Occasion::Job(_) => format!("job-{digest}"),
        }
    }

    /// Reads back what the object's row says: this attempt's, or that of whoever was faster.
    async fn recorded(&self, results: &Results, run: &RunId) -> Result<Verdict, Failure> {
        let rows: Vec<AssetRow> = results.read_shard(run, 0).await?;
        let row = rows.into_iter().next().ok_or(Failure::Internal)?;
        let sensitivity = row.label.as_ref().map(|label| label.sensitivity.as_str());
        Ok(Verdict::Recorded { method: row.coverage.method, reason: row.coverage.reason, sensitivity })
    }

    pub(super) fn scanner(&self, resources: Resources, cancel: Cancel) -> Scanner {
        Scanner {
            classifier: Arc::clone(&self.classifier),
            extractor: Arc::clone(&self.extractor),
            identity: Arc::clone(&self.identity),
            resources,
            progress: Arc::new(Progress::default()),
            cancel,
        }
    }
}

/// Says of a store what is known without asking it: asking costs time and permissions.
pub(super) fn store_row(store: &dyn Store, region: Option<String>) -> StoreRow {
    StoreRow {
        run_id: RunId::new(""),
        store_id: store.id().clone(),
        kind: store.kind(),
        account: None,
        region,
        environment: None,
        owner: None,
        public: Fact::Unknown,
        external: Fact::Unknown,
    }
}
