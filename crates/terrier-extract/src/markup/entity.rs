//! References and the text of attributes. Only the predefined entities (XML 1.0, 4.6), those of HTML and characters by number are
//! resolved: what a document declares itself is never expanded, so it cannot grow.

use quick_xml::escape::resolve_html5_entity;

/// Longest name of an entity that is looked up.
pub(crate) const LONGEST_REFERENCE: usize = 40;

/// Appends what a reference stands for; what is unknown stays as it was written.
pub(crate) fn push_reference(out: &mut Vec<u8>, name: &[u8]) {
    match (character(name), named(name)) {
        (Some(character), _) => out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
        (None, Some(text)) => out.extend_from_slice(text.as_bytes()),
        (None, None) => {
            out.push(b'&');
            out.extend_from_slice(name);
            out.push(b';');
        }
    }
}

/// Returns the character that a reference stands for, by number or by name; `None` also for the few names of two characters.
pub(crate) fn character_of_reference(name: &[u8]) -> Option<char> {
    character(name).or_else(|| {
        let mut characters = named(name)?.chars();
        characters.next().filter(|_| characters.next().is_none())
    })
}

fn named(name: &[u8]) -> Option<&'static str> {
    std::str::from_utf8(name).ok().filter(|name| name.len() <= LONGEST_REFERENCE).and_then(resolve_html5_entity)
}

/// Resolves a character by number: `#228`, `#xE4`. Control characters become a space.
fn character(name: &[u8]) -> Option<char> {
    let digits = name.strip_prefix(b"#").filter(|digits| digits.len() <= 10)?;
    let digits = std::str::from_utf8(digits).ok()?;
    let code = match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => digits.parse().ok()?,
    };
    let character = char::from_u32(code)?;
    Some(if character.is_control() && !matches!(character, '\t' | '\n' | '\r') { ' ' } else { character })
}

/// Appends a text with its references resolved.
pub(crate) fn push_unescaped(out: &mut Vec<u8>, mut text: &[u8]) {
    while let Some(start) = memchr::memchr(b'&', text) {
        out.extend_from_slice(&text[..start]);
        text = &text[start..];
        match memchr::memchr3(b';', b'&', b' ', &text[1..text.len().min(LONGEST_REFERENCE + 2)]) {
            Some(end) if text[end + 1] == b';' => {
                push_reference(out, &text[1..=end]);
                text = &text[end + 2..];
            }
            _ => {
                out.push(b'&');
                text = &text[1..];
            }
        }
    }
    out.extend_from_slice(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_resolved_and_others_kept() {
        let mut out = Vec::new();
        push_unescaped(&mut out, "a&amp;b &#65;&#x42; &eacute; &mine; &; & &#0; &#xFFFFFFFFFF;".as_bytes());
        assert_eq!(String::from_utf8(out).unwrap(), "a&b AB \u{e9} &mine; &; &   &#xFFFFFFFFFF;");
    }
}
