//! Decides whether an asset ought to be read. Knows names, sizes and times, and nothing of reading.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use terrier_model::{AssetRef, Reason, Timestamp};

/// The user's choice of what to read.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    include: Option<GlobSet>,
    exclude: Option<GlobSet>,
    max_object_size: Option<u64>,
    newer_than: Option<Timestamp>,
}

/// A glob that cannot be understood.
#[derive(Debug, thiserror::Error)]
#[error(
    "the glob `{glob}` is malformed: {cause}; quote it for the shell, and escape `[`, `{{` and `*` with a backslash to mean themselves"
)]
pub struct GlobError {
    glob: String,
    cause: String,
}

impl Filter {
    /// Compiles the filter.
    ///
    /// A glob without `/` is held against the last part of a key, one with `/` against the whole key: of an object its key in the bucket, of a file
    /// its path below the target folder.
    ///
    /// # Errors
    /// When a glob is malformed.
    pub fn new(
        include: &[String],
        exclude: &[String],
        max_object_size: Option<u64>,
        newer_than: Option<Timestamp>,
    ) -> Result<Self, GlobError> {
        Ok(Self { include: compile(include)?, exclude: compile(exclude)?, max_object_size, newer_than })
    }

    /// Returns why the asset is left out; `None` means that it is to be read.
    pub fn verdict(&self, asset: &AssetRef) -> Option<Reason> {
        let key = String::from_utf8_lossy(asset.key.expose());
        let path = key.as_ref();
        if self.include.as_ref().is_some_and(|globs| !globs.is_match(path))
            || self.exclude.as_ref().is_some_and(|globs| globs.is_match(path))
        {
            return Some(Reason::Excluded);
        }
        if self.newer_than.is_some_and(|limit| asset.modified.is_some_and(|modified| modified <= limit)) {
            return Some(Reason::NotNewer);
        }
        if self.max_object_size.is_some_and(|limit| asset.size > limit) {
            return Some(Reason::TooLarge);
        }
        None
    }
}

fn compile(globs: &[String]) -> Result<Option<GlobSet>, GlobError> {
    if globs.is_empty() {
        return Ok(None);
    }
    let mut set = GlobSetBuilder::new();
    for glob in globs {
        let error = |cause: globset::Error| GlobError { glob: glob.clone(), cause: cause.kind().to_string() };
        let anywhere = if glob.contains('/') { glob.trim_start_matches('/').to_owned() } else { format!("**/{glob}") };
        set.add(GlobBuilder::new(&anywhere).literal_separator(true).backslash_escape(true).build().map_err(error)?);
    }
    let error = |cause: globset::Error| GlobError { glob: globs.join(" "), cause: cause.kind().to_string() };
    set.build().map(Some).map_err(error)
}

#[cfg(test)]
mod tests {
    use terrier_model::{AssetKey, StoreId};

    use super::*;

    fn asset(key: &str, size: u64, modified: Timestamp) -> AssetRef {
        AssetRef {
            store: StoreId::new("s3://b"),
            key: AssetKey::new(key),
            version: None,
            size,
            modified: Some(modified),
            storage_class: None,
            owner: None,
        }
    }

    fn check(include: &[&str], exclude: &[&str], key: &str, expect: Option<Reason>) {
        let owned = |globs: &[&str]| globs.iter().map(ToString::to_string).collect::<Vec<_>>();
        let filter = Filter::new(&owned(include), &owned(exclude), None, None).unwrap();
        assert_eq!(filter.verdict(&asset(key, 1, 0)), expect, "{include:?} {exclude:?} {key}");
    }

    #[test]
    fn globs_without_a_slash_match_the_last_part() {
        check(&["*.csv"], &[], "a/b/c.csv", None);
        check(&["*.csv"], &[], "c.csv", None);
        check(&["*.csv"], &[], "c.csv/readme", Some(Reason::Excluded));
        check(&[], &["*.log"], "x/y.log", Some(Reason::Excluded));
    }

    #[test]
    fn globs_with_a_slash_match_the_whole_key() {
        check(&["hr/**"], &[], "hr/2024/a.csv", None);
        check(&["hr/*"], &[], "hr/2024/a.csv", Some(Reason::Excluded));
        check(&["/hr/**"], &[], "hr/a.csv", None);
    }

    #[test]
    fn exclusion_wins() {
        check(&["*.csv"], &["hr/**"], "hr/a.csv", Some(Reason::Excluded));
    }

    #[test]
    fn size_and_age_limit() {
        let filter = Filter::new(&[], &[], Some(10), Some(100)).unwrap();
        assert_eq!(filter.verdict(&asset("a", 10, 101)), None);
        assert_eq!(filter.verdict(&asset("a", 11, 101)), Some(Reason::TooLarge));
        assert_eq!(filter.verdict(&asset("a", 10, 100)), Some(Reason::NotNewer));
    }

    #[test]
    fn a_malformed_glob_is_named() {
        let error = Filter::new(&["[a".to_owned()], &[], None, None).unwrap_err();
        assert!(error.to_string().starts_with("the glob `[a` is malformed"), "{error}");
    }
}
