use std::io::{self, BufRead, Read};

use terrier_model::Reason;
use zstd::zstd_safe::get_error_name;

use crate::ReadError;

/// Numbers of errors that are not damage (`ZSTD_ErrorCode`, which its header promises to keep).
const WINDOW_TOO_LARGE: usize = 16;
const DICTIONARY_WRONG: usize = 32;

/// All frames of a stream, also those without content.
pub(super) struct Frames<R: BufRead>(zstd::stream::read::Decoder<'static, R>);

impl<R: BufRead> Frames<R> {
    /// Makes a decoder that takes windows of at most `window` bytes.
    #[expect(clippy::disallowed_methods, reason = "the caller runs it inside a Capped")]
    pub(super) fn new(input: R, window: u64) -> io::Result<Self> {
        let mut decoder = zstd::stream::read::Decoder::with_buffer(input)?;
        decoder.window_log_max(window.max(1 << 20).ilog2().min(31))?;
        Ok(Self(decoder))
    }
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.0.read(buf).map_err(|error| match reason(&error) {
            Some(reason) => ReadError::new(reason).into(),
            None => error,
        })
    }
}

/// Returns the reason of an error that is none of damage. The library tells its errors apart by their text only.
fn reason(error: &io::Error) -> Option<Reason> {
    let text = error.get_ref()?.to_string();
    let is = |number: usize| text == get_error_name(0_usize.wrapping_sub(number));
    match () {
        () if is(WINDOW_TOO_LARGE) => Some(Reason::MemoryLimit),
        () if is(DICTIONARY_WRONG) => Some(Reason::UnsupportedFormat),
        () => None,
    }
}
