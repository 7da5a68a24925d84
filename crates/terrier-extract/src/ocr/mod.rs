//! The recognition of characters in pictures, by a program that the user has: Tesseract.
//!
//! Who reads a picture hands its bytes over and gets lines of text back. In a worker that goes through the pipe, since a worker starts
//! nothing: its parent runs the program, which gets the picture in memory, may open files for reading only and no connection, and is ended
//! when it takes too long.

mod program;
mod run;
mod tsv;

pub use program::{Ocr, OcrError};
pub(crate) use run::Recognizer;
pub(crate) use tsv::pages;

use terrier_model::Reason;

/// Largest picture that is handed over, as it is packed.
pub(crate) const MAX_PICTURE: usize = 32 << 20;
/// Most bytes that the program may say of a picture.
pub(crate) const MAX_SAID: usize = 8 << 20;

/// Recognises the characters of pictures.
pub(crate) trait Recognize {
    /// Returns what the program says of a picture, in its table form.
    fn recognize(&self, picture: &[u8]) -> Result<Vec<u8>, Reason>;
}
