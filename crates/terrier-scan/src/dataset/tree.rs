//! The folders of a store as templates, with those that are too many to have been named by hand taken together.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::template::{ANY, ending, of_file, of_folder};

/// Folders beside each other, counted by template, up to which each is a place of its own. More were made by a program or by many people
/// for the same purpose: homes, tenants, devices.
const MOST_FOLDERS: usize = 50;

/// The same of files with one ending in a folder.
const MOST_FILES: usize = 16;

/// Parts of a key that are looked at; deeper folders count as the last one.
const DEEPEST: usize = 64;

const ROOT: usize = 0;

/// Learns which names there are, and tells afterwards which of them belong together.
///
/// What it tells depends on the set of names only, not on their order: whether names are taken together follows from their number.
#[derive(Debug)]
pub(super) struct Tree {
    nodes: Vec<Node>,
    /// The folders of the key that was added last, and where they lead: most keys of a listing lie where the one before does.
    last: Option<(Vec<u8>, usize)>,
}

#[derive(Debug, Default)]
struct Node {
    parent: usize,
    name: Vec<u8>,
    folders: BTreeMap<Vec<u8>, usize>,
    /// File templates by ending; too many of an ending are [`ANY`].
    files: BTreeMap<Vec<u8>, BTreeSet<Vec<u8>>>,
}

/// Where assets belong: a folder of the tree, and the template of their names in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Family<F> {
    pub(super) folder: usize,
    pub(super) file: F,
}

impl Default for Tree {
    fn default() -> Self {
        Self { nodes: vec![Node::default()], last: None }
    }
}

/// Tells where keys belong that come in the order of a listing: most lie in the folder of the one before.
pub(super) struct Finder<'t> {
    tree: &'t Tree,
    last: Option<(Vec<u8>, usize)>,
    ending: Vec<u8>,
    file: Vec<u8>,
}

impl Finder<'_> {
    /// Tells where a key that was added belongs.
    pub(super) fn family(&mut self, key: &[u8]) -> Family<&[u8]> {
        let (path, file) = split(key);
        let folder = match &self.last {
            Some((last, folder)) if last == path => *folder,
            _ => {
                let folder = self.tree.folder(path);
                let (last, known) = self.last.get_or_insert_default();
                last.clear();
                last.extend_from_slice(path);
                *known = folder;
                folder
            }
        };
        self.ending.clear();
        self.ending.extend(ending(file).iter().map(u8::to_ascii_lowercase));
        self.file.clear();
        match self.tree.nodes[folder].files.get(&self.ending) {
            Some(names) if names.contains(ANY) => {
                self.file.extend_from_slice(ANY);
                self.file.extend_from_slice(&self.ending);
            }
            _ => of_file(file, &mut self.file),
        }
        Family { folder, file: &self.file }
    }
}

impl Tree {
    /// Learns of a key.
    pub(super) fn add(&mut self, key: &[u8]) {
        let (path, file) = split(key);
        let folder = match &self.last {
            Some((last, folder)) if last == path => *folder,
            _ => {
                let folder = folders(path).fold(ROOT, |at, folder| self.add_folder(at, of_folder(folder)));
                self.last = Some((path.to_vec(), folder));
                folder
            }
        };
        let ending = lower(ending(file));
        let files = &mut self.nodes[folder].files;
        match files.get_mut(&*ending) {
            Some(names) if names.contains(ANY) => {}
            Some(names) => add_name(names, template_of(file)),
            None => drop(files.insert(ending.into_owned(), BTreeSet::from([template_of(file)]))),
        }
    }

    pub(super) fn finder(&self) -> Finder<'_> {
        Finder { tree: self, last: None, ending: Vec::new(), file: Vec::new() }
    }

    /// Returns where the folders of a key that was added lead.
    fn folder(&self, path: &[u8]) -> usize {
        folders(path).fold(ROOT, |at, folder| {
            let known = &self.nodes[at].folders;
            *known.get(&of_folder(folder)).or_else(|| known.get(ANY)).expect("the key was added")
        })
    }

    /// Writes a family as a pattern of keys.
    pub(super) fn pattern(&self, family: Family<&[u8]>) -> Vec<u8> {
        let mut names = vec![family.file];
        let mut at = family.folder;
        while at != ROOT {
            names.push(&self.nodes[at].name);
            at = self.nodes[at].parent;
        }
        names.reverse();
        names.join(&b'/')
    }

    fn add_folder(&mut self, parent: usize, template: Vec<u8>) -> usize {
        let known = &self.nodes[parent].folders;
        if let Some(node) = known.get(&template).or_else(|| known.get(ANY)) {
            return *node;
        }
        let node = self.nodes.len();
        self.nodes.push(Node { parent, name: template.clone(), ..Node::default() });
        self.nodes[parent].folders.insert(template, node);
        self.take_folders_together(parent);
        self.nodes[parent].folders.get(ANY).copied().unwrap_or(node)
    }

    /// Makes one folder of all, where they are too many.
    fn take_folders_together(&mut self, parent: usize) {
        if self.nodes[parent].folders.len() <= MOST_FOLDERS {
            return;
        }
        let mut folders = std::mem::take(&mut self.nodes[parent].folders).into_values();
        let together = folders.next().expect("more folders than the most are some");
        self.nodes[together].name = ANY.to_vec();
        self.nodes[parent].folders.insert(ANY.to_vec(), together);
        for folder in folders {
            self.merge(folder, together);
        }
    }

    fn merge(&mut self, from: usize, into: usize) {
        let Node { folders, files, .. } = std::mem::take(&mut self.nodes[from]);
        for (ending, names) in files {
            for name in names {
                add_name(self.nodes[into].files.entry(ending.clone()).or_default(), name);
            }
        }
        for (name, folder) in folders {
            let known = &self.nodes[into].folders;
            let same = if name == ANY { None } else { known.get(&name).or_else(|| known.get(ANY)).copied() };
            match same {
                Some(same) => self.merge(folder, same),
                None => self.adopt(folder, name, into),
            }
        }
    }

    /// Hangs a folder into another one, which has none of that name.
    fn adopt(&mut self, folder: usize, name: Vec<u8>, parent: usize) {
        self.nodes[folder].parent = parent;
        if name == ANY {
            // Its siblings were too many, so those that it meets here are too.
            let others = std::mem::take(&mut self.nodes[parent].folders);
            self.nodes[parent].folders.insert(name, folder);
            others.into_values().for_each(|other| self.merge(other, folder));
        } else {
            self.nodes[parent].folders.insert(name, folder);
            self.take_folders_together(parent);
        }
    }
}

fn template_of(file: &[u8]) -> Vec<u8> {
    let mut template = Vec::with_capacity(file.len());
    of_file(file, &mut template);
    template
}

fn lower(ending: &[u8]) -> Cow<'_, [u8]> {
    if ending.iter().any(u8::is_ascii_uppercase) { Cow::Owned(ending.to_ascii_lowercase()) } else { Cow::Borrowed(ending) }
}

fn add_name(names: &mut BTreeSet<Vec<u8>>, name: Vec<u8>) {
    if names.contains(ANY) {
        return;
    }
    names.insert(name);
    if names.len() > MOST_FILES || names.contains(ANY) {
        *names = BTreeSet::from([ANY.to_vec()]);
    }
}

/// Cuts a key behind its last `/`, into its folders and its file.
fn split(key: &[u8]) -> (&[u8], &[u8]) {
    key.split_at(key.iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1))
}

/// The names of the folders of a path, which ends in `/` unless it has none.
fn folders(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    path.strip_suffix(b"/").into_iter().flat_map(|path| path.split(|byte| *byte == b'/')).take(DEEPEST)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn patterns<K: AsRef<[u8]>>(keys: &[K]) -> Vec<String> {
        let mut tree = Tree::default();
        keys.iter().for_each(|key| tree.add(key.as_ref()));
        let mut finder = tree.finder();
        let families: BTreeSet<Vec<u8>> = keys.iter().map(|key| tree.pattern(finder.family(key.as_ref()))).collect();
        families.into_iter().map(|pattern| String::from_utf8(pattern).unwrap()).collect()
    }

    #[test]
    fn partitions_and_parts_are_one_family() {
        let keys: Vec<String> = (0..40).map(|n| format!("logs/dt=2024-05-{:02}/part-{n:05}.parquet", n % 30 + 1)).collect();
        assert_eq!(patterns(&keys), ["logs/dt=*/part-{n}.parquet"]);
    }

    #[test]
    fn few_names_are_told_apart() {
        assert_eq!(patterns(&["hr/payroll.csv", "hr/staff.csv", "readme.md"]), ["hr/payroll.csv", "hr/staff.csv", "readme.md"]);
    }

    #[test]
    fn many_files_of_an_ending_are_one_family() {
        let words = ["alpha", "beta", "gamma", "delta", "epsilon"];
        let names = words.iter().flat_map(|one| words.iter().map(move |two| format!("docs/{one}-{two}.docx")));
        let mut keys: Vec<String> = names.collect();
        keys.push("docs/index.html".to_owned());
        assert_eq!(patterns(&keys), ["docs/*.docx", "docs/index.html"]);
    }

    #[test]
    fn many_folders_are_one() {
        let letters = || (b'a'..=b'z').map(char::from);
        let names = letters().flat_map(|one| ["x", "y", "z"].map(|two| format!("home/{one}{two}/notes.txt")));
        let mut keys: Vec<String> = names.collect();
        keys.push("home/ax/private/key.pem".to_owned());
        assert_eq!(patterns(&keys), ["home/*/notes.txt", "home/*/private/key.pem"]);
    }

    #[test]
    fn odd_keys_have_families() {
        assert_eq!(patterns(&["", "/", "//a", "a/", "a//b"]), ["", "/", "//a", "a/", "a//b"]);
    }

    fn keys() -> impl Strategy<Value = Vec<String>> {
        let name = prop_oneof!["[a-z]{1,2}", "[a-c]", Just("d=1".to_owned()), Just(String::new())];
        let key = proptest::collection::vec(name, 1..4).prop_map(|names| names.join("/"));
        proptest::collection::vec(key, 0..400)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn families_do_not_depend_on_the_order(keys in keys()) {
            let mut turned = keys.clone();
            turned.reverse();
            prop_assert_eq!(patterns(&keys), patterns(&turned));
        }
    }
}
