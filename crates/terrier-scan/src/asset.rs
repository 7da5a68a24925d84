//! Scans one asset: extracts it, classifies its segments, and makes the rows of it and of its members.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use terrier_classify::{Classifier, Session};
use terrier_content::Segment;
use terrier_extract::{Extractor, Flow, Member, Outcome, Sink};
use terrier_findings::ShardRows;
use terrier_model::{
    AssetFindings, AssetId, AssetRef, AssetRow, ColumnRow, CombinationRow, Coverage, DatasetId, Fact, FindingRow, FingerprintRow, Label,
    Method, Reason, RunId, StoreId, Timestamp,
};

use crate::identity::{MEMBER_SEPARATOR, render_path};
use crate::previous::Carried;
use crate::read::Content;
use crate::similarity::Sketch;
use crate::{Cancel, Identity, Progress};

/// Reasons taken over from members, per container.
const LABEL_REASONS: usize = 5;

/// An asset in the store whose turn it is.
pub(crate) struct Subject<'a> {
    pub(crate) store: &'a StoreId,
    pub(crate) asset: &'a AssetRef,
    pub(crate) dataset: &'a DatasetId,
}

/// Everything that scanning an asset needs and does not change.
pub(crate) struct AssetScanner<'a> {
    pub(crate) run: &'a RunId,
    pub(crate) classifier: &'a Classifier,
    pub(crate) extractor: &'a Extractor,
    pub(crate) identity: &'a Identity,
    pub(crate) progress: &'a Progress,
    pub(crate) cancel: &'a Cancel,
}

impl AssetScanner<'_> {
    /// Scans an asset; `content` says why it could not be opened where it could not.
    ///
    /// Never panics: an asset that breaks the code that looks at it is an asset with a reason.
    pub(crate) fn scan(&self, subject: &Subject<'_>, content: Result<Content, Reason>) -> ShardRows {
        let scanned = catch_unwind(AssertUnwindSafe(|| self.scan_content(subject, content)));
        self.finish(scanned.unwrap_or_else(|_| self.scan_content(subject, Err(Reason::ParserCrashed))))
    }

    /// Takes over what an earlier run found in an asset that has not changed; `relabels` where its labels follow from other rules now.
    pub(crate) fn carry(&self, subject: &Subject<'_>, carried: Carried, relabels: bool) -> ShardRows {
        let &Subject { asset, dataset, .. } = subject;
        let id = self.identity.asset_id(&asset.store, &asset.key);
        let mut rows = carried.into_run(self.run, &id, || render_path(self.classifier, asset.key.expose()), asset);
        if let Some(top) = rows.assets.first_mut() {
            top.dataset_id = Some(dataset.clone());
        }
        if relabels {
            relabel(&mut rows, self.classifier);
        }
        self.finish(rows)
    }

    /// Says that an asset of an earlier run is gone.
    pub(crate) fn forget(&self, carried: Option<Carried>) -> ShardRows {
        self.finish(carried.map(|carried| carried.into_gone(self.run)).unwrap_or_default())
    }

    fn finish(&self, rows: ShardRows) -> ShardRows {
        if let Some(row) = rows.assets.first() {
            self.progress.finished_asset(&row.coverage);
        }
        rows
    }

    fn scan_content(&self, subject: &Subject<'_>, content: Result<Content, Reason>) -> ShardRows {
        let &Subject { store, asset, dataset } = subject;
        let top = self.top_frame(store, asset);
        let mut sink = AssetSink { scanner: self, store, rows: ShardRows::default(), frames: Vec::new() };
        sink.open(top);
        let (outcome, hash) = match content {
            Err(reason) => (unread(reason), None),
            Ok(content) => content.extract(self.extractor, &asset.key, &mut sink),
        };
        sink.close(outcome);
        let mut rows = sink.rows;
        if let Some(row) = rows.assets.first_mut() {
            row.version = asset.version.clone();
            row.owner = asset.owner.clone();
            row.storage_class = asset.storage_class.clone();
            row.content_hash = hash;
            row.dataset_id = Some(dataset.clone());
        }
        rows
    }

    fn top_frame(&self, store: &StoreId, asset: &AssetRef) -> Frame<'_> {
        Frame {
            id: self.identity.asset_id(&asset.store, &asset.key),
            parent: None,
            store: store.clone(),
            raw_path: asset.key.expose().to_vec(),
            size: asset.size,
            modified: asset.modified,
            row: 0,
            session: None,
            sketch: Sketch::default(),
            members: HashMap::new(),
            members_label: None,
        }
    }
}

fn unread(reason: Reason) -> Outcome {
    Outcome { format: None, method: Method::NotScanned, reason: Some(reason), bytes_read: 0, records_read: None, records_total: None }
}

/// An asset or member that is being read.
struct Frame<'a> {
    id: AssetId,
    parent: Option<AssetId>,
    store: StoreId,
    /// The path as bytes, neither escaped nor masked; a member's begins with its container's, which is context for masking it.
    raw_path: Vec<u8>,
    size: u64,
    modified: Option<Timestamp>,
    row: usize,
    session: Option<Session<'a>>,
    sketch: Sketch,
    /// How often each member id was given, to tell members of the same name apart.
    members: HashMap<AssetId, u64>,
    /// What follows from the members that were read.
    members_label: Option<Label>,
}

impl Frame<'_> {
    /// Tells whether something of the asset itself was read: text of it came, or it is empty. A container may have nothing but members.
    fn was_read(&self, outcome: &Outcome) -> bool {
        self.session.is_some() || outcome.method == Method::Full && self.members.is_empty()
    }
}

struct AssetSink<'a> {
    scanner: &'a AssetScanner<'a>,
    store: &'a StoreId,
    rows: ShardRows,
    frames: Vec<Frame<'a>>,
}

impl<'a> AssetSink<'a> {
    /// Reserves the asset's row, so that a container stands before its members.
    fn open(&mut self, mut frame: Frame<'a>) {
        frame.row = self.rows.assets.len();
        self.rows.assets.push(AssetRow {
            run_id: self.scanner.run.clone(),
            asset_id: frame.id.clone(),
            store_id: frame.store.clone(),
            dataset_id: None,
            parent_id: frame.parent.clone(),
            path: render_path(self.scanner.classifier, &frame.raw_path),
            version: None,
            size: frame.size,
            format: None,
            content_hash: None,
            similarity: Vec::new(),
            owner: None,
            modified: frame.modified,
            storage_class: None,
            label: None,
            existing_label: None,
            public: Fact::Unknown,
            external: Fact::Unknown,
            coverage: Coverage::none(Reason::ReadFailed, frame.size),
            deleted: false,
            read_in: None,
        });
        self.frames.push(frame);
    }

    fn close(&mut self, outcome: Outcome) {
        let frame = self.frames.pop().expect("every leave closes an asset that was entered");
        let was_read = frame.was_read(&outcome);
        let findings = frame.session.map(Session::finish).unwrap_or_default();
        let similarity = frame.sketch.finish(self.scanner.identity);
        self.scanner.progress.found(&findings);
        let own_label = was_read.then(|| findings.label.clone());
        let label = merge(own_label, frame.members_label.as_ref(), "");
        if let Some(container) = self.frames.last_mut() {
            container.members_label = merge(container.members_label.take(), label.as_ref(), "a member: ");
        }
        let row = &mut self.rows.assets[frame.row];
        row.format = outcome.format.map(str::to_owned);
        row.similarity = similarity;
        row.label = label;
        row.coverage = Coverage {
            method: outcome.method,
            reason: outcome.reason,
            bytes_read: outcome.bytes_read,
            bytes_total: frame.size,
            records_read: outcome.records_read,
            records_total: outcome.records_total,
        };
        self.push_findings(frame.id, findings);
    }

    fn push_findings(&mut self, asset_id: AssetId, findings: AssetFindings) {
        let (run_id, rows) = (self.scanner.run, &mut self.rows);
        let ids = || (run_id.clone(), asset_id.clone());
        rows.columns.extend(findings.columns.into_iter().map(|column| {
            let (run_id, asset_id) = ids();
            ColumnRow { run_id, asset_id, column }
        }));
        rows.findings.extend(findings.findings.into_iter().map(|finding| {
            let (run_id, asset_id) = ids();
            FindingRow { run_id, asset_id, finding }
        }));
        rows.combinations.extend(findings.combinations.into_iter().map(|combination| {
            let (run_id, asset_id) = ids();
            CombinationRow { run_id, asset_id, combination }
        }));
        rows.fingerprints.extend(findings.fingerprints.into_iter().map(|fingerprint| {
            let (run_id, asset_id) = ids();
            FingerprintRow { run_id, asset_id, fingerprint }
        }));
    }
}

impl Sink for AssetSink<'_> {
    fn enter(&mut self, member: Member<'_>) {
        let scanner = self.scanner;
        let container = self.frames.last_mut().expect("members are entered inside an asset");
        let name = member.name.expose();
        let first = scanner.identity.member_id(&container.id, name, 0);
        let times = container.members.entry(first.clone()).and_modify(|times| *times += 1).or_insert(0);
        let frame = Frame {
            id: if *times == 0 { first } else { scanner.identity.member_id(&container.id, name, *times) },
            parent: Some(container.id.clone()),
            store: self.store.clone(),
            raw_path: [&container.raw_path, MEMBER_SEPARATOR.as_bytes(), name].concat(),
            size: member.size.unwrap_or(0),
            modified: member.modified,
            row: 0,
            session: None,
            sketch: Sketch::default(),
            members: HashMap::new(),
            members_label: None,
        };
        self.open(frame);
    }

    fn segment(&mut self, segment: Segment<'_>) -> Flow {
        if self.scanner.cancel.is_cancelled() {
            return Flow::Stop;
        }
        let scanner = self.scanner;
        let frame = self.frames.last_mut().expect("segments arrive inside an asset");
        let session = frame.session.get_or_insert_with(|| scanner.classifier.session(scanner.identity.key()));
        session.segment(&segment);
        frame.sketch.add(&segment);
        Flow::Continue
    }

    fn leave(&mut self, outcome: Outcome) {
        self.close(outcome);
    }
}

/// Computes the labels of rows that were taken over: each asset's own, then what follows from its members.
fn relabel(rows: &mut ShardRows, classifier: &Classifier) {
    let own = |rows: &ShardRows, asset: &AssetRow| {
        let findings: Vec<_> = rows.findings.iter().filter(|row| row.asset_id == asset.asset_id).map(|row| row.finding.clone()).collect();
        let together = rows.combinations.iter().filter(|row| row.asset_id == asset.asset_id).map(|row| row.combination.clone());
        asset.label.is_some().then(|| classifier.label(&findings, &together.collect::<Vec<_>>()))
    };
    let labels: Vec<Option<Label>> = rows.assets.iter().map(|asset| own(rows, asset)).collect();
    let mut open: Vec<(usize, Option<Label>)> = Vec::new();
    let close = |open: &mut Vec<(usize, Option<Label>)>, assets: &mut [AssetRow]| {
        let Some((index, of_members)) = open.pop() else { return };
        let label = merge(labels[index].clone(), of_members.as_ref(), "");
        if let Some((_, of_siblings)) = open.last_mut() {
            *of_siblings = merge(of_siblings.take(), label.as_ref(), "a member: ");
        }
        assets[index].label = label;
    };
    for index in 0..rows.assets.len() {
        while let Some((container, _)) = open.last()
            && Some(&rows.assets[*container].asset_id) != rows.assets[index].parent_id.as_ref()
        {
            close(&mut open, &mut rows.assets);
        }
        open.push((index, None));
    }
    while !open.is_empty() {
        close(&mut open, &mut rows.assets);
    }
}

/// Joins two labels: the higher level, all regulations, the first reasons. What has no label adds nothing.
fn merge(label: Option<Label>, other: Option<&Label>, prefix: &str) -> Option<Label> {
    let Some(other) = other else { return label };
    let mut label = label.unwrap_or_default();
    label.sensitivity = label.sensitivity.max(other.sensitivity);
    label.regulations.extend(other.regulations.iter().cloned());
    label.regulations.sort();
    label.regulations.dedup();
    for reason in &other.reasons {
        let reason = if reason.starts_with(prefix) { reason.clone() } else { format!("{prefix}{reason}") };
        if label.reasons.len() < LABEL_REASONS && !label.reasons.contains(&reason) {
            label.reasons.push(reason);
        }
    }
    Some(label)
}
