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
    /// A container of Azure Blob Storage, or the part of it whose names begin with a prefix.
    Azure {
        /// The storage account's name.
        account: String,
        /// The container's name.
        container: String,
        /// What names begin with, exactly as given after the container's `/`.
        prefix: Vec<u8>,
    },
    /// A bucket of Google Cloud Storage, or the part of it whose names begin with a prefix.
    Gcs {
        /// The bucket's name.
        bucket: String,
        /// What names begin with, exactly as given after the first `/`.
        prefix: Vec<u8>,
    },
    /// Everything of an account: [`expand`](crate::expand) finds out what that is.
    Account(Account),
    /// A virtual estate, which is computed and stored nowhere. Its connector lies in `terrier-sim`, which reads `estate`.
    Sim {
        /// What follows `sim://`: a seed, a scale, and perhaps a profile.
        estate: String,
    },
}

/// An account whose buckets or containers are all meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Account {
    /// The account of AWS that the credentials belong to: `s3://`.
    S3,
    /// A storage account: `azblob://ACCOUNT`.
    Azure {
        /// Its name.
        account: String,
    },
}

/// Says why a target cannot be understood. Does not repeat it, since a path can hold a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TargetError {
    /// Nothing was given.
    #[error("the target is empty; give a path, s3://bucket/prefix, azblob://account/container/prefix or gs://bucket/prefix")]
    Empty,
    /// A scheme without a bucket where one must be named.
    #[error("the target names no bucket; write s3://bucket or gs://bucket, or s3:// for every bucket of the account")]
    NoBucket,
    /// `azblob://` without an account.
    #[error("the target names no storage account; write azblob://account/container, or azblob://account for every container")]
    NoAccount,
    /// Not the name of an account or container.
    #[error("the target's storage account or container has no valid name; write azblob://account/container/prefix")]
    BadContainer,
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
        "the target's scheme is not supported; give a path, s3://…, azblob://…, gs://…, or a database as postgres://, mysql:// or redis:// \
         (for a path with `://` in it, begin with ./)"
    )]
    UnknownScheme,
}

impl Target {
    /// Reads a target as typed: a path, `file:///path`, `s3://[bucket[/prefix]]`, `azblob://account[/container[/prefix]]`,
    /// `gs://bucket[/prefix]`, the address of a database, or `sim://SEED/SCALE`. A prefix is taken as it is, undecoded. `sqlite:PATH` is the
    /// file, which is read by its format as any file is.
    pub fn parse(text: &OsStr) -> Result<Self, TargetError> {
        let bytes = text.as_bytes();
        if bytes.is_empty() {
            return Err(TargetError::Empty);
        }
        if let Some(rest) = strip_scheme(bytes, b"s3://") {
            return parse_s3(rest);
        }
        if let Some(rest) = strip_scheme(bytes, b"azblob://") {
            return parse_azure(rest);
        }
        if let Some(rest) = strip_scheme(bytes, b"gs://") {
            let (bucket, prefix) = parse_bucket(rest)?;
            return Ok(Self::Gcs { bucket, prefix });
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
            Self::Folder(_) | Self::Account(_) | Self::Sim { .. } => Scope::whole(),
            Self::S3 { prefix, .. } | Self::Azure { prefix, .. } | Self::Gcs { prefix, .. } => Scope::prefix(prefix.clone()),
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
            Self::Azure { account, container, prefix } => write!(f, "Azure({account}/{container}, prefix of {} bytes)", prefix.len()),
            Self::Gcs { bucket, prefix } => write!(f, "Gcs({bucket}, prefix of {} bytes)", prefix.len()),
            Self::Account(account) => write!(f, "{account:?}"),
        }
    }
}

fn parse_s3(rest: &[u8]) -> Result<Target, TargetError> {
    if rest.is_empty() {
        return Ok(Target::Account(Account::S3));
    }
    let (bucket, prefix) = parse_bucket(rest)?;
    Ok(Target::S3 { bucket, prefix })
}

fn parse_bucket(rest: &[u8]) -> Result<(String, Vec<u8>), TargetError> {
    let (bucket, prefix) = at_slash(rest);
    if bucket.is_empty() {
        return Err(TargetError::NoBucket);
    }
    Ok((name(bucket, b"._-").ok_or(TargetError::BadBucket)?, prefix.to_vec()))
}

fn parse_azure(rest: &[u8]) -> Result<Target, TargetError> {
    let (account, rest) = at_slash(rest);
    if account.is_empty() {
        return Err(TargetError::NoAccount);
    }
    let account = name(account, b"-").ok_or(TargetError::BadContainer)?;
    if rest.is_empty() {
        return Ok(Target::Account(Account::Azure { account }));
    }
    let (container, prefix) = at_slash(rest);
    // `$root`, `$web` and `$logs` are the service's own.
    let container = name(container, b"-$").ok_or(TargetError::BadContainer)?;
    Ok(Target::Azure { account, container, prefix: prefix.to_vec() })
}

/// Takes letters, digits and a few more as the name of something that holds objects.
fn name(bytes: &[u8], more: &[u8]) -> Option<String> {
    let valid = |byte: &u8| byte.is_ascii_alphanumeric() || more.contains(byte);
    let is_name = !bytes.is_empty() && bytes.len() <= 255 && bytes.iter().all(valid);
    is_name.then(|| String::from_utf8(bytes.to_vec()).expect("letters and digits are ASCII"))
}

fn at_slash(text: &[u8]) -> (&[u8], &[u8]) {
    match text.iter().position(|byte| *byte == b'/') {
        Some(slash) => (&text[..slash], &text[slash + 1..]),
        None => (text, &[]),
    }
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
        check(b"s3://", Ok(Target::Account(Account::S3)));
        let azure = |container: &str, prefix: &[u8]| {
            Ok(Target::Azure { account: "acc1".into(), container: container.into(), prefix: prefix.into() })
        };
        check(b"azblob://acc1/c-1", azure("c-1", b""));
        check(b"azblob://acc1/$web/a b/%2F", azure("$web", b"a b/%2F"));
        check(b"azblob://acc1/c//x", azure("c", b"/x"));
        check(b"azblob://acc1/", Ok(Target::Account(Account::Azure { account: "acc1".into() })));
        check(b"gs://b.example_1/x/", Ok(Target::Gcs { bucket: "b.example_1".into(), prefix: b"x/".to_vec() }));
        check(b"sim://7/10M", Ok(Target::Sim { estate: "7/10M".into() }));
    }

    #[test]
    fn what_is_no_target_is_refused() {
        check(b"", Err(TargetError::Empty));
        check(b"gs://", Err(TargetError::NoBucket));
        check(b"azblob://", Err(TargetError::NoAccount));
        check(b"azblob://a.b/c", Err(TargetError::BadContainer));
        check(b"azblob://acc//prefix", Err(TargetError::BadContainer));
        check(b"s3:///key", Err(TargetError::NoBucket));
        check(b"s3://arn:aws:s3:eu-west-1:1:accesspoint/x", Err(TargetError::BadBucket));
        check(b"sim://", Err(TargetError::NoEstate));
        check(b"ftp://b", Err(TargetError::UnknownScheme));
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
