//! Delta Lake tables: files below a table's folder that the table has removed and that only wait to be deleted.
//!
//! A table's log is a folder `_delta_log` with a file of actions for each version, and now and then a checkpoint that sums them up. A file
//! that the log has removed is *superseded*: its rows were rewritten, or are not of the table any more. It is named with that reason instead of being
//! read. What the log does not speak of is read as any other file. Whoever can write a log can name a file as removed and so keep it
//! from being read; it stands in the results with this reason. Where a log has gaps or cannot be read, nothing of its table is superseded.
//!
//! Source: <https://github.com/delta-io/delta/blob/master/PROTOCOL.md>.

mod actions;

use std::collections::{BTreeMap, HashSet};

use futures::{StreamExt, TryStreamExt};
use terrier_model::AssetRef;
use terrier_stores::Store;
use xxhash_rust::xxh3::xxh3_128;

use self::actions::{Actions, read_checkpoint, read_commit};
use crate::Cancel;
use crate::read::fetch_whole;

const LOG: &[u8] = b"_delta_log/";

/// Files of logs that are remembered; of further tables everything is read.
const MOST_LOG_FILES: usize = 1 << 20;

/// A file of a log is held in memory while it is read.
const LARGEST_FILE: u64 = 256 << 20;

/// Files of a log that are fetched at one time.
const AT_ONCE: usize = 16;

/// The logs that a listing has.
#[derive(Debug, Default)]
pub(crate) struct Logs {
    by_table: BTreeMap<Vec<u8>, Log>,
    files: usize,
}

/// The log of a table.
#[derive(Debug, Default)]
struct Log {
    commits: BTreeMap<u64, AssetRef>,
    /// By version and number of parts, the parts.
    checkpoints: BTreeMap<(u64, u64), Vec<AssetRef>>,
}

/// The keys of files that their tables have removed, as hashes.
#[derive(Debug, Default)]
pub(crate) struct Superseded(HashSet<u128>);

/// Why a log says nothing.
#[derive(Debug, PartialEq, Eq)]
enum LogError {
    Gap,
    TooLarge,
    Damaged,
    Unreadable,
}

impl Logs {
    /// Notices a file of a log; others are passed over.
    pub(crate) fn notice(&mut self, key: &[u8], asset: impl FnOnce() -> AssetRef) {
        let Some((table, name)) = split(key) else { return };
        let Some(kind) = kind_of(name) else { return };
        if self.files == MOST_LOG_FILES {
            return;
        }
        self.files += 1;
        let log = self.by_table.entry(table.to_vec()).or_default();
        match kind {
            LogFile::Commit(version) => drop(log.commits.insert(version, asset())),
            LogFile::Checkpoint { version, parts } => log.checkpoints.entry((version, parts)).or_default().push(asset()),
        }
    }

    /// Reads the logs, and tells which files of their tables are superseded.
    pub(crate) async fn read(self, store: &dyn Store, cancel: &Cancel) -> Superseded {
        let mut superseded = Superseded::default();
        if self.files == MOST_LOG_FILES {
            tracing::warn!("the logs of the Delta tables have too many files; all files of the tables are read");
            return superseded;
        }
        for (table, log) in self.by_table {
            if cancel.is_cancelled() {
                break;
            }
            match log.read(store).await {
                Ok(actions) => superseded.0.extend(actions.removed().filter_map(|path| Some(xxh3_128(&key_of(store, &table, path)?)))),
                Err(error) => tracing::warn!(?error, "the log of a Delta table says nothing; all files of the table are read"),
            }
        }
        superseded
    }
}

impl Log {
    async fn read(&self, store: &dyn Store) -> Result<Actions, LogError> {
        let whole = |((_, parts), files): &(&(u64, u64), &Vec<AssetRef>)| files.len() as u64 == *parts;
        let checkpoint = self.checkpoints.iter().rev().find(whole);
        let first = checkpoint.map_or(0, |((version, _), _)| version + 1);
        let commits: Vec<(&u64, &AssetRef)> = self.commits.range(first..).collect();
        let is_whole = commits.iter().zip(first..).all(|((version, _), expected)| **version == expected);
        if !is_whole || checkpoint.is_none() && commits.is_empty() {
            return Err(LogError::Gap);
        }
        let mut actions = Actions::default();
        for file in checkpoint.into_iter().flat_map(|(_, files)| files) {
            let content = fetch(store, file).await?;
            read_checkpoint(content, &mut actions)?;
        }
        let contents: Vec<_> = commits.into_iter().map(|(_, file)| fetch(store, file)).collect();
        let mut contents = futures::stream::iter(contents).buffered(AT_ONCE);
        while let Some(content) = contents.try_next().await? {
            read_commit(&content, &mut actions)?;
        }
        Ok(actions)
    }
}

async fn fetch(store: &dyn Store, file: &AssetRef) -> Result<bytes::Bytes, LogError> {
    if file.size > LARGEST_FILE {
        return Err(LogError::TooLarge);
    }
    fetch_whole(store, file).await.map_err(|_| LogError::Unreadable)
}

impl Superseded {
    /// Tells whether a file is.
    #[inline]
    pub(crate) fn contains(&self, key: &[u8]) -> bool {
        !self.0.is_empty() && self.0.contains(&xxh3_128(key))
    }

    /// Returns how many there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}

enum LogFile {
    Commit(u64),
    /// One of so many parts.
    Checkpoint {
        version: u64,
        parts: u64,
    },
}

/// Splits the key of a file in a log into the table's folder, with its `/`, and the name.
fn split(key: &[u8]) -> Option<(&[u8], &[u8])> {
    let slash = key.iter().rposition(|byte| *byte == b'/')?;
    let table = key[..=slash].strip_suffix(LOG).filter(|table| table.is_empty() || table.ends_with(b"/"))?;
    Some((table, &key[slash + 1..]))
}

/// `00000000000000000010.json`, `….checkpoint.parquet`, `….checkpoint.0000000001.0000000003.parquet`. Checkpoints of the second version, which
/// are named with a UUID, are passed over: what is told without them has no gap, or nothing is told.
fn kind_of(name: &[u8]) -> Option<LogFile> {
    let name = std::str::from_utf8(name).ok()?;
    let mut parts = name.split('.');
    let digits = |text: &str, count: usize| {
        (text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
    };
    let version: u64 = digits(parts.next()?, 20)?;
    match parts.collect::<Vec<_>>()[..] {
        ["json"] => Some(LogFile::Commit(version)),
        ["checkpoint", "parquet"] => Some(LogFile::Checkpoint { version, parts: 1 }),
        ["checkpoint", part, of, "parquet"] => {
            let (_, of): (u64, u64) = (digits(part, 10)?, digits(of, 10)?);
            Some(LogFile::Checkpoint { version, parts: of })
        }
        _ => None,
    }
}

/// Returns the key of a file that a log names: a path below the table, percent-encoded, or a whole address. `None` where it lies elsewhere.
fn key_of(store: &dyn Store, table: &[u8], path: &str) -> Option<Vec<u8>> {
    let decoded = percent_decoded(path);
    if path.contains("://") || path.starts_with('/') {
        let bucket = [store.id().as_str().trim_end_matches('/').as_bytes(), b"/"].concat();
        return decoded.strip_prefix(bucket.as_slice()).map(<[u8]>::to_vec);
    }
    Some([table, &decoded].concat())
}

fn percent_decoded(path: &str) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        let mut byte = [0];
        let is_encoded = *first == b'%' && behind.get(..2).is_some_and(|digits| hex::decode_to_slice(digits, &mut byte).is_ok());
        decoded.push(if is_encoded { byte[0] } else { *first });
        rest = if is_encoded { &behind[2..] } else { behind };
    }
    decoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_logs_are_known_by_their_names() {
        let table = |key: &str| split(key.as_bytes()).map(|(table, _)| String::from_utf8(table.to_vec()).unwrap());
        assert_eq!(table("sales/_delta_log/00000000000000000000.json").as_deref(), Some("sales/"));
        assert_eq!(table("_delta_log/00000000000000000000.json").as_deref(), Some(""));
        assert_eq!(table("sales_delta_log/00000000000000000000.json"), None);
        assert_eq!(table("sales/_delta_log/_sidecars/x.parquet"), None);
        let is_known = |name: &str| kind_of(name.as_bytes()).is_some();
        assert!(is_known("00000000000000000010.json"));
        assert!(is_known("00000000000000000010.checkpoint.parquet"));
        assert!(is_known("00000000000000000010.checkpoint.0000000001.0000000003.parquet"));
        assert!(!is_known("00000000000000000010.checkpoint.80a083e8-7026-4e79-81be-64bd76c43a11.json"));
        assert!(!is_known("00000000000000000010.crc"));
        assert!(!is_known("_last_checkpoint"));
    }

    #[test]
    fn paths_are_decoded() {
        assert_eq!(percent_decoded("dt=2026-01-01/part%20%25%C3%A9.parquet"), "dt=2026-01-01/part %é.parquet".as_bytes());
        assert_eq!(percent_decoded("100%"), b"100%");
        assert_eq!(percent_decoded("%zz%+1"), b"%zz%+1");
    }
}
