//! What an earlier run of the same work knows, so that what has not changed is not read again.
//!
//! An asset is unchanged where its version and size are those that were read: an etag, or modification time and size. Of stores whose etag
//! is a checksum of the content, what was renamed or copied is recognised too. Everything else is read. Rows are taken over
//! only from a run whose findings would come out the same: equal rules as far as findings follow from them, equal options, equal key,
//! equal version of this program. Labels are computed again where only names, labels or laws changed.

mod rows;

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

use terrier_findings::{FindingsError, Results};
use terrier_model::{AssetRef, AssetRow, Method, Reason, ReasonKind, RunId, RunRow, StoreId, Version};

pub(crate) use self::rows::Carried;
use self::rows::Shards;
use crate::dataset::ending;
use crate::identity::AssetNumber;

/// The knowledge of an earlier run: some forty bytes per asset, and the rows of a few shards at a time.
pub struct Previous {
    run: RunId,
    /// Whether labels follow from other rules than they did.
    relabels: bool,
    known: HashMap<AssetNumber, Known>,
    /// Assets by content and ending of their name, where the store's version is a checksum of the content.
    contents: HashMap<u64, AssetNumber>,
    shards: Shards,
}

struct Known {
    shard: u32,
    content: u64,
    /// Whether its rows may be taken over.
    reusable: bool,
    /// Whether this run's listing has it.
    listed: AtomicBool,
}

/// What the results of a location say about an earlier run of the same targets.
pub enum Baseline {
    /// There is none.
    None,
    /// There is one, whose findings would not come out the same; why, in a few words.
    Other(&'static str),
    /// There is one to stand on.
    Same(Box<Previous>),
}

/// What must be equal for rows to be taken over.
#[derive(Debug, Clone, Copy)]
pub struct SameWork<'a> {
    /// The targets as the results name them.
    pub target: &'a str,
    /// The stores as the results name them: one relative path means another folder elsewhere.
    pub stores: &'a [StoreId],
    /// Digest of what findings follow from.
    pub detection_digest: &'a str,
    /// Digest of the rules. Where only it or that of the policy differs, labels are computed again.
    pub rules_digest: &'a str,
    /// Digest of the labelling policy.
    pub policy_digest: &'a str,
    /// Digest of the options that change what is found.
    pub options_digest: &'a str,
    /// Tells keys apart.
    pub key_id: Option<&'a str>,
}

impl Previous {
    /// Looks for the latest finished run of the same targets, and learns what it knows where its findings would come out the same.
    ///
    /// # Errors
    /// When the results cannot be read.
    pub async fn find(results: &Results, work: SameWork<'_>) -> Result<Baseline, FindingsError> {
        let Some(run) = results.runs().await?.into_iter().rfind(|run| run.target == work.target) else { return Ok(Baseline::None) };
        match difference(&run, work) {
            Some(why) => Ok(Baseline::Other(why)),
            None => Ok(Baseline::Same(Box::new(Self::learn(results, run, work).await?))),
        }
    }

    /// Learns what a run knows that a plan was made to stand on.
    ///
    /// # Errors
    /// When the results cannot be read, or have no such run any more.
    pub async fn of_run(results: &Results, run: &RunId, work: SameWork<'_>) -> Result<Self, FindingsError> {
        let row = results.runs().await?.into_iter().find(|row| row.run_id == *run);
        Self::learn(results, row.ok_or_else(|| FindingsError::UnknownRun(run.clone()))?, work).await
    }

    async fn learn(results: &Results, row: RunRow, work: SameWork<'_>) -> Result<Self, FindingsError> {
        let RunRow { run_id: run, rules_digest, policy_digest, .. } = row;
        let mut previous = Self {
            relabels: rules_digest != work.rules_digest || policy_digest != work.policy_digest,
            known: HashMap::new(),
            contents: HashMap::new(),
            shards: Shards::new(results.clone(), run.clone()),
            run,
        };
        for shard in results.shards_of(&previous.run).await? {
            let rows: Vec<AssetRow> = results.read_shard(&previous.run, shard).await?;
            let mut rows = rows.iter().peekable();
            while let Some(row) = rows.next() {
                let has_members = rows.peek().is_some_and(|next| next.parent_id.is_some());
                if work.stores.contains(&row.store_id) {
                    previous.learn_asset(shard, row, has_members);
                }
            }
        }
        Ok(previous)
    }

    fn learn_asset(&mut self, shard: u32, row: &AssetRow, has_members: bool) {
        let number = match AssetNumber::of(&row.asset_id) {
            Some(number) if row.parent_id.is_none() && !row.deleted => number,
            _ => return,
        };
        let content = content_of(row.version.as_ref(), row.size);
        let reusable = row.version.is_some() && is_reusable(row);
        // Members are named after their container, so theirs cannot be taken over under another name.
        if let Some(same) = row.version.as_ref().and_then(|version| checksum_of(version, row.size)).filter(|_| reusable && !has_members) {
            self.contents.insert(under_ending(same, row.path.as_bytes()), number);
        }
        self.known.insert(number, Known { shard, content, reusable, listed: AtomicBool::new(false) });
    }

    pub(crate) fn run(&self) -> &RunId {
        &self.run
    }

    /// Tells whether the labels of what is taken over are to be computed again.
    pub(crate) fn relabels(&self) -> bool {
        self.relabels
    }

    /// Notes that an asset is listed, and tells whether the rows of it, or of the same content under another name, can be taken over.
    pub(crate) fn meet(&self, number: AssetNumber, asset: &AssetRef) -> bool {
        if let Some(known) = self.known.get(&number) {
            known.listed.store(true, Relaxed);
        }
        self.knows(number, asset)
    }

    /// Tells whether the rows of an asset, or of the same content under another name, can be taken over.
    pub(crate) fn knows(&self, number: AssetNumber, asset: &AssetRef) -> bool {
        self.source(number, asset).is_some()
    }

    /// The asset whose rows can be taken over, and the shard that they are in.
    fn source(&self, number: AssetNumber, asset: &AssetRef) -> Option<(AssetNumber, u32)> {
        let version = asset.version.as_ref()?;
        let content = content_of(Some(version), asset.size);
        let unchanged = self.known.get(&number).filter(|known| known.reusable && known.content == content);
        if let Some(known) = unchanged {
            return Some((number, known.shard));
        }
        let same = *self.contents.get(&under_ending(checksum_of(version, asset.size)?, asset.key.expose()))?;
        Some((same, self.known.get(&same)?.shard))
    }

    /// Returns the assets that no listing had, ascending by where their rows are.
    pub(crate) fn gone(&self) -> Vec<AssetNumber> {
        let mut gone: Vec<(u32, AssetNumber)> =
            self.known.iter().filter(|(_, known)| !known.listed.load(Relaxed)).map(|(number, known)| (known.shard, *number)).collect();
        gone.sort_unstable();
        gone.into_iter().map(|(_, number)| number).collect()
    }

    /// Returns the rows that an unchanged asset had.
    pub(crate) async fn rows_of(&self, number: AssetNumber, asset: &AssetRef) -> Result<Option<Carried>, FindingsError> {
        match self.source(number, asset) {
            Some((source, shard)) => self.shards.rows_of(shard, source).await,
            None => Ok(None),
        }
    }

    /// Returns the rows that a gone asset had.
    pub(crate) async fn rows_of_gone(&self, number: AssetNumber) -> Result<Option<Carried>, FindingsError> {
        match self.known.get(&number) {
            Some(known) => self.shards.rows_of(known.shard, number).await,
            None => Ok(None),
        }
    }
}

/// Says why a run's findings would not come out the same; `None` where they would.
fn difference(run: &RunRow, work: SameWork<'_>) -> Option<&'static str> {
    if run.key_id.as_deref() != work.key_id {
        Some("another fingerprint key")
    } else if run.detection_digest.as_deref() != Some(work.detection_digest) {
        Some("other rules")
    } else if run.options_digest.as_deref() != Some(work.options_digest) {
        Some("other options")
    } else if run.terrier_version != env!("CARGO_PKG_VERSION") {
        Some("another version of this program")
    } else {
        None
    }
}

/// What went wrong for a reason beside the content may go well this time; what this run decides itself is decided anew.
fn is_reusable(row: &AssetRow) -> bool {
    match row.coverage.reason {
        None => row.coverage.method == Method::Full,
        Some(Reason::Damaged) => true,
        Some(Reason::NotSampled | Reason::Superseded | Reason::Deleted | Reason::Excluded | Reason::NotNewer | Reason::TooLarge) => false,
        Some(Reason::Archived | Reason::NotAFile | Reason::TimedOut | Reason::TableLimit | Reason::Elsewhere) => false,
        Some(reason) => reason.kind() == ReasonKind::OutOfScope,
    }
}

/// The content under whatever name and version, where the version has a checksum of it.
fn checksum_of(version: &Version, size: u64) -> Option<u64> {
    let mut hasher = DefaultHasher::new();
    (version.checksum()?, size).hash(&mut hasher);
    Some(hasher.finish())
}

/// A content under a kind of name: what some formats are taken for depends on the ending.
fn under_ending(content: u64, name: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    (content, ending(name).to_ascii_lowercase()).hash(&mut hasher);
    hasher.finish()
}

fn content_of(version: Option<&Version>, size: u64) -> u64 {
    let mut hasher = DefaultHasher::new();
    (version.map(Version::as_str), size).hash(&mut hasher);
    hasher.finish()
}
