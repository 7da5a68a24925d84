//! From a file's fields to the words of a command line, each of which remembers where it came from.

use std::ffi::OsString;

use clap::Parser;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::VERSION;
use super::fields::{Field, Job, Kind, fields};
use super::problem::{Place, Problem, nearest};
use super::secrets::{self, Environment};
use super::tree::{self, Key, Node, Value};

/// Everything that a file says.
#[derive(Debug, Default)]
pub(super) struct Words {
    targets: Vec<(Place, String)>,
    words: Vec<Word>,
}

/// A field's value as it would be typed.
#[derive(Debug, Clone)]
struct Word {
    place: Place,
    field: Field,
    value: Option<String>,
}

impl Words {
    /// Reads a file: its form, its sections and fields, and what kind of value each has.
    pub(super) fn read(text: &str, environment: Environment) -> Result<Self, Vec<Problem>> {
        let tree = tree::read(text).map_err(|(place, problem)| vec![Problem::new(place, "", format!("{problem}; this is not YAML"))])?;
        let mut reader = Reader { fields: fields(), environment, words: Self::default(), problems: Vec::new() };
        reader.document(tree);
        if reader.problems.is_empty() { Ok(reader.words) } else { Err(reader.problems) }
    }

    /// Lets the command line make of the words what it would make of typed ones, until it has told all that is wrong.
    pub(super) fn resolve(&self) -> Result<Job, Vec<Problem>> {
        let mut words = self.words.clone();
        let mut problems = Vec::new();
        loop {
            match Job::try_parse_from(self.typed(&words)) {
                Ok(job) if problems.is_empty() => return Ok(job),
                Ok(_) => return Err(problems),
                Err(error) => {
                    let (problem, culprit) = self.explain(&error, &words);
                    problems.push(problem);
                    match culprit {
                        Some(index) => drop(words.remove(index)),
                        None => return Err(problems),
                    }
                }
            }
        }
    }

    /// Returns where a field was given, or its entry of that number.
    pub(super) fn place_of(&self, field: &str, entry: usize) -> Place {
        if field == "targets" {
            return self.targets.get(entry).or(self.targets.first()).map_or(Place::START, |(place, _)| *place);
        }
        let mut given = self.words.iter().filter(|word| word.field.full_name() == field);
        given.nth(entry).map_or(Place::START, |word| word.place)
    }

    fn typed(&self, words: &[Word]) -> Vec<OsString> {
        let options = words.iter().map(|word| match &word.value {
            None => format!("--{}", word.field.long),
            Some(value) => format!("--{}={value}", word.field.long),
        });
        let targets = self.targets.iter().map(|(_, target)| target.clone());
        options.chain(["--".to_owned()]).chain(targets).map(OsString::from).collect()
    }

    fn explain(&self, error: &clap::Error, words: &[Word]) -> (Problem, Option<usize>) {
        let named = |kind| texts(error.get(kind)).into_iter().find_map(|text| long_of(&text));
        let value = texts(error.get(ContextKind::InvalidValue)).into_iter().next();
        let full_name = |long: &str| fields().iter().find(|field| field.long == long).map_or_else(|| long.to_owned(), Field::full_name);
        let Some(long) = named(ContextKind::InvalidArg) else {
            let first = error.to_string().lines().next().unwrap_or_default().to_owned();
            return (Problem::new(Place::START, "", first), None);
        };
        let of_it = |word: &&Word| word.field.long == long;
        let culprit = words.iter().position(|word| of_it(&word) && (value.is_none() || word.value == value));
        let culprit = culprit.or_else(|| words.iter().position(|word| of_it(&word)));
        let text = match error.kind() {
            ErrorKind::ArgumentConflict => {
                let prior = named(ContextKind::PriorArg).map_or_else(|| "another field".to_owned(), |prior| full_name(&prior));
                format!("cannot stand beside {prior}; remove one of the two")
            }
            ErrorKind::MissingRequiredArgument => "is missing; another field of this file needs it".to_owned(),
            _ => {
                let expected = culprit.map(|index| words[index].field.kind.expected()).unwrap_or_default();
                let reason = std::error::Error::source(error).map_or_else(|| format!("expected {expected}"), ToString::to_string);
                let secret = culprit.is_some_and(|index| words[index].field.secret);
                value.filter(|_| !secret).map_or_else(|| reason.clone(), |value| format!("`{value}` is not understood: {reason}"))
            }
        };
        let place = culprit.map_or(Place::START, |index| words[index].place);
        (Problem::new(place, full_name(&long), text), culprit)
    }
}

fn texts(value: Option<&ContextValue>) -> Vec<String> {
    match value {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        _ => Vec::new(),
    }
}

/// Takes `threads` out of `--threads <N>`.
fn long_of(shown: &str) -> Option<String> {
    let long = shown.strip_prefix("--")?;
    Some(long.split([' ', '=', '[']).next().unwrap_or(long).to_owned())
}

struct Reader {
    fields: Vec<Field>,
    environment: Environment,
    words: Words,
    problems: Vec<Problem>,
}

impl Reader {
    fn problem(&mut self, place: Place, field: impl Into<String>, text: impl Into<String>) {
        self.problems.push(Problem::new(place, field, text));
    }

    fn document(&mut self, tree: Node) {
        let Value::Map(sections) = tree.value else {
            let text = format!("expected fields, such as `version: 1` and `targets:`, and found {}", tree.value.kind());
            return self.problem(tree.place, "", text);
        };
        let has = |name: &str| sections.iter().any(|(key, _)| key.name == name);
        if !has("version") {
            self.problem(Place::START, "version", format!("is missing; begin with `version: {VERSION}`"));
        }
        if !has("targets") {
            self.problem(Place::START, "targets", "is missing; list what to scan, such as [s3://bucket/prefix, /srv/share]");
        }
        for (key, node) in sections {
            match key.name.as_str() {
                "version" => self.version(&node),
                "targets" => self.targets(node),
                _ => self.section(&key, node),
            }
        }
    }

    fn version(&mut self, node: &Node) {
        match &node.value {
            Value::Number(version) if version == VERSION => {}
            Value::Number(version) => {
                let text = format!("this program reads version {VERSION} of the format, and the file has version {version}");
                self.problem(node.place, "version", text);
            }
            other => self.problem(node.place, "version", format!("expected the number {VERSION}, and found {}", other.kind())),
        }
    }

    fn targets(&mut self, node: Node) {
        let Value::List(entries) = node.value else {
            let text = format!("expected a list, such as [s3://bucket/prefix], and found {}", node.value.kind());
            return self.problem(node.place, "targets", text);
        };
        if entries.is_empty() {
            self.problem(node.place, "targets", "the list is empty; name a folder, a file or s3://bucket/prefix");
        }
        for entry in entries {
            match entry.value {
                Value::Text(target) if secrets::asks(&target) => self.no_environment(entry.place, "targets"),
                Value::Text(target) => self.words.targets.push((entry.place, target)),
                other => self.problem(entry.place, "targets", format!("expected text, and found {}; put it in quotes", other.kind())),
            }
        }
    }

    fn section(&mut self, key: &Key, node: Node) {
        let name = &key.name;
        if !self.fields.iter().any(|field| field.section == *name) {
            let known: Vec<&str> =
                ["version", "targets"].into_iter().chain(self.fields.iter().map(|field| field.section.as_str())).collect();
            let text = match (self.section_with(name), nearest(name, known.iter().copied())) {
                (Some(section), _) => format!("there is no such section; it is a field of `{section}`"),
                (None, Some(near)) => format!("there is no such section; did you mean `{near}`?"),
                (None, None) => format!("there is no such section; there are {}", distinct(&known).join(", ")),
            };
            return self.problem(key.place, name.as_str(), text);
        }
        match node.value {
            Value::Map(entries) => entries.into_iter().for_each(|(field, node)| self.field(name, &field, node)),
            Value::Nothing => self.problem(node.place, name.as_str(), "has no fields; give it some, or remove it"),
            other => self.problem(node.place, name.as_str(), format!("expected fields, and found {}", other.kind())),
        }
    }

    /// Finds the section that has a field of this name.
    fn section_with(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|field| field.name == name).map(|field| field.section.as_str())
    }

    fn field(&mut self, section: &str, key: &Key, node: Node) {
        let full = format!("{section}.{}", key.name);
        let Some(field) = self.fields.iter().find(|field| field.section == section && field.name == key.name).cloned() else {
            let here: Vec<&str> = self.fields.iter().filter(|field| field.section == section).map(|field| field.name.as_str()).collect();
            let text = match (nearest(&key.name, here.iter().copied()), self.section_with(&key.name)) {
                (_, Some(other)) => format!("there is no such field; it belongs to `{other}`"),
                (Some(near), None) => format!("there is no such field; did you mean `{near}`?"),
                (None, None) => format!("there is no such field; there are {}", here.join(", ")),
            };
            return self.problem(key.place, full, text);
        };
        match node.value {
            Value::Nothing => self.problem(node.place, full, "has no value; give it one, or remove it"),
            Value::List(entries) if field.list => entries.into_iter().for_each(|entry| self.value(&field, entry)),
            other if field.list => {
                self.problem(node.place, full, format!("expected a list, such as [a, b], and found {}", other.kind()));
            }
            value => self.value(&field, Node { place: node.place, value }),
        }
    }

    fn value(&mut self, field: &Field, node: Node) {
        let Node { place, value } = node;
        let text = match value {
            // A flag that is off is one that was not given.
            Value::Bool(false) if field.kind == Kind::Flag => return,
            Value::Bool(true) if field.kind == Kind::Flag => {
                return self.words.words.push(Word { place, field: field.clone(), value: None });
            }
            Value::Bool(on) if field.kind == Kind::Switch => on.to_string(),
            Value::Number(number) if field.kind.takes_numbers() => number,
            Value::Text(text) if !matches!(field.kind, Kind::Flag | Kind::Switch) => text,
            Value::Bool(_) | Value::Number(_) if field.kind == Kind::Text => {
                let text = format!("expected text, and found {}; put it in quotes", value.kind());
                return self.problem(place, field.full_name(), text);
            }
            other => {
                let text = format!("expected {}, and found {}", field.kind.expected(), other.kind());
                return self.problem(place, field.full_name(), text);
            }
        };
        let text = match (secrets::asks(&text), field.secret) {
            (true, false) => return self.no_environment(place, field.full_name()),
            (true, true) => match secrets::substitute(&text, self.environment) {
                Ok(Some(text)) => text,
                Ok(None) => return,
                Err(problem) => return self.problem(place, field.full_name(), problem),
            },
            (false, _) => text,
        };
        self.words.words.push(Word { place, field: field.clone(), value: Some(text) });
    }

    fn no_environment(&mut self, place: Place, field: impl Into<String>) {
        let secrets: Vec<String> = self.fields.iter().filter(|field| field.secret).map(Field::full_name).collect();
        self.problem(place, field, format!("`${{…}}` is replaced in secrets only: {}", secrets.join(", ")));
    }
}

fn distinct<'a>(names: &[&'a str]) -> Vec<&'a str> {
    let mut seen = Vec::new();
    for name in names {
        if !seen.contains(name) {
            seen.push(*name);
        }
    }
    seen
}
