use std::ffi::OsStr;
use std::fmt;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;

use thiserror::Error;

use crate::Scope;
use crate::database::DatabaseTarget;

/// What a user points at.
#[derive(Clone, PartialEq, Eq)]
pub enum Target {
    /// A folder, or a single file.
    Folder(PathBuf),
    /// A bucket, or the part of it whose keys begin with a prefix.
    S3 {
        /// The bucket's name, or an access point's alias.
        bucket: String,
        /// What keys begin with, exactly as given after the first `/`.
        prefix: Vec<u8>,
    },
    /// A database server, or a part of it.
    Database(DatabaseTarget),
    /// A virtual estate, which is computed and stored nowhere. Its connector lies in `terrier-sim`, which reads `estate`.
    Sim {
        /// What follows `sim://`: a seed, a scale, and perhaps a profile.
        estate: String,
    },
}

/// Says why a target cannot be understood. Does not repeat it, since a path can hold a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TargetError {
    /// Nothing was given.
    #[error("the target is empty; give a path or s3://bucket/prefix")]
    Empty,
    /// `s3://` without a bucket.
    #[error("the target names no bucket; write s3://bucket or s3://bucket/prefix")]
    NoBucket,
    /// Not a bucket's name.
    #[error("the target's bucket is not a valid bucket name; for an access point, use its alias")]
    BadBucket,
    /// A database's address without a server.
    #[error(
        "the target names no database server; write SCHEME://[user@]host[:port][/database], such as postgres://reader@db.internal/shop"
    )]
    NoServer,
    /// Not the address of a database.
    #[error(
        "the target is no valid address of a database; write SCHEME://[user@]host[:port][/database], with `/`, `?`, `#`, `@`, `:` and `%` \
         in a name or password percent-encoded"
    )]
    BadDatabase,
    /// `sqlite:` without a file.
    #[error("the target names no SQLite file; write sqlite:PATH")]
    NoFile,
    /// `sim://` without words for what it means.
    #[error("the target names no virtual estate; write sim://SEED/SCALE, such as sim://1/10k")]
    NoEstate,
    /// A scheme that no connector serves.
    #[error(
        "the target's scheme is not supported; give a path, s3://bucket/prefix, or a database as postgres://, mysql:// or redis:// \
         (for a path with `://` in it, begin with ./)"
    )]
    UnknownScheme,
}

impl Target {
    /// Reads a target as typed: a path, `file:///path`, `s3://bucket[/prefix]`, the address of a database, or `sim://SEED/SCALE`. The prefix
    /// in a bucket is taken as it is, undecoded. `sqlite:PATH` is the file, which is read by its format as any file is.
    pub fn parse(text: &OsStr) -> Result<Self, TargetError> {
        let bytes = text.as_bytes();
        if bytes.is_empty() {
            return Err(TargetError::Empty);
        }
        if let Some(rest) = strip_scheme(bytes, b"s3://") {
            return parse_s3(rest);
        }
        if let Some(rest) = strip_scheme(bytes, b"file://") {
            return Ok(Self::Folder(std::ffi::OsString::from_vec(rest.to_vec()).into()));
        }
        if let Some(rest) = strip_scheme(bytes, b"sqlite://").or_else(|| strip_scheme(bytes, b"sqlite:")) {
            let path = if rest.is_empty() { Err(TargetError::NoFile) } else { Ok(std::ffi::OsString::from_vec(rest.to_vec())) };
            return Ok(Self::Folder(path?.into()));
        }
        if let Some(database) = DatabaseTarget::parse(bytes) {
            return database.map(Self::Database);
        }
        if let Some(rest) = strip_scheme(bytes, b"sim://") {
            let estate = std::str::from_utf8(rest).ok().filter(|estate| !estate.is_empty()).ok_or(TargetError::NoEstate)?;
            return Ok(Self::Sim { estate: estate.to_owned() });
        }
        if has_scheme(bytes) {
            return Err(TargetError::UnknownScheme);
        }
        Ok(Self::Folder(PathBuf::from(text)))
    }

    /// Returns the scope that the target means inside its store.
    pub fn scope(&self) -> Scope {
        match self {
            Self::Folder(_) | Self::Sim { .. } => Scope::whole(),
            Self::S3 { prefix, .. } => Scope::prefix(prefix.clone()),
            Self::Database(target) => Scope::prefix(target.prefix()),
        }
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(_) => f.write_str("Folder"),
            Self::Database(target) => write!(f, "{target:?}"),
            Self::Sim { estate } => write!(f, "Sim({} bytes)", estate.len()),
            Self::S3 { bucket, prefix } => write!(f, "S3({bucket}, prefix of {} bytes)", prefix.len()),
        }
    }
}

fn parse_s3(rest: &[u8]) -> Result<Target, TargetError> {
    let (bucket, prefix) = match rest.iter().position(|byte| *byte == b'/') {
        Some(slash) => (&rest[..slash], &rest[slash + 1..]),
        None => (rest, &[][..]),
    };
    if bucket.is_empty() {
        return Err(TargetError::NoBucket);
    }
    let valid = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    if bucket.len() > 255 || !bucket.iter().all(valid) {
        return Err(TargetError::BadBucket);
    }
    let bucket = String::from_utf8(bucket.to_vec()).expect("a valid bucket name is ASCII");
    Ok(Target::S3 { bucket, prefix: prefix.to_vec() })
}

pub(crate) fn strip_scheme<'a>(text: &'a [u8], scheme: &[u8]) -> Option<&'a [u8]> {
    let head = text.get(..scheme.len())?;
    head.eq_ignore_ascii_case(scheme).then(|| &text[scheme.len()..])
}

fn has_scheme(text: &[u8]) -> bool {
    let end = text.iter().position(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'+' | b'-' | b'.'));
    end.is_some_and(|end| end > 0 && text[end..].starts_with(b"://"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &[u8], expect: Result<Target, TargetError>) {
        assert_eq!(Target::parse(OsStr::from_bytes(text)), expect);
    }

    fn s3(bucket: &str, prefix: &[u8]) -> Result<Target, TargetError> {
        Ok(Target::S3 { bucket: bucket.into(), prefix: prefix.into() })
    }

    #[test]
    fn targets_read_as_typed() {
        check(b"/srv/data", Ok(Target::Folder("/srv/data".into())));
        check(b"data", Ok(Target::Folder("data".into())));
        check(b"file:///srv/data", Ok(Target::Folder("/srv/data".into())));
        check(b"./gs://x", Ok(Target::Folder("./gs://x".into())));
        check(b"sqlite:app.db", Ok(Target::Folder("app.db".into())));
        check(b"sqlite:///srv/app.db", Ok(Target::Folder("/srv/app.db".into())));
        check(b"s3://b", s3("b", b""));
        check(b"s3://b/", s3("b", b""));
        check(b"S3://b/a b/%2F", s3("b", b"a b/%2F"));
        check(b"s3://b//lead", s3("b", b"/lead"));
        check(b"s3://b/\xff", s3("b", b"\xff"));
        check(b"sim://7/10M", Ok(Target::Sim { estate: "7/10M".into() }));
    }

    #[test]
    fn what_is_no_target_is_refused() {
        check(b"", Err(TargetError::Empty));
        check(b"s3://", Err(TargetError::NoBucket));
        check(b"s3:///key", Err(TargetError::NoBucket));
        check(b"s3://arn:aws:s3:eu-west-1:1:accesspoint/x", Err(TargetError::BadBucket));
        check(b"sim://", Err(TargetError::NoEstate));
        check(b"gs://b", Err(TargetError::UnknownScheme));
        check(b"sqlite:", Err(TargetError::NoFile));
        check(b"postgres://", Err(TargetError::NoServer));
        check(b"mysql://u:canary/x@h/d", Err(TargetError::BadDatabase));
    }

    #[test]
    fn debug_prints_no_path() {
        let target = Target::S3 { bucket: "b".into(), prefix: b"canary".to_vec() };
        assert!(!format!("{target:?} {:?} {:?}", Target::Folder("canary".into()), target.scope()).contains("canary"));
    }
}
