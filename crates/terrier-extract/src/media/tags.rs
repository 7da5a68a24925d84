//! The tags of recordings: ID3, Vorbis comments, those of MP4, APE and RIFF.

use std::io::BufReader;

use lofty::config::{GlobalOptions, ParseOptions, apply_global_options};
use lofty::file::TaggedFileExt;
use lofty::probe::Probe;
use lofty::tag::ItemValue;

use super::{MOST, Properties};
use crate::ReadAt;
use crate::stream::SourceStream;

/// Adds what is text in the tags. A recording without any, or with broken ones, adds nothing.
pub(super) fn read(source: &dyn ReadAt, properties: &mut Properties) {
    apply_global_options(GlobalOptions::new().allocation_limit(MOST).use_custom_resolvers(false));
    let reader = BufReader::with_capacity(64 << 10, SourceStream::new(source, 0, source.size()));
    let Ok(probe) = Probe::new(reader).guess_file_type() else { return };
    let Ok(file) = probe.options(ParseOptions::new().read_properties(false).read_cover_art(false)).read() else { return };
    for item in file.tags().iter().flat_map(|tag| tag.items()) {
        if let ItemValue::Text(text) | ItemValue::Locator(text) = item.value() {
            properties.add(&format!("{:?}", item.key()), text);
        }
    }
}
