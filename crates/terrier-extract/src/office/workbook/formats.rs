use std::collections::HashSet;

use crate::context::{Context, Halt};
use crate::markup::{Element, Visitor};

/// Formats of cells that are kept; programs allow 65,490.
const MOST: usize = 1 << 16;

/// Which formats of cells show a number as a date (ECMA-376, 18.8).
#[derive(Default)]
pub(super) struct Formats {
    /// Numbers of the workbook's own formats that show dates.
    own: HashSet<u64>,
    /// By the number that cells refer to.
    dates: Vec<bool>,
    in_cell_formats: bool,
    open: Vec<bool>,
}

impl Formats {
    /// Tells whether a cell of that format shows a date.
    pub(super) fn shows_date(&self, format: usize) -> bool {
        self.dates.get(format).copied().unwrap_or(false)
    }
}

impl Visitor for Formats {
    fn open(&mut self, _: &mut Context<'_>, element: &Element<'_>) -> Result<(), Halt> {
        let is_list = element.name() == b"cellXfs";
        self.open.push(is_list);
        self.in_cell_formats |= is_list;
        match element.name() {
            b"numFmt" if self.own.len() < MOST => {
                if let (Some(number), Some(code)) = (element.number(b"numFmtId"), element.attribute(b"formatCode"))
                    && is_date(&code)
                {
                    self.own.insert(number);
                }
            }
            b"xf" if self.in_cell_formats && self.dates.len() < MOST => {
                let number = element.number(b"numFmtId").unwrap_or(0);
                self.dates.push(matches!(number, 14..=22 | 27..=36 | 45 | 47 | 50..=58) || self.own.contains(&number));
            }
            _ => {}
        }
        Ok(())
    }

    fn close(&mut self, _: &mut Context<'_>) -> Result<(), Halt> {
        if self.open.pop() == Some(true) {
            self.in_cell_formats = false;
        }
        Ok(())
    }

    fn text(&mut self, _: &mut Context<'_>, _: &[u8]) -> Result<(), Halt> {
        Ok(())
    }

    fn remark(&mut self, _: &mut Context<'_>, _: &[u8]) -> Result<(), Halt> {
        Ok(())
    }
}

/// Tells whether a format's code shows a date or a time of day: a duration such as `[h]:mm` is a number.
fn is_date(code: &[u8]) -> bool {
    let mut rest = code;
    while let Some((byte, after)) = rest.split_first() {
        rest = match byte {
            b'"' => &after[memchr::memchr(b'"', after).map_or(after.len(), |end| end + 1)..],
            b'[' => {
                if matches!(after.first(), Some(b'h' | b'H' | b'm' | b'M' | b's' | b'S')) {
                    return false;
                }
                &after[memchr::memchr(b']', after).map_or(after.len(), |end| end + 1)..]
            }
            b'\\' | b'_' | b'*' => after.get(1..).unwrap_or_default(),
            b'G' | b'g' if after.get(..6).is_some_and(|rest| rest.eq_ignore_ascii_case(b"eneral")) => &after[6..],
            b'd' | b'D' | b'm' | b'M' | b'y' | b'Y' | b'h' | b'H' | b's' | b'S' => return true,
            _ => after,
        };
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_told_from_numbers() {
        for code in ["yyyy-mm-dd", "[$-409]d/m/yy h:mm AM/PM;@", "hh:mm", "General \"x\" d"] {
            assert!(is_date(code.as_bytes()), "{code}");
        }
        for code in ["General", "0.00", "#,##0 \"days\"", "[Red]0\\d", "[h]:mm:ss", "_d0*m", "\"open"] {
            assert!(!is_date(code.as_bytes()), "{code}");
        }
    }
}
