//! What elements are to the text around them.

use super::Flavour;

/// What an element is to the text around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// It stands inside of a word or a line.
    Inline,
    /// It parts lines.
    Block,
    /// It is the cell of a table.
    Cell,
    /// What it holds, up to these bytes, is no markup.
    Raw(&'static [u8]),
    /// Its name says what is in it.
    Named,
}

/// Returns what an element is, by its name in small letters.
pub(super) fn role(name: &[u8], flavour: Flavour) -> Role {
    match (flavour, name) {
        (_, b"tspan" | b"textpath") => Role::Inline,
        (Flavour::Xml, _) => Role::Named,
        (_, b"td" | b"th") => Role::Cell,
        (_, b"script") => Role::Raw(b"</script"),
        (_, b"style") => Role::Raw(b"</style"),
        (_, name) if is_inline(name) => Role::Inline,
        (_, name) if is_block(name) => Role::Block,
        _ => Role::Named,
    }
}

/// Tells the elements of HTML that stand inside of a line, and those of SVG that only place letters.
#[rustfmt::skip] // One a line would be more than the rest of the room.
fn is_inline(name: &[u8]) -> bool {
    matches!(
        name,
        b"a" | b"abbr" | b"acronym" | b"b" | b"bdi" | b"bdo" | b"big" | b"cite" | b"code" | b"data" | b"del" | b"dfn"
            | b"em" | b"font" | b"i" | b"ins" | b"kbd" | b"mark" | b"q" | b"s" | b"samp" | b"small" | b"span"
            | b"strike" | b"strong" | b"sub" | b"sup" | b"textpath" | b"time" | b"tspan" | b"tt" | b"u" | b"var"
            | b"wbr"
    )
}

/// Tells the elements of HTML that part lines.
#[rustfmt::skip]
fn is_block(name: &[u8]) -> bool {
    matches!(
        name,
        b"address" | b"article" | b"aside" | b"audio" | b"base" | b"blockquote" | b"body" | b"br" | b"button"
            | b"canvas" | b"caption" | b"center" | b"col" | b"colgroup" | b"datalist" | b"dd" | b"details" | b"dialog"
            | b"dir" | b"div" | b"dl" | b"dt" | b"embed" | b"fieldset" | b"figcaption" | b"figure" | b"footer"
            | b"form" | b"frame" | b"frameset" | b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" | b"head" | b"header"
            | b"hgroup" | b"hr" | b"html" | b"iframe" | b"img" | b"input" | b"label" | b"legend" | b"li" | b"link"
            | b"main" | b"map" | b"menu" | b"meta" | b"nav" | b"noscript" | b"object" | b"ol" | b"optgroup" | b"option"
            | b"output" | b"p" | b"param" | b"picture" | b"pre" | b"section" | b"select" | b"source" | b"summary"
            | b"svg" | b"table" | b"tbody" | b"template" | b"textarea" | b"tfoot" | b"thead" | b"title" | b"tr" | b"ul"
    )
}

/// Tells the flavour of a text by its beginning; `None` where it is no markup.
pub(crate) fn flavour(text: &[u8], named: Option<Flavour>) -> Option<Flavour> {
    let text = text.trim_ascii_start();
    let looked_at = &text[..text.len().min(FAR)];
    if !matches!(text, [b'<', b'a'..=b'z' | b'A'..=b'Z' | b'!' | b'?' | b'/', ..]) {
        return named.filter(|_| tags(looked_at).count() > 0);
    }
    let lower = looked_at[..looked_at.len().min(512)].to_ascii_lowercase();
    if lower.starts_with(b"<!doctype html") || lower.starts_with(b"<html") || memchr::memmem::find(&lower, b"<html").is_some() {
        return Some(Flavour::Html);
    }
    if lower.starts_with(b"<?xml") {
        return Some(Flavour::Xml);
    }
    let (mut of_html, mut others) = (0, 0);
    for name in tags(looked_at).take(64) {
        let known = role(&name.to_ascii_lowercase(), Flavour::Html) != Role::Named;
        *(if known { &mut of_html } else { &mut others }) += 1;
    }
    match named {
        Some(flavour) => Some(flavour),
        // A beginning such as `<nil>` is none of markup.
        None if memchr::memmem::find(looked_at, b"</").is_none() => None,
        None if of_html > others => Some(Flavour::Html),
        None => (others > 0).then_some(Flavour::Xml),
    }
}

/// How far a text is looked at.
const FAR: usize = 8 << 10;

/// Returns the names of the tags that begin or end elements.
fn tags(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    memchr::memchr_iter(b'<', text).filter_map(|at| {
        let rest = text[at + 1..].strip_prefix(b"/").unwrap_or(&text[at + 1..]);
        let end = rest.iter().position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':' | b'.')))?;
        (end > 0 && rest[0].is_ascii_alphabetic() && matches!(rest[end], b' ' | b'>' | b'/' | b'\t' | b'\r' | b'\n')).then(|| &rest[..end])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_told_by_its_tags() {
        let check = |text: &str, expect| assert_eq!(flavour(text.as_bytes(), None), expect, "{text}");
        check("\n<!DOCTYPE html><p>a", Some(Flavour::Html));
        check("<?xml version=\"1.0\"?><html xmlns=\"x\">", Some(Flavour::Html));
        check("<?xml version=\"1.0\"?><people/>", Some(Flavour::Xml));
        check("<div class=a><b>x</b></div>", Some(Flavour::Html));
        check("<config><password>x</password></config>", Some(Flavour::Xml));
        check("<nil> 12\n<nil> 13\n", None);
        check("<13>Jan 1 host app: a </b> message", None);
        check("plain <b>text</b>", None);
        assert_eq!(flavour(b"plain <b>text</b>", Some(Flavour::Html)), Some(Flavour::Html));
        assert_eq!(flavour(b"plain text, 1 < 2", Some(Flavour::Html)), None);
    }
}
