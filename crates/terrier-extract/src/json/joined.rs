use crate::context::{Context, Halt};
use crate::text::{self, Place};

/// How much is joined before it is handed out.
const MOST: usize = 1 << 20;

/// Joins the strings of a list, which are the lines of a text.
///
/// Each mostly stands on a line of the file, so that the lines of the text are lines of the file, from the first on.
pub(super) struct Joined {
    text: Vec<u8>,
    place: Place,
}

impl Joined {
    pub(super) fn new() -> Self {
        Self { text: Vec::new(), place: Place::START }
    }

    /// Tells whether nothing waits.
    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Adds a line; the first has a place in the file.
    pub(super) fn push(&mut self, context: &mut Context<'_>, line: &[u8], place: Option<Place>) -> Result<(), Halt> {
        if let Some(place) = place {
            self.place = place;
        } else if self.text.len() + line.len() > MOST {
            self.hand_out(context)?;
        } else if self.text.last() != Some(&b'\n') {
            self.text.push(b'\n');
        }
        self.text.extend_from_slice(line);
        Ok(())
    }

    /// Hands out what was joined.
    pub(super) fn hand_out(&mut self, context: &mut Context<'_>) -> Result<(), Halt> {
        let result = text::whole(context, &self.text, self.place);
        self.place = self.place.after(&self.text);
        self.text.clear();
        result
    }
}
