//! Files of models: what describes them is read, their weights are numbers.

use std::io::{BufReader, Read};

use terrier_content::{Origin, Text};
use terrier_model::Reason;

use crate::context::{Context, Halt};
use crate::sized;
use crate::text::{self, Place};

const WINDOW: usize = 64 << 10;
/// Longest description: the library that made the format refuses longer ones.
const MAX_DESCRIPTION: u64 = 100_000_000;
/// Longest string of a description that is held.
const MAX_HELD: u64 = 1 << 20;

/// Tells safetensors: a length, and as much JSON.
pub(crate) fn is_safetensors(head: &[u8]) -> bool {
    let Some((len, json)) = head.split_first_chunk() else { return false };
    (2..=MAX_DESCRIPTION).contains(&u64::from_le_bytes(*len))
        && json.starts_with(b"{\"")
        && json.get(..200.min(json.len())).is_some_and(|json| json.is_ascii())
}

/// Reads the description of safetensors.
pub(crate) fn read_safetensors(context: &mut Context<'_>, input: &mut dyn Read) -> Result<(), Halt> {
    let mut len = [0; 8];
    input.read_exact(&mut len)?;
    let mut description = input.take(u64::from_le_bytes(len));
    text::windows(context, &mut description, WINDOW, Place::START, &|_| Origin::Property)?;
    if description.limit() > 0 { Err(Reason::Damaged.into()) } else { Ok(()) }
}

/// Reads the description of GGUF: keys and values. Lists of words, as a tokenizer has them, are passed over.
pub(crate) fn read_gguf(context: &mut Context<'_>, input: &mut dyn Read) -> Result<(), Halt> {
    let mut input = BufReader::with_capacity(64 << 10, input);
    let [_, version] = [u32_of(&mut input)?, u32_of(&mut input)?];
    if !(2..=3).contains(&version) {
        return Err(Reason::UnsupportedFormat.into());
    }
    let [_, count] = [u64_of(&mut input)?, u64_of(&mut input)?];
    for _ in 0..count {
        let key = string(context, &mut input)?;
        match u32_of(&mut input)? {
            STRING => {
                let value = string(context, &mut input)?;
                context.text(Text::whole(&[key.as_slice(), b": ", &value].concat(), Origin::Property))?;
            }
            ARRAY => skip_array(&mut input, 0)?,
            kind => sized::skip(&mut input, width(kind).ok_or(Reason::Damaged)?)?,
        }
    }
    Ok(())
}

const STRING: u32 = 8;
const ARRAY: u32 = 9;

fn width(kind: u32) -> Option<u64> {
    match kind {
        0 | 1 | 7 => Some(1),
        2 | 3 => Some(2),
        4..=6 => Some(4),
        10..=12 => Some(8),
        _ => None,
    }
}

fn skip_array(input: &mut dyn Read, depth: u32) -> Result<(), Halt> {
    let (kind, count) = (u32_of(input)?, u64_of(input)?);
    match kind {
        STRING => {
            for _ in 0..count {
                let len = u64_of(input)?;
                sized::skip(input, len)?;
            }
            Ok(())
        }
        ARRAY if depth < 8 => (0..count).try_for_each(|_| skip_array(input, depth + 1)),
        kind => sized::skip(input, width(kind).and_then(|width| width.checked_mul(count)).ok_or(Reason::Damaged)?),
    }
}

/// Reads a string; one that is long beyond measure is handed out as text.
fn string(context: &mut Context<'_>, input: &mut dyn Read) -> Result<Vec<u8>, Halt> {
    let len = u64_of(input)?;
    let mut content = input.take(len);
    let mut held = Vec::new();
    if len > MAX_HELD {
        text::windows(context, &mut content, WINDOW, Place::START, &|_| Origin::Property)?;
    } else {
        content.read_to_end(&mut held)?;
    }
    if content.limit() > 0 { Err(Reason::Damaged.into()) } else { Ok(held) }
}

fn u32_of(input: &mut dyn Read) -> Result<u32, Halt> {
    let mut bytes = [0; 4];
    input.read_exact(&mut bytes)?;
    Ok(u32::from_le_bytes(bytes))
}

fn u64_of(input: &mut dyn Read) -> Result<u64, Halt> {
    let mut bytes = [0; 8];
    input.read_exact(&mut bytes)?;
    Ok(u64::from_le_bytes(bytes))
}
