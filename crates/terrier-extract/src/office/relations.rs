use std::collections::HashMap;

use crate::context::{Context, Halt};
use crate::markup::{Element, Visitor, local};

/// Relations of a part that are kept.
const MOST: usize = 1 << 16;
/// Longest target or identifier that is kept.
const LONGEST: usize = 1024;

/// The parts that a part refers to (ECMA-376, part 2, 6.5), by the identifiers that it uses for them.
#[derive(Default)]
pub(super) struct Relations {
    pub(super) targets: HashMap<Vec<u8>, Vec<u8>>,
    /// The identifiers in their order.
    pub(super) order: Vec<Vec<u8>>,
}

impl Visitor for Relations {
    fn open(&mut self, _: &mut Context<'_>, element: &Element<'_>) -> Result<(), Halt> {
        if element.name() != b"Relationship" || self.order.len() >= MOST {
            return Ok(());
        }
        let is_external = element.attribute(b"TargetMode").is_some_and(|mode| mode == b"External");
        if let (false, Some(id), Some(target)) = (is_external, element.attribute(b"Id"), element.attribute(b"Target"))
            && id.len() <= LONGEST
            && target.len() <= LONGEST
            && !self.targets.contains_key(&id)
        {
            self.order.push(id.clone());
            self.targets.insert(id, target);
        }
        Ok(())
    }
}

/// The identifiers under which elements of a name refer to parts, in their order.
pub(super) struct References {
    element: &'static [u8],
    attribute: &'static [u8],
    pub(super) ids: Vec<Vec<u8>>,
}

impl References {
    /// Collects the attribute of that name of all elements of that name.
    pub(super) fn new(element: &'static [u8], attribute: &'static [u8]) -> Self {
        Self { element, attribute, ids: Vec::new() }
    }
}

impl Visitor for References {
    fn open(&mut self, _: &mut Context<'_>, element: &Element<'_>) -> Result<(), Halt> {
        if element.name() != self.element || self.ids.len() >= MOST {
            return Ok(());
        }
        // `id` and `r:id` may stand side by side: the one with a prefix is the reference.
        let reference = element.attributes().filter(|(name, value)| local(name) == self.attribute && value.len() <= LONGEST);
        if let Some((_, id)) = reference.max_by_key(|(name, _)| name.len()) {
            self.ids.push(id.into_owned().into_bytes());
        }
        Ok(())
    }
}

/// Returns the name of the part that a target means, seen from the part that refers to it.
pub(super) fn resolve(from: &[u8], target: &[u8]) -> Vec<u8> {
    let (mut path, rest): (Vec<&[u8]>, _) = match target.strip_prefix(b"/") {
        Some(absolute) => (Vec::new(), absolute),
        None => (from.split(|byte| *byte == b'/').collect(), target),
    };
    path.pop();
    for step in rest.split(|byte| *byte == b'/') {
        match step {
            b"" | b"." => {}
            b".." => {
                path.pop();
            }
            step => path.push(step),
        }
    }
    path.join(&b'/')
}

/// Returns the name of the part that holds the relations of a part.
pub(super) fn of_part(name: &[u8]) -> Vec<u8> {
    let file = memchr::memrchr(b'/', name).map_or(0, |slash| slash + 1);
    [&name[..file], b"_rels/", &name[file..], b".rels"].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_seen_from_where_they_are_named() {
        let check = |from: &str, target: &str, expected: &str| {
            assert_eq!(String::from_utf8(resolve(from.as_bytes(), target.as_bytes())).unwrap(), expected);
        };
        check("ppt/presentation.xml", "slides/slide1.xml", "ppt/slides/slide1.xml");
        check("ppt/slides/slide1.xml", "../notesSlides/notesSlide1.xml", "ppt/notesSlides/notesSlide1.xml");
        check("ppt/presentation.xml", "/ppt/slides/slide1.xml", "ppt/slides/slide1.xml");
        check("content.opf", "./a//b.xhtml", "a/b.xhtml");
        check("a", "../../../b", "b");
        assert_eq!(of_part(b"ppt/slides/slide1.xml"), b"ppt/slides/_rels/slide1.xml.rels");
        assert_eq!(of_part(b"a.xml"), b"_rels/a.xml.rels");
    }
}
