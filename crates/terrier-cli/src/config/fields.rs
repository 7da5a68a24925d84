//! The fields that a configuration may have: those of the command line, by their sections in its help.

use clap::builder::ValueParser;
use clap::{Arg, ArgAction, Args, Command, Parser};

use crate::args::{LogArgs, ScanArgs};

/// What a file resolves to.
#[derive(Debug, Parser)]
#[command(name = "terrier", no_binary_name = true, disable_help_flag = true)]
pub(crate) struct Job {
    #[command(flatten)]
    pub(crate) log: LogArgs,
    #[command(flatten)]
    pub(crate) scan: ScanArgs,
}

/// Arguments that make no sense in a file: parts of a plan belong to one process each, and the others are asked for when a job is run.
const LEFT_OUT: [&str; 6] = ["targets", "plan", "shard", "keep_plan", "dry_run", "engine"];

/// A field of a section.
#[derive(Debug, Clone)]
pub(super) struct Field {
    pub(super) section: String,
    pub(super) name: String,
    /// The argument that it stands for, without the dashes.
    pub(super) long: String,
    pub(super) kind: Kind,
    /// Whether it takes a list of such values.
    pub(super) list: bool,
    /// Whether the environment's secrets may stand in it.
    pub(super) secret: bool,
    pub(super) help: String,
}

/// What a field's value looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// Given or not.
    Flag,
    /// On, off, or as the program thinks best.
    Switch,
    /// A whole number from 1.
    Count,
    /// Bytes as a number, or with a unit.
    Size,
    /// A part of a whole.
    Share,
    /// US dollars.
    Dollars,
    /// One of some names.
    Choice(Vec<String>),
    Text,
}

impl Field {
    /// The field with its section, as messages name it.
    pub(super) fn full_name(&self) -> String {
        format!("{}.{}", self.section, self.name)
    }

    fn of(arg: &Arg) -> Option<Self> {
        let (id, long) = (arg.get_id().as_str(), arg.get_long()?);
        if LEFT_OUT.contains(&id) {
            return None;
        }
        let section = section_of(arg.get_help_heading()?);
        Some(Self {
            name: name_of(id, long, &section),
            kind: Kind::of(arg),
            list: matches!(arg.get_action(), ArgAction::Append),
            secret: arg.is_hide_env_values_set(),
            help: arg.get_help().map(ToString::to_string).unwrap_or_default(),
            long: long.to_owned(),
            section,
        })
    }
}

impl Kind {
    fn of(arg: &Arg) -> Self {
        let values =
            |parser: &ValueParser| parser.possible_values().map(|values| values.map(|value| value.get_name().to_owned()).collect());
        let value_name = arg.get_value_names().and_then(|names| names.first()).map_or("", |name| name.as_str());
        match (arg.get_action(), value_name) {
            (ArgAction::SetTrue, _) => Self::Flag,
            (_, "BOOL") => Self::Switch,
            (_, "N") => Self::Count,
            (_, "SIZE") => Self::Size,
            (_, "SHARE") => Self::Share,
            (_, "USD") => Self::Dollars,
            _ => values(arg.get_value_parser()).map_or(Self::Text, Self::Choice),
        }
    }

    /// Whether it may be written as a number.
    pub(super) fn takes_numbers(&self) -> bool {
        matches!(self, Self::Count | Self::Size | Self::Share | Self::Dollars)
    }

    /// Says what is expected, where no better is known.
    pub(super) fn expected(&self) -> String {
        match self {
            Self::Flag | Self::Switch => "true or false".to_owned(),
            Self::Count => "a whole number from 1".to_owned(),
            Self::Size => "bytes, or a number with K, M, G or T, such as 256M".to_owned(),
            Self::Share => "a share between 0 and 1, such as 1% or 0.01".to_owned(),
            Self::Dollars => "US dollars, such as 2.50".to_owned(),
            Self::Choice(names) => format!("one of {}", names.join(", ")),
            Self::Text => "text".to_owned(),
        }
    }
}

/// Lists all fields, in the order of the help.
pub(super) fn fields() -> Vec<Field> {
    let command = ScanArgs::augment_args(LogArgs::augment_args(Command::new("terrier")));
    command.get_arguments().filter_map(Field::of).collect()
}

fn section_of(heading: &str) -> String {
    match heading {
        "What to read" => "read".to_owned(),
        heading => heading.to_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), "_"),
    }
}

/// A field is called as its argument, without the section's name in front.
fn name_of(id: &str, long: &str, section: &str) -> String {
    if long == section {
        return id.to_owned();
    }
    let name = long.replace('-', "_");
    name.strip_prefix(&format!("{section}_")).map(str::to_owned).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_argument_of_a_scan_is_a_field_or_left_out_on_purpose() {
        let command = ScanArgs::augment_args(Command::new("terrier"));
        let known: BTreeSet<String> = fields().into_iter().map(|field| field.long).collect();
        let missing: Vec<&str> = command
            .get_arguments()
            .filter(|arg| !LEFT_OUT.contains(&arg.get_id().as_str()))
            .filter(|arg| arg.get_long().is_none_or(|long| !known.contains(long)))
            .map(|arg| arg.get_id().as_str())
            .collect();
        assert!(missing.is_empty(), "give these a help heading, which is their section: {missing:?}");
    }

    #[test]
    fn fields_have_one_name_each() {
        let fields = fields();
        let names: BTreeSet<String> = fields.iter().map(Field::full_name).collect();
        assert_eq!(names.len(), fields.len());
        for expected in ["read.include", "rules.dirs", "metrics.file", "notify.url", "log.level", "log.format", "results.fail_on"] {
            assert!(names.contains(expected), "{expected} is missing in {names:?}");
        }
    }

    #[test]
    fn secrets_are_the_arguments_whose_environment_is_not_shown() {
        let secrets: Vec<String> = fields().iter().filter(|field| field.secret).map(Field::full_name).collect();
        assert_eq!(secrets, ["notify.url", "notify.authorization"]);
    }
}
