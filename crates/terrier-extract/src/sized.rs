//! Members whose size stands before them in a stream, as archives that are written from front to end have them.

use std::io::{self, Read};

use terrier_content::Sensitive;
use terrier_model::{Reason, Timestamp};

use crate::Member;
use crate::asset::{self, Input};
use crate::context::{Context, Halt};
use crate::stream::{Counting, Tolerant};

/// Longest name that is passed on.
const MAX_NAME: usize = 16 << 10;

/// Reads a member of `size` bytes as what it is, to its end.
pub(crate) fn read(
    context: &mut Context<'_>,
    input: &mut dyn Read,
    name: &[u8],
    size: u64,
    modified: Option<Timestamp>,
) -> Result<(), Halt> {
    read_by(context, input, name, size, modified, |context, content| asset::read(context, Input::Stream(content), name))
}

/// Reads a member of `size` bytes by `read`, and passes over what that leaves.
pub(crate) fn read_by(
    context: &mut Context<'_>,
    input: &mut dyn Read,
    name: &[u8],
    size: u64,
    modified: Option<Timestamp>,
    read: impl FnOnce(&mut Context<'_>, &mut dyn Read) -> Result<(), Halt>,
) -> Result<(), Halt> {
    let name = &name[..name.len().min(MAX_NAME)];
    let mut content = Tolerant::new(input.take(size));
    let mut cut = false;
    context.member(Member { name: Sensitive::new(name), size: Some(size), modified }, |context, consumed| {
        let result = read(context, &mut Counting::new(&mut content, consumed));
        if result == Err(Halt::Stopped) {
            return result;
        }
        io::copy(&mut content, &mut io::sink())?;
        cut = content.inner().limit() > 0;
        match content.failure() {
            Some(reason) => Err(reason.into()),
            None if cut => Err(result.err().unwrap_or(Reason::Damaged.into())),
            None => result,
        }
    })?;
    if cut { Err(content.failure().unwrap_or(Reason::Damaged).into()) } else { Ok(()) }
}

/// Passes over bytes of a stream; one that ends before is damaged.
pub(crate) fn skip(input: &mut dyn Read, bytes: u64) -> Result<(), Halt> {
    let skipped = io::copy(&mut input.take(bytes), &mut io::sink())?;
    if skipped < bytes { Err(Reason::Damaged.into()) } else { Ok(()) }
}
