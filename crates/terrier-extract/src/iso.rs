//! ISO 9660 images (ECMA-119), with the names of Joliet where there are some: files are members.

use std::collections::HashSet;

use terrier_content::Sensitive;
use terrier_model::Reason;

use crate::asset::{self, Input};
use crate::blocks::Blocks;
use crate::context::{Context, Halt};
use crate::stream::{Counting, SourceStream, Tolerant, read_exact_at};
use crate::{Member, ReadAt};

const SECTOR: u64 = 2048;
/// Where the descriptors begin.
const DESCRIPTORS: u64 = 16;
/// Descriptors that are looked at, and folders that are read.
const MOST_DESCRIPTORS: u64 = 64;
const MOST_FOLDERS: usize = 100_000;
/// Longest list of a folder.
const MAX_FOLDER: u64 = 16 << 20;
/// Longest path.
const MAX_PATH: usize = 16 << 10;
/// Length of an entry without its name.
const ENTRY: usize = 33;

/// Tells an image by its first descriptor.
pub(crate) fn is_iso(head: &[u8]) -> bool {
    let at = (DESCRIPTORS * SECTOR) as usize;
    head.get(at + 1..at + 6).is_some_and(|magic| magic == b"CD001")
}

/// A folder that is still to be read.
struct Folder {
    path: Vec<u8>,
    start: u64,
    len: u64,
}

/// Reads an image.
pub(crate) fn read(context: &mut Context<'_>, source: &dyn ReadAt) -> Result<(), Halt> {
    let blocks = Blocks::new(source);
    let (root, wide) = root(&blocks)?;
    let mut folders = vec![root];
    let mut seen = HashSet::new();
    while let Some(folder) = folders.pop() {
        if !seen.insert(folder.start) || seen.len() > MOST_FOLDERS || folder.len > MAX_FOLDER {
            context.miss(Reason::Damaged);
            continue;
        }
        let mut list = vec![0; usize::try_from(folder.len).map_err(|_| Reason::Damaged)?];
        match read_exact_at(&blocks, folder.start, &mut list) {
            Err(error) if error.reason == Reason::Damaged => {
                context.miss(Reason::Damaged);
                continue;
            }
            result => result?,
        }
        for entry in entries(&list) {
            read_entry(context, &blocks, &folder, entry, wide, &mut folders)?;
        }
    }
    Ok(())
}

/// Finds the root folder: that of Joliet, whose names are in UTF-16, before the plain one.
fn root(source: &dyn ReadAt) -> Result<(Folder, bool), Halt> {
    let mut found = None;
    for number in DESCRIPTORS..DESCRIPTORS + MOST_DESCRIPTORS {
        let mut descriptor = [0; SECTOR as usize];
        read_exact_at(source, number * SECTOR, &mut descriptor)?;
        if &descriptor[1..6] != b"CD001" {
            break;
        }
        let is_joliet = descriptor[88..91].starts_with(b"%/") && matches!(descriptor[90], b'@' | b'C' | b'E');
        let wide = match descriptor[0] {
            1 => false,
            2 if is_joliet => true,
            255 => break,
            _ => continue,
        };
        if found.is_none() || wide {
            let (start, len) = extent(&descriptor[156..190]);
            found = Some((Folder { path: Vec::new(), start, len }, wide));
        }
    }
    Ok(found.ok_or(Reason::Damaged)?)
}

/// Returns where an entry's content lies: its first sector and its length stand in both byte orders.
fn extent(entry: &[u8]) -> (u64, u64) {
    let at = |at: usize| u64::from(u32::from_le_bytes([entry[at], entry[at + 1], entry[at + 2], entry[at + 3]]));
    (at(2) * SECTOR, at(10))
}

/// Goes over the entries of a folder, none of which lies across two sectors.
fn entries(list: &[u8]) -> impl Iterator<Item = &[u8]> {
    list.chunks(SECTOR as usize).flat_map(|sector| {
        let mut rest = sector;
        std::iter::from_fn(move || {
            let len = usize::from(*rest.first()?);
            let (entry, behind) = rest.split_at_checked(len).filter(|(entry, _)| entry.len() > ENTRY)?;
            rest = behind;
            Some(entry)
        })
    })
}

fn read_entry(
    context: &mut Context<'_>,
    source: &dyn ReadAt,
    folder: &Folder,
    entry: &[u8],
    wide: bool,
    folders: &mut Vec<Folder>,
) -> Result<(), Halt> {
    let name = entry.get(ENTRY..ENTRY + usize::from(entry[32])).unwrap_or_default();
    // The folder itself, and the one above it.
    if matches!(name, [0 | 1]) {
        return Ok(());
    }
    let name = if wide { encoding_rs::UTF_16BE.decode_without_bom_handling(name).0.into_owned().into_bytes() } else { name.to_vec() };
    // A version stands behind each name.
    let name = name.strip_suffix(b";1").unwrap_or(&name);
    let path = if folder.path.is_empty() { name.to_vec() } else { [folder.path.as_slice(), b"/", name].concat() };
    let (start, len) = extent(entry);
    if path.len() > MAX_PATH {
        context.miss(Reason::Damaged);
        return Ok(());
    }
    if entry[25] & 2 != 0 {
        folders.push(Folder { path, start, len });
        return Ok(());
    }
    let member = Member { name: Sensitive::new(&path), size: Some(len), modified: None };
    context.member(member, |context, consumed| {
        let end = start.saturating_add(len);
        // Files may share their place, so that a small image may list much.
        context.budget.spend_decoded(len.min(source.size()))?;
        let mut content = Tolerant::new(SourceStream::new(source, start, end.min(source.size())));
        let result = asset::read(context, Input::Stream(&mut Counting::new(&mut content, consumed)), &path);
        match content.failure() {
            Some(reason) if result != Err(Halt::Stopped) => Err(reason.into()),
            _ if result.is_ok() && end > source.size() => Err(Reason::Damaged.into()),
            _ => result,
        }
    })
}
