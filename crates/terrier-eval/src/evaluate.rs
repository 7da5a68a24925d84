//! Reads corpora, asks Terrier and others, and counts.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use terrier_classify::Classifier;
use terrier_rules::RulePack;

use crate::bars::{Bars, Judged};
use crate::clean::CleanScores;
use crate::columns::ColumnScores;
use crate::corpus::{self, Corpus, Records, TableRecord, TextRecord, VectorRecord};
use crate::counts::{ByTier, Counts, Matches, add};
use crate::judge::judge;
use crate::mistakes::{Mistake, Mistakes};
use crate::number_kinds::NumberKinds;
use crate::prediction::{self, Prediction};
use crate::spans::{Claim, Gold};
use crate::type_map::CommonTypes;
use crate::vectors::{self, VectorScores};
use crate::{EvalError, Share, own};

/// What Terrier is called among the programs.
const OWN: &str = "terrier";

/// What documents are labelled as that must not be missed.
const RESTRICTED: &str = "restricted";

/// What to score, and how.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Corpora: files of JSON lines, or folders of them.
    pub corpora: Vec<PathBuf>,
    /// Files and folders in which nothing is to be found.
    pub clean: Vec<PathBuf>,
    /// Names of other programs, and what they predicted.
    pub others: Vec<(String, PathBuf)>,
    /// Where Terrier's predictions go.
    pub predictions: Option<PathBuf>,
    /// How many mistakes to list, at most, of each kind and corpus.
    pub errors: Option<usize>,
    /// The types and the kinds of numbers to score; all where none is named.
    pub only: Vec<String>,
    /// A map of classes to common types, instead of the one that is part of the program.
    pub types: Option<PathBuf>,
    /// A map of kinds of numbers to rules, instead of the one that is part of the program.
    pub kinds: Option<PathBuf>,
    /// What is to be reached, instead of what is part of the program.
    pub bars: Option<PathBuf>,
}

/// All that was counted.
#[derive(Debug, Default)]
pub struct Evaluation {
    /// Which engine ran which rules.
    pub rules: RulesInForce,
    /// The programs, Terrier first.
    pub programs: Vec<String>,
    /// Corpora of text.
    pub texts: Vec<TextScores>,
    /// All of them together, but for those that are only reported.
    pub pooled: TextScores,
    /// Corpora of tables.
    pub tables: Vec<TableScores>,
    /// All of them together.
    pub pooled_tables: TableScores,
    /// Corpora of vectors, by name.
    pub vectors: Vec<(String, VectorScores)>,
    /// All of them together.
    pub pooled_vectors: VectorScores,
    /// Clean data, where some was named.
    pub clean: Option<CleanScores>,
    /// What is to be reached, and whether it is.
    pub judged: Vec<Judged>,
    /// The mistakes that are listed.
    pub mistakes: Vec<Mistake>,
}

/// The rules that were used.
#[derive(Debug, Clone, Default)]
pub struct RulesInForce {
    /// The engine that finds the places.
    pub engine: String,
    /// How many rules.
    pub count: usize,
    /// How many classes.
    pub classes: usize,
    /// Digest of the packs.
    pub digest: String,
}

/// A corpus of text, or several together.
#[derive(Debug, Clone, Default)]
pub struct TextScores {
    /// Name of the corpus.
    pub name: String,
    /// Records.
    pub records: u64,
    /// By type, for each program; `None` where a program was not asked.
    pub types: BTreeMap<String, Vec<Option<ByTier<Matches>>>>,
    /// Labelled types that no class in force answers to and that nobody predicted, with how many labels there are.
    pub uncovered: BTreeMap<String, u64>,
    /// Whether documents are restricted, for each program.
    pub documents: Vec<Option<DocumentCounts>>,
}

/// Labels of whole documents.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DocumentCounts {
    /// Documents with a label.
    pub documents: u64,
    /// Those about which the program and the corpus say the same.
    pub agreed: u64,
    /// Which of them are restricted.
    pub restricted: Counts,
}

impl DocumentCounts {
    /// Returns about which share of the documents the two agree.
    pub fn accuracy(&self) -> Option<Share> {
        Share::of(self.agreed, self.documents)
    }
}

/// A corpus of tables, or several together.
#[derive(Debug, Clone, Default)]
pub struct TableScores {
    /// Name of the corpus.
    pub name: String,
    /// Tables.
    pub tables: u64,
    /// For each program; `None` where a program was not asked.
    pub programs: Vec<Option<ColumnScores>>,
    /// Labelled types that no class in force answers to and that nobody predicted.
    pub uncovered: BTreeSet<String>,
}

/// Another program, and what it predicted by record.
struct Other {
    predictions: BTreeMap<String, Prediction>,
}

struct Evaluator<'e> {
    classifier: &'e Classifier,
    pack: &'e RulePack,
    options: &'e Options,
    types: CommonTypes,
    kinds: NumberKinds,
    bars: Bars,
    others: Vec<Other>,
    mistakes: Mistakes,
    written: Vec<Prediction>,
    evaluation: Evaluation,
}

/// Scores Terrier, and what others predicted, on labelled corpora.
///
/// # Errors
/// The first file that cannot be used, and why.
pub fn evaluate(classifier: &Classifier, pack: &RulePack, options: &Options) -> Result<Evaluation, EvalError> {
    let types = match &options.types {
        Some(path) => CommonTypes::parse(&path.display().to_string(), &read_file(path)?, pack)?,
        None => CommonTypes::embedded(pack)?,
    };
    let kinds = with_file(options.kinds.as_deref(), |given| NumberKinds::read(given, pack))?;
    let bars = with_file(options.bars.as_deref(), Bars::read)?;
    let mut names = BTreeSet::from([OWN]);
    if let Some((name, path)) = options.others.iter().find(|(name, _)| !names.insert(name)) {
        let remedy = format!("give each a name of its own; `{OWN}` is Terrier's");
        return Err(EvalError::new(&path.display().to_string(), 0, format!("another program is called `{name}`"), remedy));
    }
    let others = options.others.iter().map(|(_, path)| Ok(Other { predictions: prediction::read(path)? }));
    let others = others.collect::<Result<Vec<_>, EvalError>>()?;
    let programs: Vec<String> = std::iter::once(OWN.to_owned()).chain(options.others.iter().map(|(name, _)| name.clone())).collect();
    let rules = RulesInForce {
        engine: classifier.backend().describe(),
        count: pack.rules.len(),
        classes: pack.classes.len(),
        digest: classifier.rules_digest().to_owned(),
    };
    let mistakes = Mistakes::new(options.errors.unwrap_or(0), &programs);
    let evaluation = Evaluation { rules, programs, ..Evaluation::default() };
    let mut evaluator = Evaluator { classifier, pack, options, types, kinds, bars, others, mistakes, written: Vec::new(), evaluation };
    evaluator.run()?;
    Ok(evaluator.evaluation)
}

fn read_file(path: &Path) -> Result<String, EvalError> {
    std::fs::read_to_string(path).map_err(|error| EvalError::io(path, "read as UTF-8", &error))
}

fn with_file<T>(path: Option<&Path>, read: impl FnOnce(Option<(&str, &str)>) -> Result<T, EvalError>) -> Result<T, EvalError> {
    match path {
        Some(path) => read(Some((&path.display().to_string(), &read_file(path)?))),
        None => read(None),
    }
}

impl Evaluator<'_> {
    fn run(&mut self) -> Result<(), EvalError> {
        let mut paths = Vec::new();
        for path in &self.options.corpora {
            paths.extend(corpus::find(path)?);
        }
        for path in paths {
            let Corpus { name, records } = corpus::read(&path)?;
            match records {
                Records::Text(records) => self.texts(name, &records),
                Records::Tables(tables) => self.tables(name, &tables),
                Records::Vectors(vectors) => self.vectors(name, &vectors),
            }
        }
        if !self.options.clean.is_empty() {
            let mut clean = CleanScores::default();
            for path in &self.options.clean {
                clean.take(self.classifier, path, &mut |found| self.mistakes.clean(&found))?;
            }
            self.evaluation.clean = Some(clean);
        }
        if let Some(path) = &self.options.predictions {
            prediction::write(path, &self.written)?;
        }
        self.pool();
        self.evaluation.judged = judge(&self.bars, &self.evaluation);
        self.evaluation.mistakes = std::mem::take(&mut self.mistakes).into_list();
        Ok(())
    }

    fn is_asked(&self, name: &str) -> bool {
        self.options.only.is_empty() || self.options.only.iter().any(|only| only == name)
    }

    /// What each program predicted of some records: Terrier now, others before.
    fn predictions<'p>(&'p self, own: &'p [Prediction]) -> Vec<Option<Vec<Option<&'p Prediction>>>> {
        let all_own = Some(own.iter().map(Some).collect());
        let of_others = self.others.iter().map(|other| {
            let theirs: Vec<Option<&Prediction>> = own.iter().map(|own| other.predictions.get(&own.id)).collect();
            theirs.iter().any(Option::is_some).then_some(theirs)
        });
        std::iter::once(all_own).chain(of_others).collect()
    }

    fn texts(&mut self, name: String, records: &[TextRecord]) {
        let own: Vec<Prediction> = records.iter().map(|record| own::text(self.classifier, &self.types, record)).collect();
        let gold: Vec<Gold> = records.iter().map(|record| Gold::new(record, &self.types)).collect();
        let mut labelled: BTreeSet<String> = gold.iter().flat_map(Gold::types).collect();
        labelled.retain(|name| self.is_asked(name));
        let groups: Vec<String> = self.types.groups_of(&labelled).into_iter().filter(|name| self.is_asked(name)).collect();
        let mut scores = TextScores { name, records: records.len() as u64, ..TextScores::default() };
        let mut mistakes = std::mem::take(&mut self.mistakes);
        for (program, predictions) in self.predictions(&own).into_iter().enumerate() {
            let Some(predictions) = predictions else {
                scores.documents.push(None);
                labelled.iter().chain(&groups).for_each(|name| scores.types.entry(name.clone()).or_default().push(None));
                continue;
            };
            let mut by_type: BTreeMap<&str, ByTier<Matches>> = BTreeMap::new();
            for ((record, gold), prediction) in records.iter().zip(&gold).zip(&predictions) {
                let spans = prediction.map(|prediction| prediction.spans.as_slice()).unwrap_or_default();
                let claims = Claim::of(spans, &self.types);
                for name in labelled.iter().chain(&groups) {
                    let members = self.types.members(name);
                    let sum = by_type.entry(name).or_default();
                    if gold.speaks_of(&members) {
                        add(sum, &gold.score(&claims, &members));
                    }
                }
                // What no class of ours answers to is told of once, not label by label.
                for name in labelled.iter().filter(|name| gold.speaks_of(&[name]) && (program > 0 || self.types.is_covered(name))) {
                    mistakes.text(program, &scores.name, record, name, gold, &claims);
                }
            }
            by_type.into_iter().for_each(|(name, sum)| scores.types.entry(name.to_owned()).or_default().push(Some(sum)));
            scores.documents.push(documents(records, &predictions));
        }
        self.mistakes = mistakes;
        self.set_uncovered_apart(&mut scores);
        self.written.extend(own.into_iter().filter(|_| self.options.predictions.is_some()));
        self.evaluation.texts.push(scores);
    }

    fn set_uncovered_apart(&self, scores: &mut TextScores) {
        let is_uncovered = |name: &str, rows: &[Option<ByTier<Matches>>]| {
            !self.types.is_covered(name) && rows.iter().flatten().all(|tiers| tiers[2].overlap.predicted == 0)
        };
        scores.types.retain(|name, rows| {
            let uncovered = is_uncovered(name, rows);
            let labels = rows.iter().flatten().map(|tiers| tiers[2].overlap.gold).max().unwrap_or(0);
            // The members of a group are told of by themselves, and look-alikes of what nobody looks for fool nobody.
            if uncovered && labels > 0 && !self.types.is_group(name) {
                scores.uncovered.insert(name.clone(), labels);
            }
            !uncovered
        });
    }

    fn tables(&mut self, name: String, tables: &[TableRecord]) {
        let tiers = self.pack.evidence.tiers;
        let own: Vec<Prediction> = tables.iter().map(|table| own::table(self.classifier, &self.types, tiers, table)).collect();
        let mut scores = TableScores { name, tables: tables.len() as u64, ..TableScores::default() };
        let mut mistakes = std::mem::take(&mut self.mistakes);
        for (program, predictions) in self.predictions(&own).into_iter().enumerate() {
            let columns = predictions.map(|predictions| {
                let mut columns = ColumnScores::default();
                for (table, prediction) in tables.iter().zip(predictions) {
                    columns.take(&self.types, table, prediction, |confused| {
                        if self.is_asked(&confused.gold) || self.is_asked(&confused.charged) {
                            mistakes.column(program, &scores.name, &confused);
                        }
                    });
                }
                columns.types.retain(|name, _| self.is_asked(name));
                columns
            });
            scores.programs.push(columns);
        }
        self.mistakes = mistakes;
        self.set_uncovered_columns_apart(&mut scores);
        self.written.extend(own.into_iter().filter(|_| self.options.predictions.is_some()));
        self.evaluation.tables.push(scores);
    }

    fn set_uncovered_columns_apart(&self, scores: &mut TableScores) {
        let programs = || scores.programs.iter().flatten();
        let mut open: BTreeSet<String> = programs().flat_map(|columns| columns.uncovered(&self.types)).map(str::to_owned).collect();
        open.retain(|name| programs().all(|columns| columns.types.get(name).is_none_or(|counts| counts[2].predicted == 0)));
        for columns in scores.programs.iter_mut().flatten() {
            columns.types.retain(|name, _| !open.contains(name));
        }
        scores.uncovered = open;
    }

    fn vectors(&mut self, name: String, vectors: &[VectorRecord]) {
        let vectors: Vec<&VectorRecord> = vectors.iter().filter(|vector| self.is_asked(&vectors::kind_of(vector))).collect();
        let mistakes = &mut self.mistakes;
        let scores = vectors::score(self.classifier, self.pack, &self.kinds, &vectors, |wrong| mistakes.vector(&name, &wrong));
        self.evaluation.pooled_vectors.merge(&scores);
        self.evaluation.vectors.push((name, scores));
    }

    fn pool(&mut self) {
        let programs = self.evaluation.programs.len();
        let mut pooled = TextScores { name: "all".to_owned(), documents: vec![None; programs], ..TextScores::default() };
        for scores in self.evaluation.texts.iter().filter(|scores| self.bars.pools(&scores.name)) {
            pooled.records += scores.records;
            for (name, rows) in &scores.types {
                let sums = pooled.types.entry(name.clone()).or_insert_with(|| vec![None; programs]);
                for (sum, row) in sums.iter_mut().zip(rows) {
                    if let Some(row) = row {
                        add(sum.get_or_insert_default(), row);
                    }
                }
            }
            for (name, labels) in &scores.uncovered {
                *pooled.uncovered.entry(name.clone()).or_default() += labels;
            }
            for (sum, row) in pooled.documents.iter_mut().zip(&scores.documents) {
                if let Some(row) = row {
                    let sum = sum.get_or_insert_default();
                    sum.documents += row.documents;
                    sum.agreed += row.agreed;
                    sum.restricted += row.restricted;
                }
            }
        }
        let mut tables = TableScores { name: "all".to_owned(), programs: vec![None; programs], ..TableScores::default() };
        for scores in self.evaluation.tables.iter().filter(|scores| self.bars.pools(&scores.name)) {
            tables.tables += scores.tables;
            tables.uncovered.extend(scores.uncovered.iter().cloned());
            for (sum, columns) in tables.programs.iter_mut().zip(&scores.programs) {
                if let Some(columns) = columns {
                    sum.get_or_insert_default().merge(columns);
                }
            }
        }
        self.evaluation.pooled = pooled;
        self.evaluation.pooled_tables = tables;
    }
}

/// Holds the labels of documents against what was predicted; `None` where no document has one, or nobody predicted any.
fn documents(records: &[TextRecord], predictions: &[Option<&Prediction>]) -> Option<DocumentCounts> {
    let mut counts = DocumentCounts::default();
    let mut is_predicted = false;
    for (record, prediction) in records.iter().zip(predictions) {
        let Some(gold) = record.label.as_deref().map(|label| label == RESTRICTED) else { continue };
        let label = prediction.and_then(|prediction| prediction.label.as_deref());
        is_predicted |= label.is_some();
        let said = label == Some(RESTRICTED);
        counts.documents += 1;
        counts.agreed += u64::from(gold == said);
        let both = u64::from(gold && said);
        counts.restricted += Counts { gold: u64::from(gold), predicted: u64::from(said), right: both, found: both };
    }
    is_predicted.then_some(counts)
}
