//! 7z archives: block by block, the entries of a block in the order in which they were packed.

use std::io::{self, BufReader, Read};

use sevenz_rust2::{Archive, ArchiveEntry, BlockDecoder, EncoderMethod, Error, Password};
use terrier_content::Sensitive;
use terrier_model::{Reason, Timestamp};

use crate::asset::{self, Input};
use crate::blocks::Blocks;
use crate::context::{Context, Halt};
use crate::source::reason_of;
use crate::stream::{Capped, Counting, SourceStream, Tolerant};
use crate::{Member, ReadAt};

/// What the list of entries may take, unpacked.
const MAX_LIST: usize = 32 << 20;

/// Reads an archive; each entry but folders is a member.
pub(crate) fn read(context: &mut Context<'_>, source: &dyn ReadAt) -> Result<(), Halt> {
    let blocks = Blocks::new(source);
    let mut input = BufReader::with_capacity(32 << 10, SourceStream::new(&blocks, 0, source.size()));
    let archive = Archive::read_with_memory_limit(&mut input, &Password::empty(), MAX_LIST >> 10).map_err(|error| reason(&error))?;
    for block in 0..archive.blocks.len() {
        read_block(context, &archive, block, &mut input)?;
    }
    for (entry, block) in archive.files.iter().zip(&archive.stream_map.file_block_index) {
        if block.is_none() && !passed_over(entry) {
            read_entry(context, entry, &mut io::empty())?;
        }
    }
    Ok(())
}

/// Reads the entries of a block. Where it breaks off the entries behind have the same reason.
fn read_block(context: &mut Context<'_>, archive: &Archive, block: usize, input: &mut BufReader<SourceStream<'_>>) -> Result<(), Halt> {
    let password = Password::empty();
    let limit = usize::try_from(context.limits.dictionary_bytes() >> 10).unwrap_or(usize::MAX);
    let decoder = BlockDecoder::new_with_memory_limit(1, limit, block, archive, &password, input);
    let entries = decoder.entries();
    let first = archive.stream_map.block_first_file_index[block];
    let entries = archive.files.get(first..first + entries.len()).unwrap_or_default();
    if is_encrypted(archive, block) {
        return refuse(context, entries, Reason::Encrypted);
    }
    let mut entered = 0;
    let mut halt = None;
    let result = decoder.for_each_entries(&mut |entry, content| {
        entered += 1;
        if passed_over(entry) {
            return Ok(true);
        }
        halt = read_entry(context, entry, content).err();
        Ok(halt.is_none())
    });
    match (halt, result) {
        (Some(halt), _) => Err(halt),
        (None, Ok(_)) => Ok(()),
        (None, Err(error)) => {
            let reason = reason(&error);
            context.miss(reason);
            refuse(context, &entries[entered..], reason)
        }
    }
}

/// Reads an entry to its end, since the next one begins there.
fn read_entry(context: &mut Context<'_>, entry: &ArchiveEntry, content: &mut dyn Read) -> Result<(), Halt> {
    let name = entry.name.as_bytes();
    context.member(member(entry), |context, consumed| {
        let mut content = Tolerant::new(Capped::new(content, context.budget));
        let result = asset::read(context, Input::Stream(&mut Counting::new(&mut content, consumed)), name);
        if result != Err(Halt::Stopped) {
            io::copy(&mut content, &mut io::sink())?;
        }
        match content.failure() {
            Some(reason) if result != Err(Halt::Stopped) => Err(reason.into()),
            _ => result,
        }
    })
}

/// Enters entries that cannot be read, each with the reason.
fn refuse(context: &mut Context<'_>, entries: &[ArchiveEntry], reason: Reason) -> Result<(), Halt> {
    for entry in entries.iter().filter(|entry| !passed_over(entry)) {
        context.member(member(entry), |_, _| Err(reason.into()))?;
    }
    Ok(())
}

fn member(entry: &ArchiveEntry) -> Member<'_> {
    Member {
        name: Sensitive::new(entry.name.as_bytes()),
        size: Some(entry.size),
        modified: entry.has_last_modified_date.then(|| timestamp(entry.last_modified_date.into())).flatten(),
    }
}

/// Folders, and the marks of what was deleted, have no content.
fn passed_over(entry: &ArchiveEntry) -> bool {
    entry.is_directory || entry.is_anti_item
}

fn is_encrypted(archive: &Archive, block: usize) -> bool {
    archive.blocks[block].coders.iter().any(|coder| coder.encoder_method_id() == EncoderMethod::ID_AES256_SHA256)
}

/// Turns a time of Windows, tenths of microseconds since 1601, into one of ours.
fn timestamp(time: u64) -> Option<Timestamp> {
    const FROM_1601_TO_1970: i64 = 11_644_473_600_000_000;
    i64::try_from(time / 10).ok()?.checked_sub(FROM_1601_TO_1970)
}

fn reason(error: &Error) -> Reason {
    match error {
        Error::Io(error, _) | Error::MaybeBadPassword(error) => reason_of(error),
        Error::MaxMemLimited { .. } => Reason::MemoryLimit,
        // What encrypts a list of entries is built in as little as other methods that are not.
        Error::UnsupportedCompressionMethod(name) if name == EncoderMethod::AES256_SHA256.name() => Reason::Encrypted,
        Error::PasswordRequired => Reason::Encrypted,
        Error::UnsupportedCompressionMethod(_) | Error::Unsupported(_) | Error::ExternalUnsupported | Error::UnsupportedVersion { .. } => {
            Reason::UnsupportedFormat
        }
        _ => Reason::Damaged,
    }
}
