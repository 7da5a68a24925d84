//! The names of columns, taken from the statement that made the table.

/// The columns of a table in the order in which rows have them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Columns {
    pub(super) names: Vec<Vec<u8>>,
    /// The column that stands for the row's number.
    pub(super) row_id: Option<usize>,
}

#[derive(Default)]
struct Definition {
    name: Vec<u8>,
    key: bool,
    integer: bool,
    stored: bool,
}

impl Columns {
    /// Reads a `CREATE TABLE` as far as it is one.
    pub(super) fn parse(sql: &[u8]) -> Self {
        let mut tokens = Tokens(sql);
        if !tokens.by_ref().any(|token| token == Token::Open) {
            return Self::default();
        }
        let mut columns: Vec<Definition> = Vec::new();
        let mut key: Vec<Vec<u8>> = Vec::new();
        loop {
            let (part, ended) = part(&mut tokens);
            match part.first() {
                Some(Token::Word(word)) if is_any(word, &["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"]) => {
                    key.extend(key_of(&part));
                }
                Some(Token::Word(name) | Token::Quoted(name)) => columns.push(definition(name.clone(), &part[1..])),
                _ => {}
            }
            if ended {
                break;
            }
        }
        let without_row_id = tokens.filter(|token| matches!(token, Token::Word(word) if is_any(word, &["WITHOUT", "ROWID"]))).count() == 2;
        Self::ordered(columns, key, without_row_id)
    }

    fn ordered(mut columns: Vec<Definition>, key: Vec<Vec<u8>>, without_row_id: bool) -> Self {
        columns.retain(|column| column.stored);
        let at = |columns: &[Definition], name: &[u8]| columns.iter().position(|column| column.name.eq_ignore_ascii_case(name));
        if without_row_id {
            // The columns of the key come first.
            let mut names: Vec<Vec<u8>> = key.iter().filter(|name| at(&columns, name).is_some()).cloned().collect();
            names.extend(columns.iter().filter(|column| column.key).map(|column| column.name.clone()));
            let rest = columns.into_iter().map(|column| column.name);
            let rest: Vec<_> = rest.filter(|name| !names.iter().any(|key| key.eq_ignore_ascii_case(name))).collect();
            names.extend(rest);
            return Self { names, row_id: None };
        }
        let row_id = match key.as_slice() {
            [name] => at(&columns, name).filter(|index| columns[*index].integer),
            _ => columns.iter().position(|column| column.key && column.integer),
        };
        Self { names: columns.into_iter().map(|column| column.name).collect(), row_id }
    }
}

fn definition(name: Vec<u8>, rest: &[Token]) -> Definition {
    let word = |index: usize, expected: &str| matches!(rest.get(index), Some(Token::Word(word)) if is_any(word, &[expected]));
    let has = |expected: &str| (0..rest.len()).any(|index| word(index, expected));
    let key = (0..rest.len()).any(|index| word(index, "PRIMARY") && word(index + 1, "KEY"));
    // The type is `INTEGER` and nothing else: `INTEGER UNSIGNED` makes a column of its own.
    let after_type = ["PRIMARY", "CONSTRAINT", "NOT", "NULL", "UNIQUE", "CHECK", "DEFAULT", "COLLATE", "REFERENCES"];
    let integer = word(0, "INTEGER") && (rest.len() == 1 || after_type.iter().any(|next| word(1, next)));
    let computed = (0..rest.len()).any(|index| word(index, "AS") && rest.get(index + 1) == Some(&Token::Open));
    Definition { name, key, integer, stored: !computed || has("STORED") }
}

/// Returns the columns of a constraint that is the primary key.
fn key_of(part: &[Token]) -> Vec<Vec<u8>> {
    let Some(start) = part.iter().position(|token| matches!(token, Token::Word(word) if is_any(word, &["PRIMARY"]))) else {
        return Vec::new();
    };
    let mut names = Vec::new();
    let mut before = &Token::Open;
    for token in part[start..].iter().skip_while(|token| **token != Token::Open) {
        match token {
            Token::Close => break,
            Token::Word(name) | Token::Quoted(name) if matches!(before, Token::Open | Token::Comma) => names.push(name.clone()),
            _ => {}
        }
        before = token;
    }
    names
}

/// Takes what stands up to the next comma or the end of the list; true at the end.
fn part(tokens: &mut Tokens<'_>) -> (Vec<Token>, bool) {
    let mut part = Vec::new();
    let mut depth = 0_usize;
    for token in tokens {
        match token {
            Token::Comma if depth == 0 => return (part, false),
            Token::Close if depth == 0 => return (part, true),
            Token::Open => depth += 1,
            Token::Close => depth -= 1,
            _ => {}
        }
        part.push(token);
    }
    (part, true)
}

fn is_any(word: &[u8], expected: &[&str]) -> bool {
    expected.iter().any(|expected| word.eq_ignore_ascii_case(expected.as_bytes()))
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Word(Vec<u8>),
    Quoted(Vec<u8>),
    Open,
    Close,
    Comma,
    Other,
}

struct Tokens<'s>(&'s [u8]);

impl Tokens<'_> {
    fn skip_to(&mut self, end: &[u8]) {
        let at = memchr::memmem::find(self.0, end).map_or(self.0.len(), |at| at + end.len());
        self.0 = &self.0[at..];
    }

    /// Takes what stands in quotes, which begin with the byte before; a doubled quote is one of the name.
    fn quoted(&mut self, quote: u8) -> Vec<u8> {
        let mut name = Vec::new();
        while let Some((byte, rest)) = self.0.split_first() {
            self.0 = rest;
            if *byte == quote {
                if quote == b']' || rest.first() != Some(&quote) {
                    break;
                }
                self.0 = &rest[1..];
            }
            name.push(*byte);
        }
        name
    }
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        loop {
            let (byte, rest) = self.0.split_first()?;
            let before = self.0;
            self.0 = rest;
            return Some(match byte {
                b'-' if rest.first() == Some(&b'-') => {
                    self.skip_to(b"\n");
                    continue;
                }
                b'/' if rest.first() == Some(&b'*') => {
                    self.skip_to(b"*/");
                    continue;
                }
                byte if byte.is_ascii_whitespace() => continue,
                b'"' | b'\'' | b'`' => Token::Quoted(self.quoted(*byte)),
                b'[' => Token::Quoted(self.quoted(b']')),
                b'(' => Token::Open,
                b')' => Token::Close,
                b',' => Token::Comma,
                byte if is_word(*byte) => {
                    let len = before.iter().take_while(|byte| is_word(**byte)).count();
                    self.0 = &before[len..];
                    Token::Word(before[..len].to_vec())
                }
                _ => Token::Other,
            });
        }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || byte >= 0x80
}
