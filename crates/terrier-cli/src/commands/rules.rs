use std::fmt::Write;

use anyhow::bail;
use serde_json::json;
use terrier_model::DataClass;
use terrier_rules::{Diagnostic, Matcher, Rule, RulePack, Severity, lint};

use super::print;
use crate::args::{RulesCommand, SummaryFormat};
use crate::exit::Exit;
use crate::targets::load_rules;

/// Lists, shows or checks rules.
pub(crate) fn run(command: RulesCommand) -> anyhow::Result<Exit> {
    match command {
        RulesCommand::List { rules, format } => list(&load_rules(&rules)?, format),
        RulesCommand::Show { id, rules } => show(&load_rules(&rules)?, &id),
        RulesCommand::Check { rules } => check(&load_rules(&rules)?),
    }
}

fn list(pack: &RulePack, format: SummaryFormat) -> anyhow::Result<Exit> {
    let mut rules: Vec<&Rule> = pack.rules.iter().collect();
    rules.sort_by(|a, b| a.id.cmp(&b.id));
    if format == SummaryFormat::Json {
        let rows: Vec<_> =
            rules.iter().map(|rule| json!({ "id": rule.id, "class": rule.class.as_str(), "description": rule.description })).collect();
        print(&serde_json::to_string_pretty(&rows)?)?;
        return Ok(Exit::Done);
    }
    let widest = |width: fn(&Rule) -> usize| rules.iter().map(|rule| width(rule)).max().unwrap_or(0);
    let (ids, classes) = (widest(|rule| rule.id.len()), widest(|rule| rule.class.as_str().len()));
    let mut text = String::new();
    for rule in &rules {
        writeln!(text, "{:ids$}  {:classes$}  {}", rule.id, rule.class.as_str(), rule.description)?;
    }
    writeln!(text, "{} rules, {} classes", rules.len(), pack.classes.len())?;
    print(&text)?;
    Ok(Exit::Done)
}

fn show(pack: &RulePack, id: &str) -> anyhow::Result<Exit> {
    let class = DataClass::new(id);
    let mut text = String::new();
    if let Some(rule) = pack.rule(id) {
        describe_class(pack, &rule.class, &mut text)?;
        describe_rule(rule, &mut text)?;
    } else if pack.class(&class).is_some() {
        describe_class(pack, &class, &mut text)?;
        for rule in pack.rules_of(&class) {
            describe_rule(rule, &mut text)?;
        }
    } else {
        bail!("no rule and no class is called `{id}`; see: terrier rules list");
    }
    print(&text)?;
    Ok(Exit::Done)
}

fn describe_class(pack: &RulePack, id: &DataClass, text: &mut String) -> anyhow::Result<()> {
    let Some(class) = pack.class(id) else { bail!("the class {id} is not defined by any pack") };
    writeln!(text, "class {id}: {}", class.name)?;
    writeln!(text, "  category      {}", class.category.as_str())?;
    writeln!(text, "  sensitivity   {}", class.sensitivity)?;
    if !class.jurisdictions.is_empty() {
        writeln!(text, "  jurisdiction  {}", class.jurisdictions.join(", "))?;
    }
    for covered in &class.regulations {
        let name = pack.regulation(&covered.id).map_or(covered.id.as_str(), |regulation| regulation.name.as_str());
        writeln!(text, "  {name:<13} {}", covered.reason)?;
    }
    Ok(())
}

fn describe_rule(rule: &Rule, text: &mut String) -> anyhow::Result<()> {
    writeln!(text, "\nrule {} ({})", rule.id, rule.location)?;
    writeln!(text, "  {}", rule.description)?;
    match &rule.matcher {
        Matcher::Pattern(pattern) => writeln!(text, "  pattern       {pattern}")?,
        Matcher::Recognizer(recognizer) => writeln!(text, "  recogniser    {recognizer}")?,
    }
    if let Some(validator) = &rule.validator {
        writeln!(text, "  validator     {validator}, checksum {}", rule.checksum.as_str())?;
    }
    writeln!(text, "  prior         {:+.1} log-odds", rule.prior)?;
    let mut row = |name: &str, values: Vec<&str>| {
        if values.is_empty() { Ok(()) } else { writeln!(text, "  {name:<13} {}", values.join(", ")) }
    };
    let needed = if rule.keyword_required { "needs one of" } else { "keywords" };
    row(needed, rule.keywords.iter().map(terrier_rules::Keyword::as_str).collect())?;
    row("fields", rule.fields.iter().map(String::as_str).collect())?;
    row("not fields", rule.negative_fields.iter().map(String::as_str).collect())?;
    for (name, values) in [("example", &rule.examples), ("not", &rule.counter_examples), ("reference", &rule.references)] {
        for value in values {
            row(name, vec![value])?;
        }
    }
    Ok(())
}

fn check(pack: &RulePack) -> anyhow::Result<Exit> {
    let mut diagnostics = lint(pack);
    diagnostics.extend(terrier_classify::check(pack));
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count();
    let mut text: String = diagnostics.iter().map(|diagnostic: &Diagnostic| format!("{diagnostic}\n")).collect();
    writeln!(
        text,
        "{} rules in {} classes checked: {errors} errors, {} warnings",
        pack.rules.len(),
        pack.classes.len(),
        diagnostics.len() - errors
    )?;
    print(&text)?;
    Ok(if errors > 0 { Exit::Failed } else { Exit::Done })
}
