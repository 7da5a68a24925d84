//! What came out wrong, by place. A value is never told from a match: what is shown is cut out of the labelled file.

use std::collections::BTreeMap;

use terrier_model::Tier;

use crate::clean::Found;
use crate::columns::Confused;
use crate::corpus::TextRecord;
use crate::offsets::Offsets;
use crate::spans::{Claim, Gold};
use crate::vectors::Wrong;

/// How much of the text is shown before a place and after it, in code points.
const AROUND: usize = 40;

/// Something that came out wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The program that made it.
    pub program: String,
    /// The corpus.
    pub corpus: String,
    /// The record: its id, the file of a table, the file and line of clean data.
    pub record: String,
    /// What happened: `missed`, `false` and others.
    pub what: &'static str,
    /// The type that it is about: of a text, a column or a number; of clean data, the class.
    pub name: String,
    /// How sure the program was.
    pub tier: Option<Tier>,
    /// The class and rule that found it.
    pub by: Option<String>,
    /// Where it is in the record: code points of a text, or the name of a column.
    pub place: Option<String>,
    /// What the labelled file says before it, there, and after it.
    pub shown: Option<[String; 3]>,
}

/// The mistakes that are listed: the first of each kind.
#[derive(Debug, Default)]
pub(crate) struct Mistakes {
    most: usize,
    programs: Vec<String>,
    list: Vec<Mistake>,
    listed: BTreeMap<(usize, String, &'static str, String), usize>,
}

impl Mistakes {
    pub(crate) fn new(most: usize, programs: &[String]) -> Self {
        Self { most, programs: programs.to_vec(), ..Self::default() }
    }

    pub(crate) fn into_list(self) -> Vec<Mistake> {
        self.list
    }

    /// Tells whether another one of the kind is listed.
    fn has_room(&mut self, program: usize, corpus: &str, what: &'static str, name: &str) -> bool {
        if self.most == 0 {
            return false;
        }
        let listed = self.listed.entry((program, corpus.to_owned(), what, name.to_owned())).or_default();
        *listed += 1;
        *listed <= self.most
    }

    pub(crate) fn text(&mut self, program: usize, corpus: &str, record: &TextRecord, name: &str, gold: &Gold, claims: &[Claim<'_>]) {
        if self.most == 0 {
            return;
        }
        let offsets = Offsets::new(&record.text);
        let mistake = |what, tier, by, (start, end): (usize, usize)| Mistake {
            program: String::new(),
            corpus: corpus.to_owned(),
            record: record.id.clone(),
            what,
            name: name.to_owned(),
            tier,
            by,
            place: Some(format!("{start}..{end}")),
            shown: Some([
                offsets.slice(start.saturating_sub(AROUND), start).to_owned(),
                offsets.slice(start, end).to_owned(),
                offsets.slice(end, end.saturating_add(AROUND)).to_owned(),
            ]),
        };
        let missed = gold.missed(claims, name).map(|span| mistake("missed", None, None, span));
        let wrong = gold.false_claims(claims, name).map(|claim| {
            let by = claim.rule.unwrap_or(claim.name).to_owned();
            mistake("false", Some(claim.tier), Some(by), (claim.start, claim.end))
        });
        for mistake in missed.chain(wrong).collect::<Vec<_>>() {
            if self.has_room(program, corpus, mistake.what, name) {
                self.list.push(Mistake { program: self.programs[program].clone(), ..mistake });
            }
        }
    }

    pub(crate) fn column(&mut self, program: usize, corpus: &str, confused: &Confused<'_>) {
        let (what, name) = match (&confused.predicted, confused.gold.as_str()) {
            (None, _) => ("missed", confused.gold.clone()),
            (Some(_), "None") => ("false", confused.charged.to_owned()),
            (Some(_), gold) => ("confused", format!("{gold} for {}", confused.charged)),
        };
        if !self.has_room(program, corpus, what, &name) {
            return;
        }
        let column = &confused.table.columns[confused.index];
        let shown = column.name.as_str().map_or_else(|| column.name.to_string(), str::to_owned);
        self.list.push(Mistake {
            program: self.programs[program].clone(),
            corpus: corpus.to_owned(),
            record: confused.table.file.clone(),
            what,
            name,
            tier: confused.predicted.map(|predicted| predicted.tier),
            by: confused.predicted.and_then(|predicted| predicted.class.clone()),
            place: Some(format!("column {}", confused.index)),
            shown: Some([String::new(), shown, String::new()]),
        });
    }

    pub(crate) fn vector(&mut self, corpus: &str, wrong: &Wrong<'_>) {
        if !self.has_room(0, corpus, wrong.what, &wrong.kind) {
            return;
        }
        self.list.push(Mistake {
            program: self.programs[0].clone(),
            corpus: corpus.to_owned(),
            record: wrong.vector.id.clone(),
            what: wrong.what,
            name: wrong.kind.clone(),
            tier: None,
            by: None,
            place: None,
            shown: Some([String::new(), wrong.vector.text.clone(), String::new()]),
        });
    }

    /// Tells of what was found in clean data by its place alone: nobody has labelled it, so what it says is not known to be harmless.
    pub(crate) fn clean(&mut self, found: &Found<'_>) {
        let corpus = "clean data";
        if found.tier != Tier::High || !self.has_room(0, corpus, "false", found.class) {
            return;
        }
        self.list.push(Mistake {
            program: self.programs[0].clone(),
            corpus: corpus.to_owned(),
            record: format!("{}:{}", found.file.display(), found.line),
            what: "false",
            name: found.class.to_owned(),
            tier: Some(found.tier),
            by: Some(found.rule.to_owned()),
            place: None,
            shown: None,
        });
    }
}
