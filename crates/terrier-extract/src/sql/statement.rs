//! Statements by their first words, the names in them, and their ends.

/// What a line begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Statement {
    Insert,
    Copy,
    Create,
    Other,
}

/// What stands before the rows of an `INSERT`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Insert {
    pub(super) table: Vec<u8>,
    pub(super) columns: Option<Vec<Vec<u8>>>,
    /// How long it is.
    pub(super) length: usize,
    /// Whether a backslash in a string takes away the meaning of what follows, as in MySQL.
    pub(super) backslashes: bool,
    /// Whether more stands in it than names.
    pub(super) has_comments: bool,
}

/// What stands before the rows of a `COPY`.
pub(super) struct Copied {
    pub(super) table: Vec<u8>,
    pub(super) columns: Option<Vec<Vec<u8>>>,
}

impl Statement {
    /// Tells what a line begins.
    pub(super) fn of(line: &[u8]) -> Self {
        let line = line.trim_ascii_start();
        match line.first() {
            Some(b'I' | b'i') if begins(line, b"insert") => Self::Insert,
            Some(b'R' | b'r') if begins(line, b"replace") => Self::Insert,
            Some(b'C' | b'c') if begins(line, b"copy") => Self::Copy,
            Some(b'C' | b'c') if begins(line, b"create") && creates_table(line) => Self::Create,
            _ => Self::Other,
        }
    }
}

/// Tells whether it is a table that is created: functions may hold anything.
fn creates_table(line: &[u8]) -> bool {
    line.split(u8::is_ascii_whitespace).skip(1).take(4).any(|word| word.eq_ignore_ascii_case(b"table"))
}

fn begins(line: &[u8], word: &[u8]) -> bool {
    line.get(..word.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(word))
        && line.get(word.len()).is_some_and(u8::is_ascii_whitespace)
}

/// Tells whether rows follow what the line begins.
pub(super) fn has_rows(line: &[u8]) -> bool {
    matches!(super::insert::head(line.trim_ascii_start()), super::insert::Scan::Found(_)) || copied(line).is_some()
}

/// Reads the line before rows of PostgreSQL: `COPY public.people (id, name) FROM stdin;`
pub(super) fn copied(line: &[u8]) -> Option<Copied> {
    let mut words = Words(line);
    words.next().filter(|word| word.is(b"copy"))?;
    let table = words.name()?;
    let columns = words.list()?;
    words.next().filter(|word| word.is(b"from"))?;
    words.next().filter(|word| word.is(b"stdin"))?;
    let options = words.0.to_ascii_lowercase();
    // What stands between commas is no row of tabs.
    (memchr::memmem::find(&options, b"csv").is_none()).then_some(Copied { table, columns })
}

/// Reads the names of a table and of its columns from the statement that creates it.
pub(super) fn created(statement: &[u8]) -> Option<(Vec<u8>, Vec<Vec<u8>>)> {
    let mut words = Words(statement);
    words.next().filter(|word| word.is(b"create"))?;
    loop {
        if words.next()?.is(b"table") {
            break;
        }
    }
    if words.peek().is_some_and(|word| word.is(b"if")) {
        words.next().and_then(|_| words.next()).and_then(|_| words.next())?;
    }
    let table = words.name()?;
    words.next().filter(|word| word.text == b"(")?;
    let mut columns = Vec::new();
    loop {
        let name = words.next()?;
        if name.text == b")" && !name.quoted {
            break;
        }
        let is_column = name.quoted || !CONSTRAINTS.iter().any(|word| name.is(word));
        if is_column && columns.len() < MAX_COLUMNS {
            columns.push(name.text.to_vec());
        }
        if words.rest_of_item()? {
            break;
        }
    }
    Some((table, columns))
}

/// Columns of a table that are kept.
const MAX_COLUMNS: usize = 4096;
/// What stands among columns and is none.
const CONSTRAINTS: [&[u8]; 11] =
    [b"primary", b"key", b"unique", b"constraint", b"foreign", b"check", b"index", b"fulltext", b"spatial", b"exclude", b"like"];

/// Returns the length of a statement up to its semicolon; `None` where that does not come.
pub(super) fn length(text: &[u8]) -> Option<usize> {
    let mut words = Words(text);
    while let Some(word) = words.next() {
        if word.text == b";" && !word.quoted {
            return Some(text.len() - words.0.len());
        }
    }
    None
}

/// A word, a quoted name or string, or a sign.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word<'t> {
    pub(super) text: &'t [u8],
    pub(super) quoted: bool,
}

impl Word<'_> {
    pub(super) fn is(&self, word: &[u8]) -> bool {
        !self.quoted && self.text.eq_ignore_ascii_case(word)
    }

    pub(super) fn is_name(&self) -> bool {
        self.quoted || self.text.first().is_some_and(|byte| is_part_of_word(*byte))
    }
}

/// Takes words off the front of a text, without comments.
pub(super) struct Words<'t>(pub(super) &'t [u8]);

impl<'t> Words<'t> {
    /// Takes a word; `None` where the text ends, maybe inside of one.
    pub(super) fn next(&mut self) -> Option<Word<'t>> {
        self.skip_blanks()?;
        let (first, rest) = self.0.split_first()?;
        let close = match first {
            b'"' | b'`' | b'\'' => *first,
            b'[' => b']',
            byte => {
                let is_sign = !is_part_of_word(*byte);
                let length = if is_sign { 1 } else { self.0.iter().position(|byte| !is_part_of_word(*byte))? };
                let (text, rest) = self.0.split_at(length);
                self.0 = rest;
                return Some(Word { text, quoted: false });
            }
        };
        let end = memchr::memchr(close, rest)?;
        self.0 = &rest[end + 1..];
        Some(Word { text: &rest[..end], quoted: true })
    }

    pub(super) fn peek(&self) -> Option<Word<'t>> {
        Words(self.0).next()
    }

    fn skip_blanks(&mut self) -> Option<()> {
        loop {
            self.0 = self.0.trim_ascii_start();
            if self.0.starts_with(b"--") {
                self.0 = &self.0[memchr::memchr(b'\n', self.0)?..];
            } else if self.0.starts_with(b"/*") {
                self.0 = &self.0[memchr::memmem::find(self.0, b"*/")? + 2..];
            } else {
                return Some(());
            }
        }
    }

    /// Takes the name of a table, and returns its last part.
    pub(super) fn name(&mut self) -> Option<Vec<u8>> {
        let mut name = self.next().filter(Word::is_name)?;
        // What stands before the dot is the name of a schema.
        while self.peek().is_some_and(|word| word.text == b"." && !word.quoted) {
            self.next()?;
            name = self.next().filter(Word::is_name)?;
        }
        Some(name.text.to_vec())
    }

    /// Takes a list of names in parentheses; `Some(None)` where none stands here.
    pub(super) fn list(&mut self) -> Option<Option<Vec<Vec<u8>>>> {
        let mut words = Words(self.0);
        if words.next()?.text != b"(" {
            return Some(None);
        }
        let mut names = Vec::new();
        loop {
            let name = words.next()?;
            if !name.is_name() {
                return Some(None);
            }
            if names.len() < MAX_COLUMNS {
                names.push(name.text.to_vec());
            }
            match words.next()?.text {
                b"," => {}
                b")" => break,
                _ => return Some(None),
            }
        }
        self.0 = words.0;
        Some(Some(names))
    }

    /// Goes behind the comma that ends a column; true where the last parenthesis came instead.
    fn rest_of_item(&mut self) -> Option<bool> {
        let mut depth = 0_usize;
        loop {
            let word = self.next()?;
            match word.text {
                _ if word.quoted => {}
                b"(" => depth += 1,
                b")" if depth == 0 => return Some(true),
                b")" => depth -= 1,
                b"," if depth == 0 => return Some(false),
                b";" => return None,
                _ => {}
            }
        }
    }
}

fn is_part_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'#' | b'@') || byte >= 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<Vec<u8>> {
        names.iter().map(|name| name.as_bytes().to_vec()).collect()
    }

    #[test]
    fn tables_name_their_columns() {
        let check = |statement: &str, table: &str, columns: &[&str]| {
            assert_eq!(created(statement.as_bytes()), Some((table.as_bytes().to_vec(), names(columns))), "{statement}");
        };
        check(
            "CREATE TABLE `people` (\n  `id` int NOT NULL, -- key\n  `name` varchar(20) DEFAULT 'a,b)', `amount` decimal(10,2),\n  PRIMARY KEY (`id`, `name`)\n) ENGINE=InnoDB;",
            "people",
            &["id", "name", "amount"],
        );
        check("CREATE TEMPORARY TABLE IF NOT EXISTS public.\"a b\" (x text, \"key\" text);", "a b", &["x", "key"]);
        check("CREATE TABLE [dbo].[T]([A] [int], CONSTRAINT [k] CHECK ([A] > 0))", "T", &["A"]);
        assert_eq!(created(b"CREATE INDEX a ON b (c);"), None);
    }

    #[test]
    fn statements_end_at_their_semicolon() {
        assert_eq!(length(b"a ';' \"b;\" -- c;\n /* ; */ d; e"), Some(28));
        assert_eq!(length(b"a ';"), None);
    }

    #[test]
    fn copies_name_their_columns() {
        let copied = copied(b"COPY public.people (id, \"full name\") FROM stdin;\n").unwrap();
        assert_eq!((copied.table, copied.columns), (b"people".to_vec(), Some(names(&["id", "full name"]))));
        assert!(super::copied(b"COPY people FROM '/tmp/people';\n").is_none());
        assert!(super::copied(b"COPY people FROM stdin WITH (FORMAT csv);\n").is_none());
    }
}
