use super::super::file::u16_at;

const CONTINUE: u16 = 0x003C;

/// A record: its type and its bytes, without those that continue it.
pub(super) struct Record<'w> {
    pub(super) of: u16,
    pub(super) body: &'w [u8],
}

/// Goes through the records of a workbook.
pub(super) struct Walk<'w> {
    rest: &'w [u8],
}

impl<'w> Walk<'w> {
    pub(super) fn new(bytes: &'w [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Returns the next record; `None` at the end, or where none is whole.
    pub(super) fn next(&mut self) -> Option<Record<'w>> {
        let of = u16_at(self.rest, 0);
        let body = self.rest.get(4..)?.get(..usize::from(u16_at(self.rest, 2)))?;
        self.rest = &self.rest[4 + body.len()..];
        Some(Record { of, body })
    }

    /// Tells whether nothing follows but what fills the last sector.
    pub(super) fn is_at_end(&self) -> bool {
        self.rest.iter().all(|byte| *byte == 0)
    }

    /// Returns a record's bytes with those of the records that continue it, which are passed over.
    pub(super) fn with_rest(&mut self, record: &Record<'w>) -> Vec<&'w [u8]> {
        let mut parts = vec![record.body];
        while u16_at(self.rest, 0) == CONTINUE {
            let Some(next) = self.next() else { break };
            parts.push(next.body);
        }
        parts
    }
}
