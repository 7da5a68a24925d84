use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;
use std::vec;

use rustix::fs::{self, AtFlags, Dir, FileType, Stat};
use rustix::io::Errno;
use terrier_model::{AssetKey, AssetRef, Reason};

use super::root::{self, Root, error_of};
use crate::StoreError;
use crate::store::{Cursor, Entry, ListShard, Page, Scope};

/// A walk holds one open folder per level; deeper trees than this are not looked into.
const MAX_DEPTH: usize = 256;

/// Walks a folder in the order of the keys' bytes, from any key on.
///
/// Holds the names of the folders that lead to where it stands, and nothing else.
pub(super) struct Walk {
    root: Arc<Root>,
    prefix: Vec<u8>,
    after: Option<Vec<u8>>,
    shard: ListShard,
    /// Folders that lead to where the walk stands; `None` before it began.
    levels: Option<Vec<Level>>,
}

/// A folder that is being walked.
struct Level {
    folder: OwnedFd,
    /// The folder's own key, with its closing `/`; empty for the root.
    key: Vec<u8>,
    names: vec::IntoIter<Name>,
    /// Whether the folder's names could not all be read.
    broken: bool,
}

/// A name inside a folder. A folder's name ends in `/`, so that names sort as the keys that begin with them.
type Name = Box<[u8]>;

/// What the walk does with a name.
enum Step {
    Entry(Entry),
    Enter(Level),
    Pass,
}

impl Walk {
    pub(super) fn new(root: Arc<Root>, shard: &ListShard, from: Option<Cursor>) -> Self {
        Self { root, prefix: shard.prefix.clone(), after: shard.start(from), shard: shard.clone(), levels: None }
    }

    /// Goes on for a page's length.
    pub(super) fn page(&mut self, length: usize) -> Result<Page, StoreError> {
        self.begin()?;
        let mut entries = Vec::new();
        while let Some(entry) = self.next_entry() {
            entries.push(entry);
            if entries.len() == length {
                break;
            }
        }
        let full = entries.len() == length;
        let next = entries.last().filter(|_| full).map(|last| Cursor::after(&last.asset.key));
        Ok(Page { entries, next })
    }

    fn begin(&mut self) -> Result<(), StoreError> {
        if self.levels.is_none() {
            let top = top_level(&self.root).map_err(|errno| error_of(errno, "the target folder cannot be listed"))?;
            self.levels = Some(vec![top]);
        }
        Ok(())
    }

    fn next_entry(&mut self) -> Option<Entry> {
        loop {
            let depth = self.levels.as_ref().map_or(0, Vec::len);
            let level = self.levels.as_mut()?.last_mut()?;
            let Some(name) = level.names.next() else {
                self.levels.as_mut()?.pop();
                continue;
            };
            let key = [level.key.as_slice(), &name].concat();
            if self.shard.ends_before(&key) {
                self.levels = Some(Vec::new());
                return None;
            }
            let level = self.levels.as_ref()?.last()?;
            match self.step(level, &name, key, depth) {
                Step::Entry(entry) => return Some(entry),
                Step::Pass => {}
                Step::Enter(below) => {
                    let broken = below.broken.then(|| self.folder_entry(&below.key, Reason::ReadFailed));
                    self.levels.as_mut()?.push(below);
                    if let Some(entry) = broken.filter(|entry| self.wants(entry.asset.key.expose())) {
                        return Some(entry);
                    }
                }
            }
        }
    }

    fn step(&self, level: &Level, name: &[u8], key: Vec<u8>, depth: usize) -> Step {
        match name.strip_suffix(b"/") {
            Some(bare) => self.step_to_folder(level, bare, key, depth),
            None => self.step_to_file(level, name, key),
        }
    }

    fn step_to_folder(&self, level: &Level, name: &[u8], key: Vec<u8>, depth: usize) -> Step {
        let all_before = self.after.as_deref().is_some_and(|after| !after.starts_with(&key) && key.as_slice() <= after);
        let in_scope = key.starts_with(&self.prefix) || self.prefix.starts_with(&key);
        if all_before || !in_scope || self.root.ignores(&key[..key.len() - 1]) {
            return Step::Pass;
        }
        let opened = if depth < MAX_DEPTH { open_level(level, name, key.clone()) } else { Err(Errno::NAMETOOLONG) };
        let reason = match opened {
            Ok(below) => return Step::Enter(below),
            Err(Errno::NOENT) => return Step::Pass,
            Err(Errno::ACCESS | Errno::PERM) => Reason::Denied,
            Err(Errno::LOOP | Errno::NOTDIR) => Reason::NotAFile,
            Err(Errno::NAMETOOLONG) => Reason::DepthLimit,
            Err(_) => Reason::ReadFailed,
        };
        if self.wants(&key) { Step::Entry(self.folder_entry(&key, reason)) } else { Step::Pass }
    }

    fn step_to_file(&self, level: &Level, name: &[u8], key: Vec<u8>) -> Step {
        if !self.wants(&key) || self.root.ignores(&key) {
            return Step::Pass;
        }
        match fs::statat(&level.folder, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) => Step::Entry(self.file_entry(key, &stat)),
            Err(Errno::NOENT) => Step::Pass,
            Err(Errno::ACCESS | Errno::PERM) => Step::Entry(self.folder_entry(&key, Reason::Denied)),
            Err(_) => Step::Entry(self.folder_entry(&key, Reason::ReadFailed)),
        }
    }

    /// Tells whether a key belongs to the part that is being listed; its end is checked where the walk ends.
    fn wants(&self, key: &[u8]) -> bool {
        key.starts_with(&self.prefix) && self.after.as_deref().is_none_or(|after| key > after)
    }

    fn file_entry(&self, key: Vec<u8>, stat: &Stat) -> Entry {
        let regular = FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile;
        let asset = AssetRef {
            store: self.root.id.clone(),
            key: AssetKey::new(key),
            version: regular.then(|| root::version_of(stat)),
            size: if regular { root::size(stat) } else { 0 },
            modified: Some(root::modified(stat)),
            storage_class: None,
            owner: Some(self.root.owners.name(stat.st_uid)),
        };
        Entry { asset, unreadable: (!regular).then_some(Reason::NotAFile) }
    }

    /// Makes the entry of something of which only the name is known.
    fn folder_entry(&self, key: &[u8], reason: Reason) -> Entry {
        let asset = AssetRef {
            store: self.root.id.clone(),
            key: AssetKey::new(key),
            version: None,
            size: 0,
            modified: None,
            storage_class: None,
            owner: None,
        };
        Entry { asset, unreadable: Some(reason) }
    }
}

/// Cuts a scope at the folders of the top level.
pub(super) fn shards(root: &Root, scope: &Scope, most: usize, top_names: usize) -> Vec<ListShard> {
    let Ok(top) = top_level(root) else { return vec![ListShard::whole(scope)] };
    if top.names.len() > top_names || !scope.prefix.is_empty() {
        return vec![ListShard::whole(scope)];
    }
    let folders: Vec<Vec<u8>> = top.names.filter(|name| name.ends_with(b"/")).map(|name| name.to_vec()).collect();
    ListShard::cut(scope, &crate::store::evenly(folders, most - 1))
}

fn top_level(root: &Root) -> Result<Level, Errno> {
    if let Some(only) = &root.only {
        let folder = rustix::io::dup(root.fd())?;
        return Ok(Level { folder, key: Vec::new(), names: vec![only.clone().into_boxed_slice()].into_iter(), broken: false });
    }
    let folder = root.open_for_listing()?;
    let (names, broken) = names_of(&folder)?;
    // A target of which only a part can be listed must not look like a smaller target.
    if broken { Err(Errno::IO) } else { Ok(Level { folder, key: Vec::new(), names, broken }) }
}

fn open_level(parent: &Level, name: &[u8], key: Vec<u8>) -> Result<Level, Errno> {
    let folder = root::open_folder(parent.folder.as_fd(), name)?;
    if root::shows_the_system(folder.as_fd()) {
        return Err(Errno::NOTDIR);
    }
    let (names, broken) = names_of(&folder)?;
    Ok(Level { folder, key, names, broken })
}

/// Reads the names in a folder, sorted, and tells whether the reading broke off.
fn names_of(folder: &OwnedFd) -> Result<(vec::IntoIter<Name>, bool), Errno> {
    let mut names: Vec<Name> = Vec::new();
    let mut broken = false;
    for entry in Dir::read_from(folder)? {
        let Ok(entry) = entry else {
            broken = true;
            break;
        };
        let name = entry.file_name().to_bytes();
        if matches!(name, b"." | b"..") {
            continue;
        }
        let is_folder = match entry.file_type() {
            FileType::Unknown => fs::statat(folder, entry.file_name(), AtFlags::SYMLINK_NOFOLLOW)
                .is_ok_and(|stat| FileType::from_raw_mode(stat.st_mode) == FileType::Directory),
            kind => kind == FileType::Directory,
        };
        names.push(if is_folder { [name, b"/"].concat().into_boxed_slice() } else { name.into() });
    }
    names.sort_unstable();
    Ok((names.into_iter(), broken))
}
