//! Tar archives, read as a stream.

use std::io::Read;

use tar::{Archive, EntryType};
use terrier_content::Sensitive;
use terrier_model::Reason;

use crate::Member;
use crate::asset::{self, Input};
use crate::context::{Context, Halt};
use crate::stream::{Counting, Tolerant};

/// Longest name that is passed on.
const MAX_NAME: usize = 16 << 10;

/// Reads an archive; each file in it is a member. Archives that were written one behind the other are all read.
pub(crate) fn read(context: &mut Context<'_>, input: &mut dyn Read) -> Result<(), Halt> {
    let mut archive = Archive::new(input);
    archive.set_ignore_zeros(true);
    for entry in archive.entries()? {
        let mut entry = entry?;
        let header = entry.header();
        if !matches!(header.entry_type(), EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse)
            || entry.path_bytes().ends_with(b"/")
        {
            continue;
        }
        let modified = header.mtime().ok().and_then(|seconds| i64::try_from(seconds).ok()?.checked_mul(1_000_000));
        let name = entry.path_bytes().into_owned();
        let name = &name[..name.len().min(MAX_NAME)];
        let size = entry.size();
        context.member(Member { name: Sensitive::new(name), size: Some(size), modified }, |context, consumed| {
            let mut content = Tolerant::new(&mut entry);
            let result = asset::read(context, Input::Stream(&mut Counting::new(&mut content, consumed)), name);
            match content.failure() {
                Some(reason) if result != Err(Halt::Stopped) => Err(reason.into()),
                // An archive that ends inside a member is cut, though its reader calls it an end.
                _ if result.is_ok() && consumed.get() < size => Err(Reason::Damaged.into()),
                _ => result,
            }
        })?;
    }
    Ok(())
}
