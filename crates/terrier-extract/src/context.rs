use std::cell::Cell;
use std::io;
use std::panic::resume_unwind;

use terrier_content::{Origin, Records, Segment, Text};
use terrier_model::{Method, Reason};

use crate::ocr::{self, Recognize};
use crate::quiet;
use crate::source::reason_of;
use crate::text::{self, Place};
use crate::{Flow, Limits, Member, Outcome, ReadError, Sink};

/// Why a room stopped before the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Halt {
    /// The sink asked to stop.
    Stopped,
    /// The asset has to be read in a worker process; nothing of it was handed out yet.
    NeedsWorker,
    /// For a reason that goes into the outcome.
    Because(Reason),
}

impl From<Reason> for Halt {
    fn from(reason: Reason) -> Self {
        Self::Because(reason)
    }
}

impl From<ReadError> for Halt {
    fn from(error: ReadError) -> Self {
        Self::Because(error.reason)
    }
}

impl From<io::Error> for Halt {
    fn from(error: io::Error) -> Self {
        Self::Because(reason_of(&error))
    }
}

/// What one asset may still spend, over all members and levels.
#[derive(Debug)]
pub(crate) struct Budget {
    decompressed: u64,
    by_ratio: u64,
    members: u64,
    dictionary: u64,
    spent: Cell<u64>,
    decoded: Cell<u64>,
    entered: Cell<u64>,
}

impl Budget {
    /// Makes the budget of an asset of `stored` bytes.
    pub(crate) fn new(limits: &Limits, stored: u64) -> Self {
        Self {
            decompressed: limits.decompressed_bytes,
            by_ratio: stored.saturating_mul(limits.ratio).max(limits.ratio_free_bytes),
            members: limits.members,
            dictionary: limits.dictionary_bytes(),
            spent: Cell::new(0),
            decoded: Cell::new(0),
            entered: Cell::new(0),
        }
    }

    /// Returns how many bytes decompression may still yield, at least one.
    pub(crate) fn allowance(&self) -> Result<u64, ReadError> {
        let spent = self.spent.get();
        if spent >= self.decompressed {
            return Err(ReadError::new(Reason::DecompressedLimit));
        }
        if spent >= self.by_ratio {
            return Err(ReadError::new(Reason::RatioLimit));
        }
        Ok(self.decompressed.min(self.by_ratio) - spent)
    }

    /// Returns how much memory a decoder may take for its dictionary.
    pub(crate) fn dictionary(&self) -> u64 {
        self.dictionary
    }

    /// Books bytes that decompression yielded.
    pub(crate) fn spend(&self, bytes: u64) {
        self.spent.set(self.spent.get().saturating_add(bytes));
    }

    /// Books bytes that came of an encoding that may well yield much from little, as Parquet's dictionaries do: no ratio holds.
    pub(crate) fn spend_decoded(&self, bytes: u64) -> Result<(), Reason> {
        self.decoded.set(self.decoded.get().saturating_add(bytes));
        if self.spent.get().saturating_add(self.decoded.get()) > self.decompressed { Err(Reason::DecompressedLimit) } else { Ok(()) }
    }

    /// Returns how many members may still be entered.
    pub(crate) fn members_left(&self) -> u64 {
        self.members.saturating_sub(self.entered.get())
    }

    fn enter(&self) -> Result<(), Reason> {
        if self.entered.get() >= self.members {
            return Err(Reason::MemberLimit);
        }
        self.entered.set(self.entered.get() + 1);
        Ok(())
    }
}

/// What is known so far of the asset or member that is being read.
#[derive(Debug, Default)]
struct State {
    format: Option<&'static str>,
    emitted: bool,
    missed: Option<Reason>,
    records_read: Option<u64>,
    records_total: Option<u64>,
}

impl State {
    fn outcome(&self, result: Result<(), Halt>, bytes_read: u64) -> Outcome {
        let reason = match result {
            Ok(()) => self.missed,
            Err(Halt::Because(reason)) => Some(reason),
            Err(Halt::Stopped | Halt::NeedsWorker) => None,
        };
        let method = match (result, reason) {
            (Ok(()), None) => Method::Full,
            (Err(Halt::Stopped), _) => Method::Sampled,
            _ if self.emitted => Method::Sampled,
            _ => Method::NotScanned,
        };
        let Self { format, records_read, records_total, .. } = *self;
        Outcome { format, method, reason, bytes_read, records_read, records_total }
    }
}

/// All that a room needs beside its input: the limits, the budget, and the way to the sink.
pub(crate) struct Context<'a> {
    pub(crate) limits: &'a Limits,
    pub(crate) budget: &'a Budget,
    /// Whether formats with complex parsers may be read in this process.
    pub(crate) complex_allowed: bool,
    /// What recognises the characters of pictures, where that is wanted.
    pub(crate) recognizer: Option<&'a dyn Recognize>,
    sink: &'a mut dyn Sink,
    in_sink: bool,
    depth: u32,
    state: State,
}

impl<'a> Context<'a> {
    pub(crate) fn new(limits: &'a Limits, budget: &'a Budget, complex_allowed: bool, sink: &'a mut dyn Sink) -> Self {
        Self { limits, budget, complex_allowed, recognizer: None, sink, in_sink: false, depth: 0, state: State::default() }
    }

    /// Notes the format of what is being read.
    pub(crate) fn set_format(&mut self, format: &'static str) {
        self.state.format = Some(format);
    }

    /// Returns the format that was noted.
    pub(crate) fn format(&self) -> &'static str {
        self.state.format.unwrap_or_default()
    }

    /// Notes how many records the format says there are.
    pub(crate) fn set_records_total(&mut self, records: u64) {
        self.state.records_total = Some(records);
        self.state.records_read.get_or_insert(0);
    }

    /// Notes that a part was left out, though reading goes on. The first reason counts.
    pub(crate) fn miss(&mut self, reason: Reason) {
        self.state.missed.get_or_insert(reason);
    }

    /// Hands a text to the sink.
    pub(crate) fn text(&mut self, text: Text<'_>) -> Result<(), Halt> {
        if text.body().is_empty() { Ok(()) } else { self.segment(Segment::Text(text)) }
    }

    /// Hands a batch of records to the sink and counts them.
    pub(crate) fn records(&mut self, records: &Records) -> Result<(), Halt> {
        if records.records == 0 {
            return Ok(());
        }
        *self.state.records_read.get_or_insert(0) += u64::from(records.records);
        self.segment(Segment::Records(records))
    }

    /// Has the characters of a picture recognised, and hands out what they say: at the page, or at the picture's own pages.
    ///
    /// Tells whether that was done. Where it was not, what is shown stays unread.
    pub(crate) fn recognize(&mut self, picture: &[u8], page: Option<u32>) -> Result<bool, Halt> {
        let Some(recognizer) = self.recognizer.filter(|_| picture.len() <= ocr::MAX_PICTURE) else { return Ok(false) };
        let said = match recognizer.recognize(picture) {
            Ok(said) => said,
            Err(reason) => {
                self.miss(reason);
                return Ok(false);
            }
        };
        for (number, text) in ocr::pages(&said) {
            self.budget.spend_decoded(text.len() as u64)?;
            text::windows(self, &mut text.as_bytes(), text::BODY, Place::START, &|_| Origin::Page(page.unwrap_or(number)))?;
        }
        Ok(true)
    }

    /// Passes a segment on as it is; used where records were counted elsewhere.
    pub(crate) fn segment(&mut self, segment: Segment<'_>) -> Result<(), Halt> {
        self.state.emitted = true;
        match self.with_sink(|sink| sink.segment(segment)) {
            Flow::Continue => Ok(()),
            Flow::Stop => Err(Halt::Stopped),
        }
    }

    /// Runs `read` one level deeper: a member or a compression layer.
    pub(crate) fn deeper(&mut self, read: impl FnOnce(&mut Self) -> Result<(), Halt>) -> Result<(), Halt> {
        if self.depth >= self.limits.depth {
            return Err(Reason::DepthLimit.into());
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// Enters a member, runs `read`, and leaves it whatever happens. `read` books the unpacked bytes it consumed in the cell.
    ///
    /// Fails only where the container has to stop too: the sink asked for it, the asset's budget is spent, or the store failed.
    pub(crate) fn member(&mut self, member: Member<'_>, read: impl FnOnce(&mut Self, &Cell<u64>) -> Result<(), Halt>) -> Result<(), Halt> {
        self.budget.enter()?;
        self.with_sink(|sink| sink.enter(member));
        let container = std::mem::take(&mut self.state);
        let depth = self.depth;
        let consumed = Cell::new(0);
        let result = self.catch(|context| context.deeper(|context| read(context, &consumed)));
        let bytes_read = member.size.map_or(consumed.get(), |size| consumed.get().min(size));
        let outcome = std::mem::replace(&mut self.state, container).outcome(result, bytes_read);
        self.state.emitted = true;
        self.depth = depth;
        self.with_sink(|sink| sink.leave(outcome));
        match result {
            Err(Halt::Because(reason)) if !ends_asset(reason) => Ok(()),
            result => result,
        }
    }

    /// Runs `read`; a panic of a parser becomes a reason, one of the sink goes on its way.
    pub(crate) fn catch(&mut self, read: impl FnOnce(&mut Self) -> Result<(), Halt>) -> Result<(), Halt> {
        match quiet::catch(|| read(self)) {
            Ok(result) => result,
            Err(panic) if self.in_sink => resume_unwind(panic),
            Err(_) => Err(Reason::ParserCrashed.into()),
        }
    }

    /// Calls the sink. Its panics are its own: they are neither silenced nor taken for a parser's.
    fn with_sink<T>(&mut self, call: impl FnOnce(&mut dyn Sink) -> T) -> T {
        self.in_sink = true;
        let result = quiet::aloud(|| call(self.sink));
        self.in_sink = false;
        result
    }

    /// Makes the asset's outcome.
    pub(crate) fn outcome(&self, result: Result<(), Halt>, bytes_read: u64) -> Outcome {
        self.state.outcome(result, bytes_read)
    }
}

/// Tells whether a member's reason holds for all that follows it too.
pub(crate) fn ends_asset(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::DecompressedLimit
            | Reason::RatioLimit
            | Reason::MemberLimit
            | Reason::TimedOut
            | Reason::Denied
            | Reason::KeyDenied
            | Reason::NotFound
            | Reason::Changed
            | Reason::Locked
            | Reason::Throttled
            | Reason::ReadFailed
    )
}
