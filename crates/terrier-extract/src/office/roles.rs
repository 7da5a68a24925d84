//! What the elements of each format mean for the text. Names are without prefixes, so that strict and transitional documents, and those
//! with prefixes of their own, are the same.

use super::narrator::Role;

/// The elements of a format.
#[derive(Clone, Copy)]
pub(super) struct Language {
    /// Tells an element's role by its name and the role of its parent.
    pub(super) role: fn(name: &[u8], parent: Option<Role>) -> Role,
    /// Whether white space anywhere in a paragraph separates words, and not only where the text itself stands.
    pub(super) spaces_separate: bool,
}

pub(super) const OFFICE_OPEN: Language = Language { role: office_open, spaces_separate: false };
pub(super) const OPEN_DOCUMENT: Language = Language { role: open_document, spaces_separate: true };
pub(super) const DRAWING: Language = Language { role: drawing, spaces_separate: true };
pub(super) const HYPERTEXT: Language = Language { role: hypertext, spaces_separate: true };
pub(super) const PROPERTIES: Language = Language { role: properties, spaces_separate: true };

/// WordprocessingML, PresentationML and DrawingML (ECMA-376).
fn office_open(name: &[u8], parent: Option<Role>) -> Role {
    match name {
        b"t" => Role::Text,
        b"p" | b"si" | b"comment" | b"cm" => Role::Paragraph,
        b"tc" => Role::Cell,
        b"tr" => Role::Row,
        // In the properties of a paragraph it is the position of a tab.
        b"tabs" | b"posOffset" | b"pctPosHOffset" | b"pctPosVOffset" | b"pctWidth" | b"pctHeight" => Role::Layout,
        b"tab" if parent != Some(Role::Layout) => Role::Tab,
        b"ptab" => Role::Tab,
        b"br" | b"cr" => Role::Break,
        b"noBreakHyphen" => Role::Hyphen,
        b"lastRenderedPageBreak" => Role::Page,
        b"txbxContent" => Role::Nested,
        b"delText" => Role::Deleted,
        b"instrText" | b"delInstrText" => Role::Code,
        b"fldChar" => Role::EndCode,
        b"AlternateContent" => Role::Alternatives,
        b"Choice" if parent == Some(Role::Alternatives) => Role::Choice,
        b"Fallback" if parent == Some(Role::Alternatives) => Role::Fallback,
        _ => Role::Inline,
    }
}

/// OpenDocument (ISO/IEC 26300).
fn open_document(name: &[u8], _: Option<Role>) -> Role {
    match name {
        b"p" | b"h" => Role::Paragraph,
        b"table-cell" | b"covered-table-cell" => Role::Cell,
        b"table-row" => Role::Row,
        b"tab" => Role::Tab,
        b"line-break" => Role::Break,
        b"s" => Role::Spaces,
        b"soft-page-break" => Role::Page,
        b"page" => Role::Slide,
        b"note" | b"annotation" | b"text-box" | b"frame" | b"custom-shape" | b"title" | b"desc" => Role::Nested,
        _ => Role::Inline,
    }
}

/// Lists of properties: each text is a line.
fn properties(_: &[u8], _: Option<Role>) -> Role {
    Role::Inline
}

/// Drawings of OpenDocument.
fn drawing(name: &[u8], parent: Option<Role>) -> Role {
    if name == b"page" { Role::Sheet } else { open_document(name, parent) }
}

/// XHTML, as EPUB has it.
fn hypertext(name: &[u8], _: Option<Role>) -> Role {
    match name {
        b"td" | b"th" => Role::Cell,
        b"tr" => Role::Row,
        b"br" => Role::Break,
        b"pre" => Role::Text,
        b"script" | b"style" => Role::Nested,
        b"a" | b"abbr" | b"acronym" | b"b" | b"bdi" | b"bdo" | b"big" | b"cite" | b"code" | b"data" | b"del" | b"dfn" | b"em" | b"font"
        | b"i" | b"img" | b"ins" | b"kbd" | b"mark" | b"q" | b"rb" | b"rp" | b"rt" | b"ruby" | b"s" | b"samp" | b"small" | b"span"
        | b"strike" | b"strong" | b"sub" | b"sup" | b"time" | b"tt" | b"u" | b"var" | b"wbr" => Role::Inline,
        _ => Role::Paragraph,
    }
}
