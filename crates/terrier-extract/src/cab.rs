//! Cabinets of Windows ([MS-CAB]): folder by folder, each of which is packed as a whole.

use std::io::{self, Read};

use flate2::{Decompress, FlushDecompress, Status};
use lzxd::{Lzxd, WindowSize};
use terrier_content::Sensitive;
use terrier_model::Reason;

use crate::blocks::Blocks;
use crate::context::{Context, Halt};
use crate::stream::{Capped, read_exact_at};
use crate::{Member, ReadAt, ReadError, sized};

const HEADER: usize = 36;
/// A block unpacks to no more than this, and MSZIP looks back no further.
const BLOCK: usize = 32 << 10;
/// Longest name.
const MAX_NAME: usize = 1024;

struct Folder {
    start: u64,
    blocks: u16,
    packing: u16,
    files: Vec<File>,
}

struct File {
    name: Vec<u8>,
    size: u64,
    /// Where it begins in its folder, unpacked.
    start: u64,
}

/// Reads a cabinet; each file in it is a member.
pub(crate) fn read(context: &mut Context<'_>, source: &dyn ReadAt) -> Result<(), Halt> {
    let source = Blocks::new(source);
    let mut parser = Parser { source: &source, at: 0 };
    let (mut folders, elsewhere, reserved) = parser.directory()?;
    for folder in &mut folders {
        folder.files.sort_by_key(|file| file.start);
        read_folder(context, &source, folder, reserved)?;
    }
    // Files that begin or end in another cabinet of a set.
    refuse(context, &elsewhere, Reason::Damaged)
}

fn read_folder(context: &mut Context<'_>, source: &dyn ReadAt, folder: &Folder, reserved: u8) -> Result<(), Halt> {
    let unpacker = match Unpacker::new(folder.packing) {
        Ok(unpacker) => unpacker,
        Err(reason) => return refuse(context, &folder.files, reason),
    };
    let unpacked = Unpacked { source, at: folder.start, left: folder.blocks, reserved, unpacker, block: Vec::new(), taken: 0 };
    let budget = context.budget;
    let mut content = Capped::new(unpacked, budget);
    let mut at = 0;
    for (index, file) in folder.files.iter().enumerate() {
        // Files follow each other; one that lies over another is none that a writer made.
        let result = match file.start.checked_sub(at) {
            Some(gap) => sized::skip(&mut content, gap).and_then(|()| sized::read(context, &mut content, &file.name, file.size, None)),
            None => Err(Reason::Damaged.into()),
        };
        match result {
            Ok(()) => at = file.start + file.size,
            Err(Halt::Because(reason @ Reason::Damaged)) => {
                context.miss(reason);
                // The one that broke off was entered, unless what stands before it did.
                return refuse(context, &folder.files[index + 1..], reason);
            }
            Err(halt) => return Err(halt),
        }
    }
    Ok(())
}

fn refuse(context: &mut Context<'_>, files: &[File], reason: Reason) -> Result<(), Halt> {
    for file in files {
        context.member(Member { name: Sensitive::new(&file.name), size: Some(file.size), modified: None }, |_, _| Err(reason.into()))?;
    }
    Ok(())
}

/// Reads the directory of a cabinet.
struct Parser<'s> {
    source: &'s dyn ReadAt,
    at: u64,
}

impl Parser<'_> {
    /// Returns the folders, the files that are not whole here, and how many bytes are set aside before each block.
    fn directory(&mut self) -> Result<(Vec<Folder>, Vec<File>, u8), Halt> {
        let header: [u8; HEADER] = self.take()?;
        let (folder_count, file_count) = (u16_at(&header, 26), u16_at(&header, 28));
        let flags = u16_at(&header, 30);
        let (mut per_folder, mut per_block) = (0, 0);
        if flags & 4 != 0 {
            let [low, high, folder, block] = self.take()?;
            self.at += u64::from(u16::from_le_bytes([low, high]));
            (per_folder, per_block) = (folder, block);
        }
        // The names of the cabinets before and behind, and of their disks.
        for flag in [1, 1, 2, 2] {
            if flags & flag != 0 {
                self.name()?;
            }
        }
        let mut folders = Vec::new();
        for _ in 0..folder_count {
            let folder: [u8; 8] = self.take()?;
            self.at += u64::from(per_folder);
            folders.push(Folder { start: u32_at(&folder, 0), blocks: u16_at(&folder, 4), packing: u16_at(&folder, 6), files: Vec::new() });
        }
        self.at = u32_at(&header, 16);
        let mut elsewhere = Vec::new();
        for _ in 0..file_count {
            let entry: [u8; 16] = self.take()?;
            let file = File { name: self.name()?, size: u32_at(&entry, 0), start: u32_at(&entry, 4) };
            match folders.get_mut(usize::from(u16_at(&entry, 8))) {
                Some(folder) => folder.files.push(file),
                None => elsewhere.push(file),
            }
        }
        Ok((folders, elsewhere, per_block))
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], ReadError> {
        let mut bytes = [0; N];
        read_exact_at(self.source, self.at, &mut bytes)?;
        self.at += N as u64;
        Ok(bytes)
    }

    fn name(&mut self) -> Result<Vec<u8>, ReadError> {
        let mut name = Vec::new();
        loop {
            let [byte] = self.take()?;
            if byte == 0 {
                return Ok(name);
            }
            name.push(byte);
            if name.len() > MAX_NAME {
                return Err(ReadError::new(Reason::Damaged));
            }
        }
    }
}

enum Unpacker {
    Stored,
    /// Deflate that starts anew with each block, but looks back into the one before.
    Zip(Vec<u8>),
    Lzx(Box<Lzxd>),
}

impl Unpacker {
    fn new(packing: u16) -> Result<Self, Reason> {
        Ok(match packing & 0xF {
            0 => Self::Stored,
            1 => Self::Zip(Vec::new()),
            3 => Self::Lzx(Box::new(Lzxd::new(match packing >> 8 & 0x1F {
                15 => WindowSize::KB32,
                16 => WindowSize::KB64,
                17 => WindowSize::KB128,
                18 => WindowSize::KB256,
                19 => WindowSize::KB512,
                20 => WindowSize::MB1,
                21 => WindowSize::MB2,
                _ => return Err(Reason::Damaged),
            }))),
            _ => return Err(Reason::UnsupportedFormat),
        })
    }

    /// Unpacks a block that says it unpacks to `len` bytes.
    fn unpack(&mut self, packed: Vec<u8>, len: usize) -> Option<Vec<u8>> {
        match self {
            Self::Stored => Some(packed),
            Self::Zip(before) => {
                let mut inflate = Decompress::new(false);
                if !before.is_empty() {
                    inflate.set_dictionary(before).ok()?;
                }
                let mut block = Vec::with_capacity(len);
                let status = inflate.decompress_vec(packed.strip_prefix(b"CK")?, &mut block, FlushDecompress::Finish).ok()?;
                before.extend_from_slice(&block);
                before.drain(..before.len().saturating_sub(BLOCK));
                (status == Status::StreamEnd || block.len() == len).then_some(block)
            }
            Self::Lzx(lzx) => lzx.decompress_next(&packed, len).ok().map(<[u8]>::to_vec),
        }
    }
}

/// A folder, unpacked block by block.
struct Unpacked<'s> {
    source: &'s dyn ReadAt,
    at: u64,
    left: u16,
    reserved: u8,
    unpacker: Unpacker,
    block: Vec<u8>,
    taken: usize,
}

impl Unpacked<'_> {
    fn next_block(&mut self) -> io::Result<()> {
        let damaged = || ReadError::new(Reason::Damaged);
        let mut header = [0; 8];
        read_exact_at(self.source, self.at, &mut header)?;
        let (packed_len, len) = (usize::from(u16_at(&header, 4)), usize::from(u16_at(&header, 6)));
        if len > BLOCK {
            return Err(damaged().into());
        }
        self.at += 8 + u64::from(self.reserved);
        let mut packed = vec![0; packed_len];
        read_exact_at(self.source, self.at, &mut packed)?;
        self.at += packed_len as u64;
        self.left -= 1;
        self.block = self.unpacker.unpack(packed, len).filter(|block| block.len() == len).ok_or_else(damaged)?;
        self.taken = 0;
        Ok(())
    }
}

impl Read for Unpacked<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.block.len() {
            if self.left == 0 {
                return Ok(0);
            }
            self.next_block()?;
        }
        let rest = &self.block[self.taken..];
        let taken = rest.len().min(buf.len());
        buf[..taken].copy_from_slice(&rest[..taken]);
        self.taken += taken;
        Ok(taken)
    }
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn u32_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]))
}
