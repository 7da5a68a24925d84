//! The fingerprint key: read from where the user keeps it, or made once, for the user's eyes only.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::Context;
use terrier_content::FingerprintKey;

const BYTES: usize = 32;

/// Holds the key itself, where a secret comes as a variable: in tasks of ECS and jobs of AWS Batch.
const VARIABLE: &str = "TERRIER_KEY";

/// Loads the key the user named, the one in the environment, or the user's own default key, making that one where there is none yet.
///
/// Returns `None`, with a warning, where there is no place for a default key.
pub(crate) fn load(named: Option<&Path>) -> anyhow::Result<Option<FingerprintKey>> {
    if let Some(path) = named {
        return read(path).map(Some);
    }
    if let Some(key) = std::env::var_os(VARIABLE).filter(|key| !key.is_empty()) {
        let key = key.to_str().and_then(|key| FingerprintKey::parse(key.as_bytes()));
        return key.map(Some).with_context(|| format!("{VARIABLE} is no fingerprint key: expected 64 hexadecimal digits"));
    }
    let Some(path) = default_path() else {
        tracing::warn!("no home folder for a fingerprint key; fingerprints will be null (give --key-file to have them)");
        return Ok(None);
    };
    match read_or_make(&path) {
        Ok(key) => Ok(Some(key)),
        Err(problem) => {
            tracing::warn!("{problem:#}; fingerprints will be null (give --key-file to have them)");
            Ok(None)
        }
    }
}

fn default_path() -> Option<PathBuf> {
    let configuration = std::env::var_os("XDG_CONFIG_HOME").filter(|path| !path.is_empty()).map(PathBuf::from);
    let home = || std::env::var_os("HOME").filter(|path| !path.is_empty()).map(|home| PathBuf::from(home).join(".config"));
    Some(configuration.or_else(home)?.join("terrier/fingerprint.key"))
}

fn read_or_make(path: &Path) -> anyhow::Result<FingerprintKey> {
    if path.exists() {
        return read(path);
    }
    let folder = path.parent().expect("the default path lies in a folder");
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).and_then(|()| make(path));
    match made {
        Ok(()) => tracing::info!("made a fingerprint key at {}", path.display()),
        // Another scan made it in the meantime.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error).with_context(|| format!("cannot make a fingerprint key at {}", path.display())),
    }
    read(path)
}

/// Writes the key under a name of its own first, so that nobody reads half a key, and links it only where none is.
fn make(path: &Path) -> std::io::Result<()> {
    let mut key = [0; BYTES];
    File::open("/dev/urandom")?.read_exact(&mut key)?;
    let unfinished = path.with_extension(format!("{}.new", std::process::id()));
    let written = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&unfinished).and_then(|mut file| {
        file.write_all(hex(&key).as_bytes())?;
        file.sync_all()?;
        fs::hard_link(&unfinished, path)
    });
    fs::remove_file(&unfinished)?;
    written
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn read(path: &Path) -> anyhow::Result<FingerprintKey> {
    let shown = path.display();
    let file = File::open(path).with_context(|| format!("cannot read the fingerprint key {shown}"))?;
    let mode = file.metadata().with_context(|| format!("cannot read the fingerprint key {shown}"))?.mode();
    if mode & 0o077 != 0 {
        tracing::warn!("the fingerprint key {shown} can be read by others; run: chmod 600 {shown}");
    }
    let mut bytes = Vec::new();
    (&file).take(1 << 10).read_to_end(&mut bytes).with_context(|| format!("cannot read the fingerprint key {shown}"))?;
    FingerprintKey::parse(&bytes).with_context(|| {
        format!(
            "{shown} is not a fingerprint key: expected 32 bytes or 64 hexadecimal digits; make one with: openssl rand -hex 32 > {shown}"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_bytes_or_hexadecimal_digits() {
        let key = Some(FingerprintKey::new([7; 32]));
        assert_eq!(FingerprintKey::parse(&[7; 32]), key);
        assert_eq!(FingerprintKey::parse(format!("{}\n", "07".repeat(32)).as_bytes()), key);
        assert_eq!(FingerprintKey::parse(b"short"), None);
        assert_eq!(FingerprintKey::parse("zz".repeat(32).as_bytes()), None);
    }

    #[test]
    fn a_made_key_is_the_users_own_and_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/terrier/fingerprint.key");
        let key = read_or_make(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        assert_eq!(read_or_make(&path).unwrap(), key);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }
}
