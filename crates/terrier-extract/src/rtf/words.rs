//! What control words mean for the text. Those that only lay it out mean nothing.

/// Where the text of a group belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Destination {
    /// The text itself.
    Body,
    /// Headers, footers, notes, text boxes.
    Nested,
    /// The code of a field.
    Code,
    /// Everything else that is text.
    Property,
    /// The table of fonts.
    Fonts,
    /// Numbers and names that lay the document out.
    Layout,
    /// Bytes of pictures, and of other documents.
    Picture,
    Object,
}

impl Destination {
    /// Tells whether its text is bytes in hexadecimal digits.
    pub(super) fn is_embedded(self) -> bool {
        matches!(self, Self::Picture | Self::Object)
    }
}

/// What separates text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Line,
    Paragraph,
    Cell,
    Row,
}

/// What a control word means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    Unicode,
    Substitutes,
    Destination(Destination),
    CodePage,
    Mac,
    Font,
    Charset,
    Plain,
    Deleted,
    InTable,
    NewParagraph,
    Character(char),
    Mark(Mark),
    Nothing,
}

/// Tells what a word means; `starred` where it names a destination that older programs pass over.
pub(super) fn meaning(name: &[u8], starred: bool) -> Meaning {
    if let Some(destination) = destination(name) {
        return Meaning::Destination(destination);
    }
    match name {
        b"u" => Meaning::Unicode,
        b"uc" => Meaning::Substitutes,
        b"ansicpg" => Meaning::CodePage,
        b"mac" => Meaning::Mac,
        b"f" => Meaning::Font,
        b"fcharset" => Meaning::Charset,
        b"plain" => Meaning::Plain,
        b"deleted" => Meaning::Deleted,
        b"intbl" => Meaning::InTable,
        b"pard" => Meaning::NewParagraph,
        b"par" | b"sect" => Meaning::Mark(Mark::Paragraph),
        b"line" | b"page" | b"column" | b"softline" => Meaning::Mark(Mark::Line),
        b"cell" | b"nestcell" => Meaning::Mark(Mark::Cell),
        b"row" | b"nestrow" => Meaning::Mark(Mark::Row),
        b"tab" => Meaning::Character('\t'),
        b"emspace" | b"enspace" | b"qmspace" => Meaning::Character(' '),
        b"emdash" => Meaning::Character('\u{2014}'),
        b"endash" => Meaning::Character('\u{2013}'),
        b"bullet" => Meaning::Character('\u{2022}'),
        b"lquote" => Meaning::Character('\u{2018}'),
        b"rquote" => Meaning::Character('\u{2019}'),
        b"ldblquote" => Meaning::Character('\u{201C}'),
        b"rdblquote" => Meaning::Character('\u{201D}'),
        // What is in them has destinations of its own, or is text like that around it.
        b"shppict" | b"shpinst" | b"ud" | b"cs" | b"ts" | b"ds" | b"background" | b"nesttableprops" if starred => Meaning::Nothing,
        _ if starred => Meaning::Destination(Destination::Property),
        _ => Meaning::Nothing,
    }
}

fn destination(name: &[u8]) -> Option<Destination> {
    Some(match name {
        b"fonttbl" => Destination::Fonts,
        b"colortbl" | b"blipuid" | b"sn" | b"panose" | b"falt" | b"listtable" | b"listoverridetable" | b"rsidtbl" | b"latentstyles"
        | b"passwordhash" | b"pgptbl" | b"picprop" | b"mmathPr" | b"wgrffmtfilter" => Destination::Layout,
        b"pict" | b"themedata" | b"colorschememapping" => Destination::Picture,
        b"objdata" | b"datastore" => Destination::Object,
        b"fldinst" => Destination::Code,
        b"header" | b"headerl" | b"headerr" | b"headerf" | b"footer" | b"footerl" | b"footerr" | b"footerf" | b"footnote"
        | b"annotation" | b"atnauthor" | b"atnid" | b"shptxt" => Destination::Nested,
        b"info" | b"title" | b"subject" | b"author" | b"operator" | b"keywords" | b"comment" | b"doccomm" | b"company" | b"manager"
        | b"category" | b"hlinkbase" | b"stylesheet" | b"sv" | b"revtbl" => Destination::Property,
        _ => return None,
    })
}
