use super::Table;

/// How a table is written as delimited text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    /// What stands between fields.
    pub delimiter: char,
    /// Whether every field is quoted, or only those that need it.
    pub quote_all: bool,
    /// Whether lines end as Windows ends them.
    pub crlf: bool,
    /// Whether the first line names the columns.
    pub header: bool,
}

impl Dialect {
    /// Comma-separated, as RFC 4180 has it but with Unix line ends.
    pub const CSV: Self = Self { delimiter: ',', quote_all: false, crlf: false, header: true };
    /// Tab-separated.
    pub const TSV: Self = Self { delimiter: '\t', ..Self::CSV };
    /// Semicolons and Windows line ends: what a European spreadsheet exports.
    pub const EUROPEAN: Self = Self { delimiter: ';', quote_all: false, crlf: true, header: true };
}

/// Writes a table as delimited text.
pub fn delimited(table: &Table, dialect: Dialect) -> String {
    let mut out = String::new();
    if dialect.header {
        line(&mut out, &table.headers, dialect);
    }
    for row in &table.rows {
        line(&mut out, row, dialect);
    }
    out
}

fn line(out: &mut String, fields: &[String], dialect: Dialect) {
    for (place, field) in fields.iter().enumerate() {
        if place > 0 {
            out.push(dialect.delimiter);
        }
        if dialect.quote_all || field.contains([dialect.delimiter, '"', '\n', '\r']) {
            out.push('"');
            out.push_str(&field.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(field);
        }
    }
    out.push_str(if dialect.crlf { "\r\n" } else { "\n" });
}
