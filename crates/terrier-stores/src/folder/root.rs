use std::collections::HashSet;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fs::{self, AtFlags, FileType, Mode, OFlags, Stat};
use rustix::io::Errno;
use terrier_model::{StoreId, Timestamp, Version};

use super::owner::Owners;
use crate::StoreError;
use crate::error::ErrorKind;

/// Flags of a folder that is only passed through: on Linux that needs the right to search it, not the right to read it.
#[cfg(target_os = "linux")]
const PASS_THROUGH: OFlags = OFlags::PATH;
#[cfg(not(target_os = "linux"))]
const PASS_THROUGH: OFlags = OFlags::RDONLY;

/// The folder that is the target.
pub(super) struct Root {
    pub(super) id: StoreId,
    pub(super) owners: Owners,
    /// The one name that belongs to the target, where the target is a single file.
    pub(super) only: Option<Vec<u8>>,
    folder: OwnedFd,
    ignored: HashSet<Vec<u8>>,
    all_ignored: bool,
}

impl Root {
    pub(super) fn open(target: &Path, ignore: &[PathBuf]) -> Result<Self, StoreError> {
        let path = std::fs::canonicalize(target).map_err(|error| {
            let errno = Errno::from_io_error(&error).unwrap_or(Errno::IO);
            error_of(errno, "the target folder cannot be opened")
        })?;
        let metadata = std::fs::metadata(&path).map_err(|_| StoreError::new(ErrorKind::NotFound, "the target folder is gone"))?;
        let (path, only) = if metadata.is_dir() { (path, None) } else { file_in_folder(path) };

        let access = if only.is_some() { PASS_THROUGH } else { OFlags::RDONLY };
        let folder = fs::open(&path, access | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())
            .map_err(|errno| error_of(errno, "the target folder cannot be opened"))?;
        if shows_the_system(folder.as_fd()) {
            return Err(StoreError::new(
                ErrorKind::Unsupported,
                "the target is a view of the running system, not stored data; give another folder",
            ));
        }
        let ignored: Vec<PathBuf> = ignore.iter().map(|path| resolve(path)).collect();
        Ok(Self {
            id: StoreId::new(format!("file://{}", percent_encoded(path.as_os_str().as_bytes()))),
            owners: Owners::load(),
            only,
            folder,
            all_ignored: ignored.iter().any(|ignored| path.starts_with(ignored)),
            ignored: ignored.iter().filter_map(|ignored| Some(ignored.strip_prefix(&path).ok()?.as_os_str().as_bytes().to_vec())).collect(),
        })
    }

    /// Tells whether a key, without a closing `/`, is never to be listed.
    pub(super) fn ignores(&self, key: &[u8]) -> bool {
        self.all_ignored || self.ignored.contains(key)
    }

    pub(super) fn fd(&self) -> BorrowedFd<'_> {
        self.folder.as_fd()
    }

    /// Opens the folder that is to be listed.
    pub(super) fn open_for_listing(&self) -> Result<OwnedFd, Errno> {
        open_folder(self.fd(), b".")
    }

    /// Opens the regular file at a key, step by step, through no link.
    pub(super) fn open_file(&self, key: &[u8]) -> Result<OwnedFd, StoreError> {
        let (folders, name) = match key.iter().rposition(|byte| *byte == b'/') {
            Some(slash) => (Some(&key[..slash]), &key[slash + 1..]),
            None => (None, key),
        };
        let mut folder: Option<OwnedFd> = None;
        for step in folders.into_iter().flat_map(|folders| folders.split(|byte| *byte == b'/')) {
            let at = folder.as_ref().map_or(self.fd(), AsFd::as_fd);
            let flags = PASS_THROUGH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            folder = Some(fs::openat(at, name_of(step)?, flags, Mode::empty()).map_err(reading)?);
        }
        open_regular(folder.as_ref().map_or(self.fd(), AsFd::as_fd), name_of(name)?)
    }
}

/// Tells whether a folder is a view of the running system (`/proc`, `/sys` and the like), whose files have no content of their own:
/// `/proc/kcore` is the whole memory.
#[cfg(target_os = "linux")]
pub(super) fn shows_the_system(folder: BorrowedFd<'_>) -> bool {
    // proc, sysfs, cgroup, cgroup2, debugfs, tracefs, securityfs, bpf, pstore, configfs, efivarfs, devpts, mqueue, fusectl,
    // binfmt_misc, selinux, nsfs: the numbers of linux/magic.h, which no file system shares.
    const VIEWS: [u64; 17] = [
        0x9fa0,
        0x6265_6572,
        0x0027_e0eb,
        0x6367_7270,
        0x6462_6720,
        0x7472_6163,
        0x7363_6673,
        0xcafe_4a11,
        0x6165_676c,
        0x6265_6570,
        0xde5e_81e4,
        0x1cd1,
        0x1980_0202,
        0x6573_5543,
        0x4249_4e4d,
        0xf97c_ff8c,
        0x6e73_6673,
    ];
    fs::fstatfs(folder).is_ok_and(|stat| VIEWS.contains(&(stat.f_type as u64 & 0xffff_ffff)))
}

#[cfg(not(target_os = "linux"))]
pub(super) fn shows_the_system(_folder: BorrowedFd<'_>) -> bool {
    false
}

/// Opens a folder below another for listing, unless it is a link.
pub(super) fn open_folder(parent: BorrowedFd<'_>, name: &[u8]) -> Result<OwnedFd, Errno> {
    fs::openat(parent, name, OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC, Mode::empty())
}

/// Opens a regular file. Looks before it opens, since opening alone can already act on a device; should the file be swapped in
/// between, the flags keep the opening from waiting, and the caller looks again.
fn open_regular(folder: BorrowedFd<'_>, name: &[u8]) -> Result<OwnedFd, StoreError> {
    let stat = fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW).map_err(reading)?;
    if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
        return Err(StoreError::new(ErrorKind::Changed, "a file is no longer a regular file"));
    }
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    // A scan should not make old files look used. Only a file's owner may ask for that.
    #[cfg(target_os = "linux")]
    match fs::openat(folder, name, flags | OFlags::NOATIME, Mode::empty()) {
        Err(Errno::PERM) => {}
        opened => return opened.map_err(reading),
    }
    fs::openat(folder, name, flags, Mode::empty()).map_err(reading)
}

fn name_of(step: &[u8]) -> Result<&[u8], StoreError> {
    if matches!(step, b"" | b"." | b"..") || step.contains(&0) {
        return Err(StoreError::new(ErrorKind::NotFound, "a key names no file"));
    }
    Ok(step)
}

fn reading(errno: Errno) -> StoreError {
    error_of(errno, "a file cannot be opened")
}

/// Says what an error of the file system means to a caller.
pub(super) fn error_of(errno: Errno, what: &'static str) -> StoreError {
    let kind = match errno {
        Errno::NOENT => ErrorKind::NotFound,
        Errno::ACCESS | Errno::PERM => ErrorKind::Denied { action: "read".into() },
        // What was listed as a folder or a file has become a link or something else.
        Errno::LOOP | Errno::NOTDIR | Errno::NXIO => ErrorKind::Changed,
        _ => ErrorKind::Transient,
    };
    StoreError::new(kind, what)
}

/// Returns what tells one content of a file from the next.
pub(super) fn version_of(stat: &Stat) -> Version {
    let nanoseconds = i128::from(stat.st_mtime) * 1_000_000_000 + i128::from(stat.st_mtime_nsec);
    Version::new(format!("{nanoseconds}-{}", stat.st_size))
}

pub(super) fn modified(stat: &Stat) -> Timestamp {
    stat.st_mtime.saturating_mul(1_000_000).saturating_add(Timestamp::try_from(stat.st_mtime_nsec / 1000).unwrap_or(0))
}

pub(super) fn size(stat: &Stat) -> u64 {
    u64::try_from(stat.st_size).unwrap_or(0)
}

fn file_in_folder(mut path: PathBuf) -> (PathBuf, Option<Vec<u8>>) {
    let name = path.file_name().map(|name| name.as_bytes().to_vec());
    path.pop();
    (path, name)
}

/// Resolves the part of a path that exists; the rest may come to exist later.
fn resolve(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    for ancestor in absolute.ancestors() {
        if let (Ok(real), Ok(rest)) = (std::fs::canonicalize(ancestor), absolute.strip_prefix(ancestor)) {
            // Joining an empty rest would add a closing slash.
            return if rest.as_os_str().is_empty() { real } else { real.join(rest) };
        }
    }
    absolute
}

fn percent_encoded(path: &[u8]) -> String {
    let mut encoded = String::with_capacity(path.len());
    for byte in path {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' | b'+' | b',' | b'@' | b'=' | b':' => {
                encoded.push(char::from(*byte));
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}
