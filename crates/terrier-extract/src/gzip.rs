//! Gzip: not a container but a layer; what is inside is the asset.

use std::io::{BufReader, Read};

use flate2::bufread::MultiGzDecoder;

use crate::asset::{self, Input};
use crate::context::{Context, Halt};
use crate::stream::Capped;

/// Reads what is inside, all gzip members as one stream.
pub(crate) fn read(context: &mut Context<'_>, input: &mut dyn Read, name: &[u8]) -> Result<(), Halt> {
    context.deeper(|context| {
        #[expect(clippy::disallowed_methods, reason = "runs inside a Capped")]
        let decoder = MultiGzDecoder::new(BufReader::with_capacity(64 << 10, input));
        let mut inside = Capped::new(decoder, context.budget);
        asset::read(context, Input::Stream(&mut inside), inner_name(name))
    })
}

/// Returns the name of what is inside: `a.csv.gz` holds `a.csv`, `a.tgz` a tar file.
fn inner_name(name: &[u8]) -> &[u8] {
    let suffix = name.len().saturating_sub(3);
    if name[suffix..].eq_ignore_ascii_case(b".gz") { &name[..suffix] } else { name }
}
