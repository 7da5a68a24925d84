use std::collections::BTreeMap;
use std::io::{self, Read};

use super::{Clock, ORDER_HEADER, log_line, order_row, sentence};
use crate::dice::Dice;
use crate::value::{KINDS, Kind};

/// How long one kind of text goes on before the next is drawn.
const STRETCH: u64 = 16 * 1024;

/// What a [`TextStream`] gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextPlan {
    /// The seed.
    pub seed: u64,
    /// Length of the whole, to the byte.
    pub bytes: u64,
    /// One sensitive value per so many bytes; none at all without. Never more than one per line.
    pub hit_every: Option<u64>,
}

/// Streams a mixed corpus: 40 % rows of CSV, 35 % JSON logs, 25 % prose, without ever holding more than a line.
#[derive(Debug)]
pub struct TextStream {
    dice: Dice,
    clock: Clock,
    hit_every: Option<u64>,
    kinds: Vec<&'static Kind>,
    hits: u64,
    written: u64,
    total: u64,
    shape: Shape,
    shape_until: u64,
    line: String,
    given: usize,
    truth: BTreeMap<&'static str, u64>,
}

#[derive(Debug, Clone, Copy)]
enum Shape {
    Csv,
    Json,
    Prose,
}

impl TextStream {
    /// Starts the stream of a plan.
    pub fn new(plan: TextPlan) -> Self {
        let mut dice = Dice::new(plan.seed).fork("text");
        Self {
            clock: Clock::start(&mut dice),
            dice,
            hit_every: plan.hit_every.map(|every| every.max(1)),
            kinds: KINDS.iter().filter(|kind| !kind.multiline).collect(),
            hits: 0,
            written: 0,
            total: plan.bytes,
            shape: Shape::Prose,
            shape_until: 0,
            line: String::new(),
            given: 0,
            truth: BTreeMap::new(),
        }
    }

    /// Returns how many values of each class the stream has planted so far.
    pub fn truth(&self) -> &BTreeMap<&'static str, u64> {
        &self.truth
    }

    fn next_line(&mut self) {
        self.line.clear();
        self.given = 0;
        if self.written >= self.shape_until {
            self.turn();
        }
        let kind = self.due_kind();
        let planted = match self.shape {
            Shape::Csv => order_row(&mut self.line, &mut self.dice, &mut self.clock, kind).is_some(),
            Shape::Json => log_line(&mut self.line, &mut self.dice, &mut self.clock, kind).is_some(),
            Shape::Prose => self.prose_line(kind),
        };
        let left = self.total - self.written;
        if self.line.len() as u64 > left {
            self.line = ".".repeat(left.saturating_sub(1) as usize) + "\n";
        } else if let (true, Some(kind)) = (planted, kind) {
            self.hits += 1;
            *self.truth.entry(kind.class).or_default() += 1;
        }
        self.written += self.line.len() as u64;
    }

    /// Draws the next kind of text; a stretch of CSV starts with its header.
    fn turn(&mut self) {
        self.shape = match self.dice.below(100) {
            0..40 => Shape::Csv,
            40..75 => Shape::Json,
            _ => Shape::Prose,
        };
        self.shape_until = self.written + STRETCH;
        if matches!(self.shape, Shape::Csv) {
            self.line.push_str(ORDER_HEADER);
            self.line.push('\n');
        }
    }

    fn due_kind(&mut self) -> Option<&'static Kind> {
        let every = self.hit_every?;
        if self.written < self.hits.saturating_mul(every) + every / 2 {
            return None;
        }
        Some(self.kinds[self.dice.index(self.kinds.len())])
    }

    fn prose_line(&mut self, hit: Option<&Kind>) -> bool {
        for place in 0..3 {
            if place > 0 {
                self.line.push(' ');
            }
            self.line.push_str(&sentence(&mut self.dice));
            if let (1, Some(kind)) = (place, hit) {
                self.line.push_str(&format!(" On file: {} {}.", kind.lead, kind.draw(&mut self.dice)));
            }
        }
        self.line.push('\n');
        hit.is_some()
    }
}

impl Read for TextStream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        while filled < buffer.len() {
            if self.given == self.line.len() {
                if self.written == self.total {
                    break;
                }
                self.next_line();
            }
            let rest = &self.line.as_bytes()[self.given..];
            let take = rest.len().min(buffer.len() - filled);
            buffer[filled..filled + take].copy_from_slice(&rest[..take]);
            filled += take;
            self.given += take;
        }
        Ok(filled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(plan: TextPlan) -> (Vec<u8>, u64) {
        let mut stream = TextStream::new(plan);
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        assert_eq!(bytes.len() as u64, plan.bytes);
        (bytes, stream.truth().values().sum())
    }

    #[test]
    fn length_and_density_are_as_asked() {
        for bytes in [0, 1, 7, 1000, 300_001] {
            assert_eq!(check(TextPlan { seed: 1, bytes, hit_every: None }).1, 0);
        }
        let hits = check(TextPlan { seed: 1, bytes: 1 << 20, hit_every: Some(2048) }).1;
        assert!((500..=513).contains(&hits), "{hits}");
    }

    #[test]
    fn the_size_of_the_reads_does_not_matter() {
        let plan = TextPlan { seed: 2, bytes: 50_000, hit_every: Some(500) };
        let mut stream = TextStream::new(plan);
        let mut bytes = Vec::new();
        let mut piece = [0; 77];
        loop {
            match stream.read(&mut piece).unwrap() {
                0 => break,
                read => bytes.extend_from_slice(&piece[..read]),
            }
        }
        assert_eq!(bytes, check(plan).0);
    }

    #[test]
    fn all_three_kinds_of_text_occur() {
        let text = String::from_utf8(check(TextPlan { seed: 3, bytes: 1 << 20, hit_every: None }).0).unwrap();
        let share = |part: fn(&str) -> bool| text.lines().filter(|line| part(line)).map(str::len).sum::<usize>() * 100 / text.len();
        assert!((25..55).contains(&share(|line| line.starts_with("ORD-"))));
        assert!((20..50).contains(&share(|line| line.starts_with('{'))));
        assert!((10..40).contains(&share(|line| line.ends_with('.'))));
    }
}
