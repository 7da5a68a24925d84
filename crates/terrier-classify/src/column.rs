//! Columns of structured data: what a column holds is decided from all of its values, when the asset ends.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use terrier_content::{Column, ColumnKind, Match, Records};
use terrier_model::{ColumnDecision, Place, PlaceKind, Tier};

use crate::Classifier;
use crate::combination::{Claim, Claimed};
use crate::decision::{Candidate, Settled, decide};
use crate::distinct::{BottomK, COUNT_BITS, count_hash};
use crate::field::Spoken;
use crate::judge::{Context, Occurrence, match_of};
use crate::name::Name;
use crate::signal::{SignalSet, Weighing};
use crate::surroundings::is_epoch_like;
use crate::tally::{Counted, Hasher};
use crate::text::{ByClass, count};

/// How many columns are decided as columns. The values of those beyond count one by one, as text under their header.
const MOST_COLUMNS: usize = 512;
/// How many classes are followed in one column.
const MOST_CANDIDATES: usize = 8;
/// Stands between cells when a column is searched at once: no `\s`, no word, and the line ends on both sides of it.
const BETWEEN_CELLS: &[u8] = b"\n\0\n";
/// How many values of a column are tried with its name before them.
const TRIALS: u32 = 16;
/// The shortest cell, in bytes, in which a recogniser looks for values that do not fill it.
const SHORTEST_FREE_TEXT: usize = 16;
/// What stands for "no value".
const PLACEHOLDERS: [&[u8]; 9] = [b"null", b"none", b"nil", b"n/a", b"na", b"nan", b"-", b"unknown", b"\\n"];

/// The columns of an asset.
#[derive(Default)]
pub(crate) struct Columns {
    by_name: HashMap<String, usize>,
    columns: Vec<ColumnState>,
}

/// What is known of a column so far.
pub(crate) struct ColumnState {
    shown: String,
    kind: ColumnKind,
    pub(crate) header: Spoken,
    pub(crate) values: u64,
    distinct: BottomK,
    /// How many values are one more than the value before: numbers that count the rows.
    pub(crate) serial: u64,
    previous: Option<u64>,
    pub(crate) candidates: Vec<Candidate>,
    /// The column's name as a key before a value.
    key: String,
    /// Rules whose patterns want such a key, and match a value behind this one.
    keyed_rules: Vec<(u32, KeyForm)>,
    /// How many more values are tried for such rules.
    trials: u32,
    /// For each recogniser.
    recognised: Vec<Tried>,
}

/// How a key is written before a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum KeyForm {
    /// `key="value"`
    Assignment,
    /// `key: value`
    Label,
}

/// A value that fills its cell.
struct Filling {
    span: Match,
    /// What a recogniser says of it.
    signals: SignalSet,
}

/// What a recogniser has found in a column.
#[derive(Debug, Clone, Copy, Default)]
struct Tried {
    cells: u32,
    recognised: u32,
}

impl Tried {
    /// Tells whether so few cells are values that those to come are not worth asking of.
    fn is_hopeless(self) -> bool {
        const ENOUGH: u32 = 64;
        self.cells >= ENOUGH && self.recognised < self.cells / 8
    }
}

/// A cell of a column, and what stands in it.
struct Cell<'c> {
    record: u32,
    number: u64,
    /// Its row in a sheet, and the sheet and the column there.
    in_sheet: Option<(u32, &'c str)>,
    text: &'c [u8],
    matches: &'c [Match],
}

impl Columns {
    /// Takes a batch of records; returns what is claimed of them.
    pub(crate) fn take(&mut self, classifier: &Classifier, hasher: &mut Hasher, records: &Records, cells: &mut ByClass) -> Vec<Claimed> {
        let mut claims = Vec::new();
        for column in &records.columns {
            match self.index_of(classifier, column) {
                Some(index) => {
                    let mut taking = Taking { classifier, hasher, cells, claims: &mut claims, column: u32::try_from(index).ok() };
                    self.columns[index].take(&mut taking, column, records.first_record);
                }
                None => {
                    let mut passing = ColumnState::new(classifier, column);
                    let mut taking = Taking { classifier, hasher, cells, claims: &mut claims, column: None };
                    passing.take(&mut taking, column, records.first_record);
                }
            }
        }
        claims
    }

    /// Decides what each column holds.
    pub(crate) fn settle(self, classifier: &Classifier) -> Settled {
        decide(classifier, self.columns)
    }

    fn index_of(&mut self, classifier: &Classifier, column: &Column) -> Option<usize> {
        let name = column.name().expose();
        if let Some(index) = self.by_name.get(name) {
            return Some(*index);
        }
        if self.columns.len() == MOST_COLUMNS {
            return None;
        }
        self.by_name.insert(name.clone(), self.columns.len());
        self.columns.push(ColumnState::new(classifier, column));
        Some(self.columns.len() - 1)
    }
}

/// Where what is found in a column goes.
struct Taking<'t> {
    classifier: &'t Classifier,
    hasher: &'t mut Hasher,
    cells: &'t mut ByClass,
    claims: &'t mut Vec<Claimed>,
    /// The column's number; `None` where it is not decided as a column.
    column: Option<u32>,
}

impl ColumnState {
    fn new(classifier: &Classifier, column: &Column) -> Self {
        let name = column.name().expose();
        let header = classifier.speak(name.as_bytes());
        let key = Name::new(name.as_bytes()).words().collect::<Vec<_>>().join("_");
        Self {
            shown: classifier.mask_column(name),
            kind: column.kind(),
            header,
            values: 0,
            distinct: BottomK::default(),
            serial: 0,
            previous: None,
            candidates: Vec::new(),
            key,
            keyed_rules: Vec::new(),
            trials: TRIALS,
            recognised: vec![Tried::default(); classifier.recognizers.len()],
        }
    }

    fn take(&mut self, taking: &mut Taking<'_>, column: &Column, first_record: u64) {
        // A number with a fraction, a flag or a point in time is no id; dates may be dates of birth.
        let is_searched = !matches!(column.kind(), ColumnKind::Boolean | ColumnKind::Float | ColumnKind::Timestamp);
        let found = if is_searched { search(taking.classifier, column, &self.header) } else { Found::default() };
        let mut matches = found.matches.as_slice();
        let sheet = column.sheet().map(|sheet| taking.classifier.mask_sheet(sheet.expose()));
        for (index, value) in column.values().enumerate() {
            let own = matches.iter().take_while(|(cell, _)| *cell == index).count();
            let (of_cell, rest) = matches.split_at(own);
            matches = rest;
            let text: &[u8] = value.bytes.expose();
            if !self.count_value(text) {
                continue;
            }
            let recognised = if is_searched { self.recognise_whole(taking.classifier, text) } else { Vec::new() };
            let may_be_keyed = is_searched && (self.trials > 0 || !self.keyed_rules.is_empty());
            let may_recognise = is_searched && text.len() >= SHORTEST_FREE_TEXT && !taking.classifier.recognizers.is_empty();
            if of_cell.is_empty() && recognised.is_empty() && !may_be_keyed && !may_recognise {
                continue;
            }
            let of_cell: Vec<Match> = of_cell.iter().map(|(_, found)| *found).collect();
            let number = first_record + u64::from(value.record);
            let cell = Cell { record: value.record, number, in_sheet: value.row.zip(sheet.as_deref()), text, matches: &of_cell };
            self.take_cell(taking, &cell, recognised);
        }
    }

    /// Counts a value; `false` where it stands for none.
    fn count_value(&mut self, text: &[u8]) -> bool {
        let trimmed = text.trim_ascii();
        if trimmed.is_empty() || PLACEHOLDERS.iter().any(|placeholder| placeholder.eq_ignore_ascii_case(trimmed)) {
            return false;
        }
        self.values += 1;
        self.distinct.insert(count_hash(trimmed));
        let number = Some(trimmed)
            .filter(|digits| digits.len() <= 18 && digits.iter().all(u8::is_ascii_digit))
            .map(|digits| digits.iter().fold(0_u64, |number, digit| number * 10 + u64::from(digit - b'0')));
        if number.is_some() && number == self.previous.map(|previous| previous + 1) {
            self.serial += 1;
        }
        self.previous = number;
        true
    }

    /// Asks recognisers of which rules the cell as a whole is a value. One that has found too little in the column is not asked again.
    fn recognise_whole(&mut self, classifier: &Classifier, text: &[u8]) -> Vec<Filling> {
        let whole = text.len() - text.trim_ascii_start().len()..text.trim_ascii_end().len();
        let mut filling = Vec::new();
        for ((rule, recognizer), tried) in classifier.recognizers.iter().zip(&mut self.recognised) {
            if tried.is_hopeless() && !self.header.names(*rule) {
                continue;
            }
            tried.cells += 1;
            if let Some(signals) = (recognizer.whole)(&text[whole.clone()]) {
                tried.recognised += 1;
                filling.push(Filling { span: match_of(*rule, &whole), signals });
            }
        }
        filling
    }

    fn take_cell(&mut self, taking: &mut Taking<'_>, cell: &Cell<'_>, recognised: Vec<Filling>) {
        let whole = |found: &&Match| fills(cell.text, &found.range());
        let is_open = |found: &&Match| self.is_open_to(taking.classifier, found.rule);
        let mut filling: Vec<Filling> =
            cell.matches.iter().filter(whole).filter(is_open).map(|span| Filling { span: *span, signals: SignalSet::default() }).collect();
        if filling.is_empty() && recognised.is_empty() && self.trials > 0 {
            self.trials -= 1;
            self.try_with_key(taking.classifier, cell.text);
        }
        for form in [KeyForm::Assignment, KeyForm::Label] {
            if self.keyed_rules.iter().any(|(_, of)| *of == form) {
                let keyed = keyed_matches(taking.classifier, &self.key, form, cell.text, |rule| self.keyed_rules.contains(&(rule, form)));
                filling.extend(keyed.into_iter().map(|span| Filling { span, signals: SignalSet::default() }));
            }
        }
        filling.extend(recognised);
        if self.take_filling(taking, cell, &filling) {
            return;
        }
        let classifier = taking.classifier;
        let parts: Vec<Match> = cell.matches.iter().filter(|found| !whole(found)).copied().collect();
        let recognised =
            if cell.text.len() >= SHORTEST_FREE_TEXT { classifier.recognise(cell.text, &(0..cell.text.len())) } else { Vec::new() };
        if parts.is_empty() && recognised.is_empty() {
            return;
        }
        for occurrence in classifier.weigh_all(&mut Context::new(classifier, cell.text, Some(&self.header)), &parts, recognised) {
            self.count_now(taking, cell, &occurrence);
        }
    }

    /// Tells whether a value that fills its cell can count for the rule: one that asks for a keyword or field finds it in the column's name.
    fn is_open_to(&self, classifier: &Classifier, rule: u32) -> bool {
        !classifier.rules[rule as usize].keyword_required || self.header.names(rule)
    }

    /// Looks for rules that match the value only where the column's name stands before it.
    fn try_with_key(&mut self, classifier: &Classifier, text: &[u8]) {
        for form in [KeyForm::Assignment, KeyForm::Label] {
            let is_new = |rule: u32| {
                let wants_key = classifier.rules[rule as usize].has_context && self.is_open_to(classifier, rule);
                wants_key && !self.keyed_rules.iter().any(|(known, _)| *known == rule)
            };
            let found = keyed_matches(classifier, &self.key, form, text, is_new);
            self.keyed_rules.extend(found.into_iter().map(|found| (found.rule, form)));
        }
    }

    /// Takes matches that are the whole cell; `true` where one of them holds by itself.
    fn take_filling(&mut self, taking: &mut Taking<'_>, cell: &Cell<'_>, filling: &[Filling]) -> bool {
        let classifier = taking.classifier;
        let mut by_class: BTreeMap<u32, Option<(Match, Weighing, Option<usize>)>> = BTreeMap::new();
        for Filling { span, signals } in filling {
            let rule = &classifier.rules[span.rule as usize];
            let best = by_class.entry(rule.class).or_default();
            if let Some((mut weighing, test)) = classifier.weigh_alone(rule, &cell.text[span.range()]) {
                weighing.add_all(*signals, &classifier.weights);
                if best.is_none_or(|(_, best, _)| weighing.sum() > best.sum()) {
                    *best = Some((*span, weighing, test));
                }
            }
        }
        let mut holds = false;
        for (class, best) in by_class {
            if taking.column.is_none() {
                // Nothing will settle this column, so its cells stand for themselves.
                if let Some((found, ..)) = best {
                    let signals =
                        filling.iter().find(|filling| filling.span == found).map_or(SignalSet::default(), |filling| filling.signals);
                    let context = &mut Context::new(classifier, cell.text, Some(&self.header));
                    let occurrences = classifier.weigh_found(context, vec![(found, signals)]);
                    occurrences.iter().for_each(|occurrence| self.count_now(taking, cell, occurrence));
                    holds = true;
                }
                continue;
            }
            let Some(candidate) = self.candidate(class) else { continue };
            candidate.shaped += 1;
            if let Some((found, weighing, test)) = best {
                candidate.pass(&classifier.rules[found.rule as usize], found.rule, &weighing);
                candidate.epochs += u64::from(is_epoch_like(cell.text.trim_ascii()));
                self.count_for_later(taking, cell, class, found, weighing, test);
                holds = true;
            }
        }
        holds
    }

    fn candidate(&mut self, class: u32) -> Option<&mut Candidate> {
        let at = match self.candidates.iter().position(|candidate| candidate.class == class) {
            Some(at) => at,
            None if self.candidates.len() < MOST_CANDIDATES => {
                self.candidates.push(Candidate::new(class));
                self.candidates.len() - 1
            }
            None => return None,
        };
        Some(&mut self.candidates[at])
    }

    fn count_for_later(
        &mut self,
        taking: &mut Taking<'_>,
        cell: &Cell<'_>,
        class: u32,
        found: Match,
        weighing: Weighing,
        test: Option<usize>,
    ) {
        let (hash, fingerprint) = taking.hasher.hash(taking.classifier, found.rule, &cell.text[found.range()], test.is_none());
        let place = self.place(cell);
        let column = taking.column;
        let Some(candidate) = self.candidate(class) else { return };
        candidate.tally.add(&Counted { rule: found.rule, weighing, tier: Tier::Low, test, hash, fingerprint });
        if candidate.tally.wants_place() {
            candidate.tally.add_place(place);
        }
        if test.is_none() {
            taking.claims.push(Claimed { record: cell.record, claim: Claim { column, class }, fingerprint });
        }
    }

    fn count_now(&self, taking: &mut Taking<'_>, cell: &Cell<'_>, occurrence: &Occurrence) {
        let class = taking.classifier.rules[occurrence.span.rule as usize].class;
        let counted = count(taking.classifier, taking.hasher, cell.text, occurrence);
        if occurrence.test.is_none() && occurrence.tier >= Tier::Medium {
            let claim = Claim { column: None, class };
            taking.claims.push(Claimed { record: cell.record, claim, fingerprint: counted.fingerprint });
        }
        let tally = taking.cells.of(class);
        tally.add(&counted);
        if tally.wants_place() {
            tally.add_place(self.place(cell));
        }
    }

    fn place(&self, cell: &Cell<'_>) -> Place {
        match cell.in_sheet {
            Some((row, sheet)) => Place { kind: PlaceKind::Row, number: u64::from(row), column: Some(format!("{} ({sheet})", self.shown)) },
            None => Place { kind: PlaceKind::Record, number: cell.number, column: Some(self.shown.clone()) },
        }
    }

    /// Says what the column holds, given the class that it was decided to hold, how sure that is, and how many values pass.
    pub(crate) fn into_decision(self, classifier: &Classifier, decided: Option<(u32, f64, u64)>) -> (ColumnDecision, Vec<Candidate>) {
        let decision = ColumnDecision {
            name: self.shown,
            kind: kind_name(self.kind),
            class: decided.map(|(class, ..)| classifier.classes[class as usize].id.clone()),
            confidence: decided.map_or(0.0, |(_, confidence, _)| confidence),
            values: self.values,
            distinct: self.distinct.estimate(COUNT_BITS).min(self.values),
            pass_rate: decided.map(|(.., passed)| passed as f64 / self.values.max(1) as f64),
        };
        (decision, self.candidates)
    }
}

/// Matches of a column's cells, by the cell's index, with spans inside the cell.
#[derive(Default)]
struct Found {
    matches: Vec<(usize, Match)>,
}

/// Searches all cells of a column at once. A match that reaches from one cell into the next is an accident of standing side by side:
/// the cells concerned are searched again, each alone.
fn search(classifier: &Classifier, column: &Column, header: &Spoken) -> Found {
    let mut joined = Vec::with_capacity(column.byte_len() + column.len() * BETWEEN_CELLS.len());
    let mut starts = Vec::with_capacity(column.len());
    for value in column.values() {
        joined.extend_from_slice(BETWEEN_CELLS);
        starts.push(joined.len());
        joined.extend_from_slice(value.bytes.expose());
    }
    joined.extend_from_slice(BETWEEN_CELLS);
    let spans = classifier.matches(&mut Context::new(classifier, &joined, Some(header)), 0..joined.len());
    let cell_at = |at: usize| starts.partition_point(|start| *start <= at).saturating_sub(1);
    let cell = |index: usize| starts[index]..starts[index] + column.value(index).bytes.expose().len();
    let mut alone: Vec<usize> = Vec::new();
    let mut matches = Vec::with_capacity(spans.len());
    for span in spans {
        let index = cell_at(span.start as usize);
        let bounds = cell(index);
        if span.start as usize >= bounds.start && span.end as usize <= bounds.end {
            let start = u32::try_from(bounds.start).expect("a batch stays below 4 GiB");
            matches.push((index, Match { start: span.start - start, end: span.end - start, rule: span.rule }));
        } else {
            alone.extend(index..=cell_at(span.end as usize - 1));
        }
    }
    if !alone.is_empty() {
        alone.sort_unstable();
        alone.dedup();
        matches.retain(|(index, _)| alone.binary_search(index).is_err());
        for index in alone {
            let mut spans = Vec::new();
            let value = column.value(index);
            classifier.engine.find(value.bytes.expose(), 0..value.bytes.expose().len(), &mut spans);
            matches.extend(spans.into_iter().map(|span| (index, span)));
        }
        matches.sort_unstable_by_key(|(index, span)| (*index, *span));
    }
    Found { matches }
}

/// Tells whether the span is all there is in the cell, but for spaces, quotes and brackets.
pub(crate) fn fills(text: &[u8], span: &Range<usize>) -> bool {
    let is_empty = |rest: &[u8]| rest.len() <= 4 && rest.iter().all(|byte| byte.is_ascii_whitespace() || byte.is_ascii_punctuation());
    is_empty(&text[..span.start]) && is_empty(&text[span.end..])
}

/// Matches the cell as if its column's name stood before it, for patterns that ask for a key.
fn keyed_matches(classifier: &Classifier, key: &str, form: KeyForm, text: &[u8], wanted: impl Fn(u32) -> bool) -> Vec<Match> {
    const LONGEST_VALUE: usize = 512;
    let value = text.trim_ascii();
    if value.is_empty() || value.len() > LONGEST_VALUE || key.is_empty() {
        return Vec::new();
    }
    let (before, after): (&[u8], &[u8]) = match form {
        KeyForm::Assignment => (b"=\"", b"\"\n"),
        KeyForm::Label => (b": ", b"\n"),
    };
    let written = [key.as_bytes(), before, value, after].concat();
    let from = key.len() + before.len();
    let mut spans = Vec::new();
    classifier.engine.find(&written, from..from + 1, &mut spans);
    let indent = text.len() - text.trim_ascii_start().len();
    let (start, end) = (u32::try_from(indent).unwrap_or(u32::MAX), u32::try_from(indent + value.len()).unwrap_or(u32::MAX));
    spans
        .iter()
        .filter(|span| span.end as usize == from + value.len() && wanted(span.rule))
        .map(|span| Match { start, end, rule: span.rule })
        .collect()
}

fn kind_name(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Text => "text",
        ColumnKind::Integer => "integer",
        ColumnKind::Float => "float",
        ColumnKind::Date => "date",
        ColumnKind::Timestamp => "timestamp",
        ColumnKind::Boolean => "boolean",
        ColumnKind::Binary => "binary",
    }
}
