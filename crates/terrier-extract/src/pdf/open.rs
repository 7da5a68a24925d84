//! Opening a document.

use hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use memchr::memmem;
use terrier_model::Reason;

/// The key under which a trailer has what a document is encrypted with, and a key of the same length that means nothing.
const KEY: &[u8] = b"/Encrypt";
const NO_KEY: &[u8] = b"/Encrypx";

/// A document that is open.
pub(super) struct Opened {
    pub(super) document: Pdf,
    /// Whether the files that are embedded ask for a password that the rest does not ask for.
    pub(super) is_locked: bool,
}

/// Opens a document.
pub(super) fn open(mut bytes: Vec<u8>) -> Result<Opened, Reason> {
    // A document of which only attachments are encrypted may ask for a password that nothing else needs.
    if encrypts_attachments_only(&bytes) {
        hide_encryption(&mut bytes);
        let document = Pdf::new(bytes).map_err(reason_of)?;
        return Ok(Opened { document, is_locked: true });
    }
    let document = Pdf::new(bytes).map_err(reason_of)?;
    Ok(Opened { document, is_locked: false })
}

/// Returns why a document does not open. No password is known, so an unknown way to encrypt is no different from an unknown password.
fn reason_of(error: LoadPdfError) -> Reason {
    match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected | DecryptionError::UnsupportedAlgorithm) => Reason::Encrypted,
        LoadPdfError::Decryption(DecryptionError::MissingIDEntry | DecryptionError::InvalidEncryption) | LoadPdfError::Invalid => {
            Reason::Damaged
        }
    }
}

/// Tells whether strings and streams are as they are, and embedded files are not.
fn encrypts_attachments_only(bytes: &[u8]) -> bool {
    let leads_to = |key: &[u8], value: &[u8]| {
        let mut values = memmem::find_iter(bytes, key).map(|at| bytes[at + key.len()..].trim_ascii_start());
        values.any(|rest| rest.starts_with(value))
    };
    memmem::find(bytes, KEY).is_some()
        && leads_to(b"/StmF", b"/Identity")
        && leads_to(b"/StrF", b"/Identity")
        && leads_to(b"/EFF", b"/")
        && !leads_to(b"/EFF", b"/Identity")
}

fn hide_encryption(bytes: &mut [u8]) {
    let places: Vec<usize> = memmem::find_iter(bytes, KEY).collect();
    for at in places {
        let end = at + KEY.len();
        if bytes.get(end).is_some_and(|byte| !byte.is_ascii_alphabetic()) {
            bytes[at..end].copy_from_slice(NO_KEY);
        }
    }
}
