use terrier_content::{Origin, Sensitive, Text};

use crate::context::{Context, Halt};
use crate::text::{BODY, NEIGHBOUR, Place, cut};

/// Pages whose text is handed out by itself however short it is; of later ones, short pages share the place of the first.
const SHORT_PAGES: u32 = 1000;
const SHORT: usize = 256;

/// How places in a story are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Naming {
    /// By its lines, which are paragraphs and rows.
    Lines,
    /// By the pages that the program which wrote the document saw; by its lines where it noted none.
    Pages,
    /// All of it has one place.
    At(Origin),
}

/// Collects text and hands it out in windows, each of one place.
pub(super) struct Windows {
    naming: Naming,
    bytes: Vec<u8>,
    /// Where in `bytes` begins what was not handed out yet.
    start: usize,
    place: Place,
    /// Where pages begin: offset in `bytes`, number.
    pages: Vec<(usize, u32)>,
    /// The page at the end of the text, and that at `start`.
    page: u32,
    at_hand: u32,
}

impl Windows {
    pub(super) fn new(naming: Naming) -> Self {
        Self { naming, bytes: Vec::new(), start: 0, place: Place::START, pages: Vec::new(), page: 1, at_hand: 1 }
    }

    pub(super) fn push(&mut self, context: &mut Context<'_>, mut bytes: &[u8]) -> Result<(), Halt> {
        while !bytes.is_empty() {
            let taken = bytes.len().min((BODY + NEIGHBOUR).saturating_sub(self.bytes.len() - self.start).max(1));
            self.bytes.extend_from_slice(&bytes[..taken]);
            bytes = &bytes[taken..];
            if self.bytes.len() - self.start >= BODY + NEIGHBOUR {
                let end = self.start + cut(&self.bytes[self.start..self.start + BODY]);
                self.hand_out(context, end)?;
                self.forget();
            }
        }
        Ok(())
    }

    /// Notes that a page begins here.
    pub(super) fn page(&mut self) {
        if self.naming != Naming::Pages {
            return;
        }
        self.page = self.page.saturating_add(1);
        let at = self.bytes.len();
        match self.pages.last_mut() {
            Some((last, page)) if *last == at => *page = self.page,
            last => {
                let last = last.map_or(self.start, |(last, _)| *last);
                if self.page < SHORT_PAGES || at - last >= SHORT {
                    self.pages.push((at, self.page));
                }
            }
        }
    }

    /// Hands out what is left.
    pub(super) fn finish(&mut self, context: &mut Context<'_>) -> Result<(), Halt> {
        let result = self.hand_out(context, self.bytes.len());
        self.bytes.clear();
        self.start = 0;
        result
    }

    fn hand_out(&mut self, context: &mut Context<'_>, end: usize) -> Result<(), Halt> {
        for (at, page) in std::mem::take(&mut self.pages) {
            if at < end {
                self.body(context, at)?;
                self.at_hand = page;
            } else {
                self.pages.push((at, page));
            }
        }
        self.body(context, end)
    }

    fn body(&mut self, context: &mut Context<'_>, end: usize) -> Result<(), Halt> {
        let (start, all) = (self.start, &self.bytes);
        let origin = match self.naming {
            Naming::At(origin) => origin,
            Naming::Pages if self.page > 1 => Origin::Page(self.at_hand),
            Naming::Lines | Naming::Pages => self.place.lines(),
        };
        let window_start = start.saturating_sub(NEIGHBOUR);
        let window = &all[window_start..all.len().min(end + NEIGHBOUR)];
        self.place = self.place.after(&all[start..end]);
        self.start = end;
        let (body_start, body_end) = (start - window_start, end - window_start);
        context.text(Text { bytes: Sensitive::new(window), body_start, body_end, origin })
    }

    /// Forgets what is too far back to be a neighbour.
    fn forget(&mut self) {
        let gone = self.start.saturating_sub(NEIGHBOUR);
        self.bytes.drain(..gone);
        self.start -= gone;
        self.pages.iter_mut().for_each(|(at, _)| *at -= gone);
    }
}
