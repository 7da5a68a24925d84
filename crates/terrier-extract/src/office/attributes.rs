use crate::markup::local;

/// Which attributes hold text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Attributes {
    /// All but names of namespaces: in parts that anybody may write what they like into.
    All,
    /// Those that are known to, and those whose value looks like text.
    Speaking,
}

/// Attributes that hold text for people, or addresses, in some element of these formats.
const TEXT: &[&[u8]] = &[
    b"alias",
    b"alt",
    b"aria-label",
    b"author",
    b"citation",
    b"content",
    b"current-value",
    b"descr",
    b"formula",
    b"help-text",
    b"instr",
    b"label",
    b"name",
    b"placeholder",
    b"string",
    b"string-value",
    b"text",
    b"title",
    b"tooltip",
    b"userId",
    b"v",
    b"value",
];

/// Attributes that hold no text whatever they look like: fonts, geometry, names of types.
const NO_TEXT: &[&[u8]] = &[
    b"ContentType",
    b"Extension",
    b"PartName",
    b"Requires",
    b"Type",
    b"Ignorable",
    b"adj",
    b"adjustHandles",
    b"ascii",
    b"class-id",
    b"coordorigin",
    b"coordsize",
    b"cs",
    b"d",
    b"eastAsia",
    b"eqn",
    b"font-family",
    b"font-name",
    b"formulas",
    b"from",
    b"full-path",
    b"media-type",
    b"checksum",
    b"salt",
    b"initialisation-vector",
    b"hAnsi",
    b"panose",
    b"path",
    b"points",
    b"schemaLocation",
    b"style",
    b"to",
    b"transform",
    b"typeface",
    b"uri",
    b"viewBox",
];

/// Elements of WordprocessingML whose attribute `val` is text (ECMA-376, 17.5, 17.14 to 17.16).
const TEXT_IN_VAL: &[&[u8]] = &[
    b"alias",
    b"tag",
    b"docVar",
    b"default",
    b"result",
    b"listEntry",
    b"statusText",
    b"helpText",
    b"connectString",
    b"query",
    b"udl",
    b"caption",
    b"tblCaption",
    b"tblDescription",
    b"lvlText",
    b"name",
    b"lastValue",
    b"listItem",
];

impl Attributes {
    /// Tells whether the value of an attribute is text.
    pub(super) fn counts(self, element: &[u8], full_name: &[u8], value: &[u8]) -> bool {
        if value.is_empty() || full_name.starts_with(b"xmlns") {
            return false;
        }
        let name = local(full_name);
        if self == Self::All {
            return name != b"schemaLocation";
        }
        if name.starts_with(b"rsid") {
            return false;
        }
        if name == b"val" && TEXT_IN_VAL.contains(&element) || TEXT.contains(&name) {
            return true;
        }
        // Inside a package a target is the name of a part, which is read.
        !NO_TEXT.contains(&name) && speaks(value) && (name != b"Target" || value.iter().any(|byte| matches!(byte, b':' | b'@' | b'?')))
    }
}

/// Tells whether a value looks like text, an address or a secret rather than like a number, a keyword or an identifier of the format.
fn speaks(value: &[u8]) -> bool {
    if value.iter().any(|byte| matches!(byte, b'@' | b'=' | b' ') || *byte >= 0x80) || memchr::memmem::find(value, b":/").is_some() {
        return true;
    }
    let is_identifier = value.starts_with(b"{") && value.ends_with(b"}");
    let has_digit = value.iter().any(u8::is_ascii_digit);
    value.len() >= 16 && !is_identifier && has_digit && value.iter().any(u8::is_ascii_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_told_from_geometry() {
        let counts =
            |element: &str, name: &str, value: &str| Attributes::Speaking.counts(element.as_bytes(), name.as_bytes(), value.as_bytes());
        assert!(counts("docPr", "descr", "Ann"));
        assert!(counts("Relationship", "Target", "mailto:ann@example.com"));
        assert!(counts("odbc", "w:val", "DSN=pay;PWD=x"));
        assert!(counts("docVar", "w:val", "4111"));
        assert!(counts("custom", "token", "ghp0123456789abcdef"));
        assert!(!counts("Relationship", "Target", "media/image1.png"));
        assert!(!counts("rFonts", "w:ascii", "Times New Roman"));
        assert!(!counts("p", "w:rsidR", "00AB12CD"));
        assert!(!counts("shape", "style", "position:absolute; width: 4in"));
        assert!(!counts("ext", "id", "{28A0092B-C50C-407E-A947-70E740481C1C}"));
        assert!(!counts("document", "xmlns:w", "http://example.com/a"));
    }
}
