//! Reads pack files and merges them into a [`RulePack`], collecting every problem on the way.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};
use serde_saphyr::Spanned;
use terrier_model::{DataClass, Sensitivity};

use crate::class::PERSONS;
use crate::file::{
    ChecksumEntry, ClassEntry, CombinationEntry, EvidenceEntry, NormalizeEntry, PackFile, RegulationEntry, RuleEntry, TestValueEntry,
};
use crate::{
    Builtin, Category, Checksum, ClassRegulation, ClassSpec, CombinationSpec, Diagnostic, EvidenceWeight, Keyword, Location, Matcher,
    Normalize, RegulationSpec, Rule, RulePack, TestMatch, TestValue, Tiers,
};

/// Most groups of a combination.
const MOST_GROUPS: usize = 4;

static EMBEDDED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../scanner-rules");

/// Says why packs cannot be used: every problem found, in the order of files and lines.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct RulesError {
    diagnostics: Vec<Diagnostic>,
}

impl RulesError {
    /// Returns the problems; there is at least one.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }
}

impl fmt::Display for RulesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, diagnostic) in self.diagnostics.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            write!(f, "{diagnostic}")?;
        }
        Ok(())
    }
}

/// A pack file's text and what to call it.
struct Source {
    file: String,
    text: String,
    embedded: bool,
}

pub(crate) fn load(dirs: &[PathBuf], builtin: Builtin) -> Result<RulePack, RulesError> {
    let mut sources = embedded_sources(&EMBEDDED);
    if builtin == Builtin::Extended {
        sources.extend(EMBEDDED.dirs().flat_map(embedded_sources));
    }
    let mut diagnostics = Vec::new();
    for dir in dirs {
        match read_dir(dir) {
            Ok(found) => sources.extend(found),
            Err(diagnostic) => diagnostics.push(diagnostic),
        }
    }
    let mut merge = Merge { diagnostics, ..Merge::default() };
    for source in &sources {
        merge.source(source, builtin != Builtin::None || !source.embedded);
    }
    merge.finish()
}

fn embedded_sources(folder: &Dir<'_>) -> Vec<Source> {
    let mut sources: Vec<Source> = folder
        .files()
        .filter(|file| file.path().extension().is_some_and(|extension| extension == "yaml"))
        .map(|file| Source {
            file: format!("scanner-rules/{}", file.path().display()),
            text: file.contents_utf8().expect("the embedded packs are UTF-8").to_owned(),
            embedded: true,
        })
        .collect();
    sources.sort_by(|a, b| a.file.cmp(&b.file));
    sources
}

fn read_dir(dir: &Path) -> Result<Vec<Source>, Diagnostic> {
    let place = Location { file: dir.display().to_string(), line: 0 };
    let cannot_read = |error: std::io::Error| {
        Diagnostic::error(
            &place,
            format!("the folder of rule packs cannot be read ({})", error.kind()),
            "name a folder that exists and may be read",
        )
    };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(cannot_read)? {
        let path = entry.map_err(cannot_read)?.path();
        if path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml") {
            paths.push(path);
        }
    }
    if paths.is_empty() {
        let remedy = "put packs there, named `*.yaml` or `*.yml`, or name another folder";
        return Err(Diagnostic::error(&place, "the folder holds no rule pack", remedy));
    }
    paths.sort();
    paths.iter().map(|path| read_file(path)).collect()
}

fn read_file(path: &Path) -> Result<Source, Diagnostic> {
    let place = Location { file: path.display().to_string(), line: 0 };
    let text = std::fs::read_to_string(path).map_err(|error| {
        let remedy = "make it a readable file of UTF-8 text, or move it out of the folder";
        Diagnostic::error(&place, format!("the rule pack cannot be read ({})", error.kind()), remedy)
    })?;
    Ok(Source { file: place.file, text, embedded: false })
}

/// What has been merged so far.
#[derive(Default)]
struct Merge {
    packs: BTreeMap<String, Location>,
    regulations: BTreeMap<String, RegulationSpec>,
    classes: BTreeMap<DataClass, ClassSpec>,
    class_reason_locations: BTreeMap<(DataClass, String), Location>,
    combinations: BTreeMap<String, CombinationSpec>,
    /// Groups and regulations that combinations name, with the combination that does.
    combination_groups: Vec<(String, String, Location)>,
    combination_regulations: Vec<(String, String, Location)>,
    rules: BTreeMap<String, (Rule, Location)>,
    tiers: Tiers,
    weights: BTreeMap<String, EvidenceWeight>,
    diagnostics: Vec<Diagnostic>,
}

impl Merge {
    fn source(&mut self, source: &Source, with_classes: bool) {
        let file: PackFile = match serde_saphyr::from_str(&source.text) {
            Ok(file) => file,
            Err(error) => return self.diagnostics.push(syntax_error(&source.file, &error)),
        };
        let site = Site { file: &source.file };
        let location = site.of(&file.pack);
        if let Some(first) = self.packs.insert(file.pack.value.clone(), location.clone()) {
            self.duplicate("pack", &file.pack.value, &first, &location);
        }
        for entry in file.regulations {
            self.regulation(&site, entry);
        }
        self.evidence(&site, file.evidence, source.embedded);
        if with_classes {
            for entry in file.classes {
                self.class(&site, entry);
            }
            for entry in file.combinations {
                self.combination(&site, entry);
            }
            for entry in file.rules {
                self.rule(&site, entry);
            }
        }
    }

    fn duplicate(&mut self, what: &str, id: &str, first: &Location, second: &Location) {
        self.diagnostics.push(Diagnostic::error(
            second,
            format!("the {what} `{id}` is already defined at {first}"),
            "give one of the two another id, or remove it",
        ));
    }

    fn regulation(&mut self, site: &Site<'_>, entry: RegulationEntry) {
        let location = site.of(&entry.id);
        let RegulationEntry { id, name, title, jurisdiction, duty, reference } = entry;
        let id = id.value;
        if let Some(first) = self.regulations.get(&id) {
            let first = first.location.clone();
            return self.duplicate("regulation", &id, &first, &location);
        }
        self.regulations.insert(id.clone(), RegulationSpec { id, name, title, jurisdiction, duty, reference, location });
    }

    fn evidence(&mut self, site: &Site<'_>, entry: EvidenceEntry, embedded: bool) {
        if let Some(tiers) = entry.tiers {
            let (medium, high) = (tiers.medium.value, tiers.high);
            if !(medium.is_finite() && high.is_finite() && medium < high) {
                let problem = format!("the medium tier begins at {medium}, the high one at {high}");
                self.diagnostics.push(Diagnostic::error(&site.of(&tiers.medium), problem, "let `high` be greater than `medium`"));
            }
            self.tiers = Tiers { medium, high };
        }
        for (name, weight) in entry.weights {
            let location = site.of(&weight.weight);
            let known = self.weights.get(&name);
            if known.is_none() && !embedded {
                let names: Vec<&str> = self.weights.keys().map(String::as_str).collect();
                let problem = format!("there is no evidence named `{name}`");
                self.diagnostics.push(Diagnostic::error(&location, problem, format!("use one of {}", names.join(", "))));
                continue;
            }
            if !weight.weight.value.is_finite() {
                let problem = format!("the weight of the evidence `{name}` is not a finite number");
                self.diagnostics.push(Diagnostic::error(&location, problem, "give it as log-odds, such as 1.5"));
                continue;
            }
            let meaning = weight.meaning.or_else(|| known.map(|known| known.meaning.clone())).unwrap_or_default();
            self.weights.insert(name, EvidenceWeight { weight: weight.weight.value, meaning, location });
        }
    }

    fn class(&mut self, site: &Site<'_>, entry: ClassEntry) {
        let location = site.of(&entry.id);
        let id = DataClass::new(entry.id.value.as_str());
        if let Some(first) = self.classes.get(&id) {
            let first = first.location.clone();
            return self.duplicate("class", &entry.id.value, &first, &location);
        }
        let category = self.one_of(site, "category", &entry.category, Category::parse, &Category::ALL.map(Category::as_str));
        let sensitivity =
            self.one_of(site, "sensitivity", &entry.sensitivity, Sensitivity::parse, &Sensitivity::ALL.map(Sensitivity::as_str));
        if let Some(key) = entry.person_key.as_ref().filter(|key| key.value > 100) {
            let problem = format!("the class `{id}` has a person_key of {}", key.value);
            self.diagnostics.push(Diagnostic::error(&site.of(key), problem, "give a number from 0 to 100, or leave it out"));
        }
        for (regulation, reason) in &entry.regulations {
            self.class_reason_locations.insert((id.clone(), regulation.clone()), site.of(reason));
        }
        let (Some(category), Some(sensitivity)) = (category, sensitivity) else { return };
        let regulations = entry.regulations.into_iter().map(|(id, reason)| ClassRegulation { id, reason: reason.value }).collect();
        let mut groups = entry.groups;
        groups.sort_unstable();
        if groups.iter().any(|group| group == PERSONS) {
            let problem = format!("the class `{id}` names the group `{PERSONS}`, which follows from `person_key`");
            self.diagnostics.push(Diagnostic::error(&location, problem, "give it a person_key of 40 or more instead"));
        }
        let spec = ClassSpec {
            id: id.clone(),
            name: entry.name,
            category,
            sensitivity,
            regulations,
            jurisdictions: entry.jurisdictions,
            person_key: entry.person_key.map(|key| key.value),
            groups,
            location,
        };
        self.classes.insert(id, spec);
    }

    fn combination(&mut self, site: &Site<'_>, entry: CombinationEntry) {
        let location = site.of(&entry.id);
        let id = entry.id.value.clone();
        if let Some(first) = self.combinations.get(&id) {
            let first = first.location.clone();
            return self.duplicate("combination", &id, &first, &location);
        }
        if !(2..=MOST_GROUPS).contains(&entry.of.len()) {
            let problem = format!("the combination `{id}` is of {} groups", entry.of.len());
            self.diagnostics.push(Diagnostic::error(&location, problem, format!("name 2 to {MOST_GROUPS} groups of classes under `of`")));
        }
        let named = |given: &Spanned<String>| (id.clone(), given.value.clone(), site.of(given));
        self.combination_groups.extend(entry.of.iter().map(named));
        self.combination_regulations.extend(entry.regulations.iter().map(|(name, reason)| (id.clone(), name.clone(), site.of(reason))));
        let sensitivity =
            self.one_of(site, "sensitivity", &entry.sensitivity, Sensitivity::parse, &Sensitivity::ALL.map(Sensitivity::as_str));
        let Some(sensitivity) = sensitivity else { return };
        let of = entry.of.into_iter().map(|group| group.value).collect();
        let regulations = entry.regulations.into_iter().map(|(id, reason)| ClassRegulation { id, reason: reason.value }).collect();
        self.combinations.insert(id.clone(), CombinationSpec { id, name: entry.name, of, sensitivity, regulations, location });
    }

    fn one_of<T>(
        &mut self,
        site: &Site<'_>,
        what: &str,
        given: &Spanned<String>,
        parse: fn(&str) -> Option<T>,
        names: &[&str],
    ) -> Option<T> {
        let parsed = parse(&given.value);
        if parsed.is_none() {
            let problem = format!("`{}` is not a {what}", given.value);
            self.diagnostics.push(Diagnostic::error(&site.of(given), problem, format!("use one of {}", names.join(", "))));
        }
        parsed
    }

    fn rule(&mut self, site: &Site<'_>, entry: RuleEntry) {
        let location = site.of(&entry.id);
        let id = entry.id.value;
        if let Some((first, _)) = self.rules.get(&id) {
            let first = first.location.clone();
            return self.duplicate("rule", &id, &first, &location);
        }
        let normalize = normalize(entry.normalize);
        let test_values = entry.test_values.into_iter().filter_map(|test| self.test_value(site, &id, test, normalize)).collect();
        let class_location = site.of(&entry.class);
        let (matcher, matcher_location) = match (entry.pattern, entry.recognizer) {
            (Some(pattern), None) => (Matcher::Pattern(pattern.value.clone()), site.of(&pattern)),
            (None, Some(recognizer)) => (Matcher::Recognizer(recognizer.value.clone()), site.of(&recognizer)),
            _ => {
                let problem = format!("the rule `{id}` has not exactly one of `pattern` and `recognizer`");
                return self.diagnostics.push(Diagnostic::error(&location, problem, "give one of the two"));
            }
        };
        let rule = Rule {
            id: id.clone(),
            class: DataClass::new(entry.class.value.as_str()),
            description: entry.description,
            matcher,
            matcher_location,
            validator: entry.validator,
            prior: entry.prior,
            checksum: checksum(entry.checksum),
            keywords: entry.keywords.iter().map(|keyword| Keyword::new(keyword)).collect(),
            keyword_required: entry.keyword_required,
            fields: entry.fields,
            negative_fields: entry.negative_fields,
            normalize,
            examples: entry.examples,
            counter_examples: entry.counter_examples,
            test_values,
            references: entry.references,
            location,
        };
        self.rules.insert(id, (rule, class_location));
    }

    fn test_value(&mut self, site: &Site<'_>, rule: &str, entry: TestValueEntry, normalize: Normalize) -> Option<TestValue> {
        let matches = match (entry.value, entry.pattern) {
            (Some(value), None) => TestMatch::Value(normalize.apply(value.as_bytes())),
            (None, Some(pattern)) => TestMatch::Pattern(pattern.value),
            _ => {
                let problem = format!("a test value of the rule `{rule}` has not exactly one of `value` and `pattern`");
                self.diagnostics.push(Diagnostic::error(&site.of(&entry.reason), problem, "give one of the two"));
                return None;
            }
        };
        Some(TestValue { matches, reason: entry.reason.value })
    }

    fn finish(mut self) -> Result<RulePack, RulesError> {
        self.check_references();
        if !self.diagnostics.is_empty() {
            self.diagnostics.sort_by(|a, b| a.location.cmp(&b.location));
            return Err(RulesError { diagnostics: self.diagnostics });
        }
        let mut rules: Vec<Rule> = self.rules.into_values().map(|(rule, _)| rule).collect();
        rules.sort_by_key(|rule| rule.pattern().is_none());
        Ok(RulePack {
            regulations: self.regulations.into_values().collect(),
            classes: self.classes.into_values().collect(),
            combinations: self.combinations.into_values().collect(),
            rules,
            evidence: crate::EvidenceWeights { tiers: self.tiers, weights: self.weights },
        })
    }

    fn check_references(&mut self) {
        for ((class, regulation), location) in &self.class_reason_locations {
            if !self.regulations.contains_key(regulation) {
                let problem = format!("the class `{class}` names the regulation `{regulation}`, which no pack defines");
                let remedy = format!("correct the name, or define `{regulation}` under `regulations:`");
                self.diagnostics.push(Diagnostic::error(location, problem, remedy));
            }
        }
        for (combination, regulation, location) in &self.combination_regulations {
            if !self.regulations.contains_key(regulation) {
                let problem = format!("the combination `{combination}` names the regulation `{regulation}`, which no pack defines");
                let remedy = format!("correct the name, or define `{regulation}` under `regulations:`");
                self.diagnostics.push(Diagnostic::error(location, problem, remedy));
            }
        }
        for (combination, group, location) in &self.combination_groups {
            if group != PERSONS && !self.classes.values().any(|class| class.is_of(group)) {
                let problem = format!("the combination `{combination}` is of the group `{group}`, to which no class belongs");
                self.diagnostics.push(Diagnostic::error(location, problem, "correct the name, or give a class `groups` with that name"));
            }
        }
        for (rule, class_location) in self.rules.values() {
            if !self.classes.contains_key(&rule.class) {
                let problem = format!("the rule `{}` names the class `{}`, which no pack defines", rule.id, rule.class);
                let remedy = format!("correct the name, or define `{}` under `classes:`", rule.class);
                self.diagnostics.push(Diagnostic::error(class_location, problem, remedy));
            }
        }
    }
}

/// Turns positions in a file into locations.
struct Site<'a> {
    file: &'a str,
}

impl Site<'_> {
    fn of<T>(&self, spanned: &Spanned<T>) -> Location {
        Location { file: self.file.to_owned(), line: spanned.referenced.line() }
    }
}

fn checksum(entry: ChecksumEntry) -> Checksum {
    match entry {
        ChecksumEntry::Strong => Checksum::Strong,
        ChecksumEntry::Weak => Checksum::Weak,
        ChecksumEntry::None => Checksum::None,
    }
}

fn normalize(entry: NormalizeEntry) -> Normalize {
    match entry {
        NormalizeEntry::Digits => Normalize::Digits,
        NormalizeEntry::AlphanumericUpper => Normalize::AlphanumericUpper,
        NormalizeEntry::Lower => Normalize::Lower,
        NormalizeEntry::Exact => Normalize::Exact,
    }
}

fn syntax_error(file: &str, error: &serde_saphyr::Error) -> Diagnostic {
    let line = error.location().map_or(0, |location| location.line());
    let location = Location { file: file.to_owned(), line };
    let text = error.without_snippet().to_string();
    let first = text.lines().next().unwrap_or("not YAML");
    // The location stands before the problem already.
    let problem = first.split_once(" at line ").map_or(first, |(problem, _)| problem).trim_end_matches('.');
    Diagnostic::error(&location, problem, "see docs/rules.md for the form of a pack")
}
