use terrier_content::ColumnKind;

/// Slots that are kept at most, and their bytes. What lies deeper than that is handed out.
const MAX_SLOTS: usize = 1 << 20;
const MAX_BYTES: usize = 16 << 20;
/// What is remembered: texts up to this length, and so much of them.
const MAX_REMEMBERED: usize = 256;
const MAX_MEMO: usize = 1 << 20;

/// What lies on the stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Slot {
    Mark,
    Text(Vec<u8>),
    Number(Vec<u8>),
    /// What is neither.
    Other,
}

impl Slot {
    pub(super) fn text(&self) -> &[u8] {
        match self {
            Self::Text(text) | Self::Number(text) => text,
            Self::Mark | Self::Other => b"",
        }
    }

    pub(super) fn kind(&self) -> ColumnKind {
        match self {
            Self::Number(number) if number.contains(&b'.') => ColumnKind::Float,
            Self::Number(_) => ColumnKind::Integer,
            _ => ColumnKind::Text,
        }
    }
}

/// The stack of the machine that a pickle is written for, as far as texts go, and what it remembers.
#[derive(Default)]
pub(super) struct Stack {
    slots: Vec<Slot>,
    bytes: usize,
    marks: Vec<usize>,
    memo: Vec<Option<Box<[u8]>>>,
    remembered: usize,
}

impl Stack {
    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    pub(super) fn is_full(&self) -> bool {
        self.slots.len() >= MAX_SLOTS || self.bytes >= MAX_BYTES
    }

    pub(super) fn push(&mut self, slot: Slot) {
        if slot == Slot::Mark {
            self.marks.push(self.slots.len());
        }
        self.bytes += slot.text().len();
        self.slots.push(slot);
    }

    /// Returns where the last mark lies, or the bottom where there is none.
    pub(super) fn mark(&self) -> usize {
        self.marks.last().copied().unwrap_or(0)
    }

    /// Takes all from a place on.
    pub(super) fn take(&mut self, from: usize) -> Vec<Slot> {
        let from = from.min(self.slots.len());
        while self.marks.last().is_some_and(|mark| *mark >= from) {
            self.marks.pop();
        }
        let taken = self.slots.split_off(from);
        self.bytes -= taken.iter().map(|slot| slot.text().len()).sum::<usize>();
        taken
    }

    /// Remembers what lies on top under a number.
    pub(super) fn put(&mut self, number: usize) {
        if number >= MAX_MEMO {
            return;
        }
        if self.memo.len() <= number {
            self.memo.resize(number + 1, None);
        }
        self.memo[number] = match self.slots.last() {
            Some(Slot::Text(text)) if text.len() <= MAX_REMEMBERED && self.remembered < MAX_BYTES => {
                self.remembered += text.len();
                Some(text.as_slice().into())
            }
            _ => None,
        };
    }

    /// Remembers what lies on top under the next number.
    pub(super) fn memoize(&mut self) {
        self.put(self.memo.len());
    }

    /// Returns what is remembered under a number.
    pub(super) fn get(&self, number: usize) -> Slot {
        self.memo.get(number).and_then(Option::as_ref).map_or(Slot::Other, |text| Slot::Text(text.to_vec()))
    }

    /// Forgets what was remembered, where another pickle begins.
    pub(super) fn forget(&mut self) {
        self.memo.clear();
        self.remembered = 0;
    }
}
