use std::collections::BTreeMap;

use regex_syntax::ParserBuilder;
use regex_syntax::hir::Hir;

use crate::{ClassSpec, Diagnostic, Location, Matcher, RegulationSpec, Rule, RulePack, TestMatch};

/// Examples and counter-examples that a rule should have at least.
const FEWEST_EXAMPLES: usize = 5;
/// The longest text, in bytes, that a pattern may match: the neighbourhood that a window of text carries.
const LONGEST_MATCH: usize = 4096;
/// Priors beyond this are more sure than any pattern alone can be.
const GREATEST_PRIOR: f64 = 6.0;

/// Judges the form of a pack: what can be said of it without running a pattern.
///
/// Returns complaints in the order of files and lines.
pub fn lint(pack: &RulePack) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    pack.regulations.iter().for_each(|regulation| lint_regulation(regulation, &mut diagnostics));
    pack.classes.iter().for_each(|class| lint_class(class, pack, &mut diagnostics));
    pack.rules.iter().for_each(|rule| lint_rule(rule, &mut diagnostics));
    diagnostics.extend(repeated_patterns(pack));
    diagnostics.sort_by(|a, b| a.location.cmp(&b.location));
    diagnostics
}

fn lint_regulation(regulation: &RegulationSpec, diagnostics: &mut Vec<Diagnostic>) {
    let RegulationSpec { id, location, .. } = regulation;
    if !is_plain_id(id) {
        diagnostics.push(malformed("regulation", id, location));
    }
    if regulation.duty.ends_with('.') || regulation.duty.is_empty() {
        let problem = format!("the duty of the regulation `{id}` is empty or ends with a full stop");
        diagnostics.push(Diagnostic::warning(location, problem, "write one sentence without a full stop, since reports continue it"));
    }
    if !is_address(&regulation.reference) {
        diagnostics.push(no_address("regulation", id, &regulation.reference, location));
    }
}

fn lint_class(class: &ClassSpec, pack: &RulePack, diagnostics: &mut Vec<Diagnostic>) {
    let ClassSpec { id, location, .. } = class;
    if !is_plain_id(id.as_str()) {
        diagnostics.push(malformed("class", id.as_str(), location));
    }
    if pack.rules_of(id).next().is_none() {
        let problem = format!("the class `{id}` has no rule");
        diagnostics.push(Diagnostic::warning(location, problem, "add a rule that recognises it, or remove the class"));
    }
    for code in class.jurisdictions.iter().filter(|code| code.len() != 2 || !code.bytes().all(|byte| byte.is_ascii_uppercase())) {
        let problem = format!("the class `{id}` has the jurisdiction `{code}`");
        diagnostics.push(Diagnostic::error(location, problem, "use the two letters of ISO 3166-1, such as `US`"));
    }
}

fn lint_rule(rule: &Rule, diagnostics: &mut Vec<Diagnostic>) {
    let Rule { id, location, .. } = rule;
    let belongs = id.strip_prefix(rule.class.as_str()).and_then(|rest| rest.strip_prefix('.')).is_some_and(is_plain_id);
    if !belongs {
        let problem = format!("the id of the rule `{id}` does not tell its class");
        let remedy = format!("name it `{}.` and a word of lower-case letters, digits and `_`", rule.class);
        diagnostics.push(Diagnostic::error(location, problem, remedy));
    }
    for (what, count) in [("examples", rule.examples.len()), ("counter_examples", rule.counter_examples.len())] {
        if count < FEWEST_EXAMPLES {
            let problem = format!("the rule `{id}` has {count} {what}");
            diagnostics.push(Diagnostic::warning(location, problem, format!("give at least {FEWEST_EXAMPLES}, since they are its tests")));
        }
    }
    if rule.references.is_empty() {
        let problem = format!("the rule `{id}` has no references");
        diagnostics.push(Diagnostic::warning(location, problem, "give the address of the document that defines the form"));
    }
    for reference in rule.references.iter().filter(|reference| !is_address(reference)) {
        diagnostics.push(no_address("rule", id, reference, location));
    }
    if !rule.prior.is_finite() || rule.prior.abs() > GREATEST_PRIOR {
        let problem = format!("the rule `{id}` has the prior {}", rule.prior);
        diagnostics.push(Diagnostic::error(location, problem, format!("give log-odds from -{GREATEST_PRIOR} to {GREATEST_PRIOR}")));
    }
    lint_context(rule, diagnostics);
    lint_pattern(rule, diagnostics);
}

fn lint_context(rule: &Rule, diagnostics: &mut Vec<Diagnostic>) {
    let Rule { id, location, .. } = rule;
    if rule.keyword_required && rule.keywords.is_empty() && rule.fields.is_empty() {
        let problem = format!("the rule `{id}` requires a keyword and has neither keywords nor fields, so it finds nothing");
        diagnostics.push(Diagnostic::error(location, problem, "add keywords or fields, or remove `keyword_required`"));
    }
    for keyword in rule.keywords.iter().filter(|keyword| keyword.as_str().trim() != keyword.as_str() || keyword.as_str().is_empty()) {
        let problem = format!("the rule `{id}` has the keyword `{}`, which is empty or has spaces around it", keyword.as_str());
        diagnostics.push(Diagnostic::error(location, problem, "write the bare word or phrase; it is matched at word boundaries anyway"));
    }
    for field in rule.fields.iter().chain(&rule.negative_fields).filter(|field| !is_field(field)) {
        let problem = format!("the rule `{id}` has the field `{field}`");
        diagnostics.push(Diagnostic::error(
            location,
            problem,
            "write it in lower case, words joined by `_`; other spellings are brought to this form",
        ));
    }
    if rule.validator.is_none() && rule.checksum != crate::Checksum::None {
        let problem = format!("the rule `{id}` counts a {} checksum and has no validator", rule.checksum.as_str());
        diagnostics.push(Diagnostic::error(location, problem, "name a validator, or remove `checksum`"));
    }
}

fn lint_pattern(rule: &Rule, diagnostics: &mut Vec<Diagnostic>) {
    let Rule { id, matcher_location, .. } = rule;
    lint_test_patterns(rule, diagnostics);
    let Some(pattern) = rule.pattern() else { return };
    let pattern = match parse(pattern) {
        Ok(pattern) => pattern,
        Err(reason) => {
            let problem = format!("the pattern of the rule `{id}` does not parse: {reason}");
            let remedy =
                "use the syntax of the crate `regex` without Unicode classes; write a letter beyond ASCII as an alternative: `(?:i|í)`";
            return diagnostics.push(Diagnostic::error(matcher_location, problem, remedy));
        }
    };
    let properties = pattern.properties();
    match properties.maximum_len() {
        Some(longest) if longest <= LONGEST_MATCH => {}
        longest => {
            let length = longest.map_or("text of any length".to_owned(), |longest| format!("up to {longest} bytes"));
            let problem = format!("the pattern of the rule `{id}` matches {length}");
            let remedy = format!("bound every repetition, such as `{{0,8}}` for `*`, so that a match has at most {LONGEST_MATCH} bytes");
            diagnostics.push(Diagnostic::error(matcher_location, problem, remedy));
        }
    }
    if properties.minimum_len() == Some(0) {
        let problem = format!("the pattern of the rule `{id}` matches the empty text");
        diagnostics.push(Diagnostic::error(matcher_location, problem, "let it require at least one character"));
    }
}

fn lint_test_patterns(rule: &Rule, diagnostics: &mut Vec<Diagnostic>) {
    let id = &rule.id;
    for test in &rule.test_values {
        if let TestMatch::Pattern(test) = &test.matches
            && let Err(reason) = parse(test)
        {
            let problem = format!("the pattern of a test value of the rule `{id}` does not parse: {reason}");
            diagnostics.push(Diagnostic::error(&rule.location, problem, "use the syntax of the crate `regex`, or give the `value` itself"));
        }
    }
}

fn parse(pattern: &str) -> Result<Hir, String> {
    let parsed = ParserBuilder::new().unicode(false).utf8(false).multi_line(true).build().parse(pattern);
    parsed.map_err(|error| match error {
        regex_syntax::Error::Parse(error) => error.kind().to_string(),
        regex_syntax::Error::Translate(error) => error.kind().to_string(),
        _ => "it is not a regular expression".to_owned(),
    })
}

/// Complains of rules that repeat the pattern of another rule of their class: one value would be found by both.
fn repeated_patterns(pack: &RulePack) -> Vec<Diagnostic> {
    let mut first: BTreeMap<(&str, &Matcher), &Rule> = BTreeMap::new();
    let mut diagnostics = Vec::new();
    for rule in &pack.rules {
        if let Some(earlier) = first.insert((rule.class.as_str(), &rule.matcher), rule) {
            let problem =
                format!("the rule `{}` has the same pattern or recogniser as `{}` at {}", rule.id, earlier.id, earlier.matcher_location);
            diagnostics.push(Diagnostic::warning(&rule.matcher_location, problem, "merge the two rules"));
        }
    }
    diagnostics
}

fn malformed(what: &str, id: &str, location: &Location) -> Diagnostic {
    let problem = format!("the id of the {what} `{id}` is not well-formed");
    Diagnostic::error(location, problem, "use lower-case letters, digits and `_`, beginning with a letter")
}

fn no_address(what: &str, id: &str, reference: &str, location: &Location) -> Diagnostic {
    let problem = format!("the {what} `{id}` has the reference `{reference}`, which is not an address");
    Diagnostic::error(location, problem, "give an address that begins with `https://`")
}

fn is_plain_id(id: &str) -> bool {
    id.starts_with(|first: char| first.is_ascii_lowercase())
        && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

fn is_field(field: &str) -> bool {
    !field.is_empty() && field.chars().all(|c| c.is_alphanumeric() && !c.is_uppercase() || c == '_')
}

fn is_address(reference: &str) -> bool {
    reference.strip_prefix("https://").is_some_and(|rest| rest.contains('.') && !rest.contains(' '))
}
