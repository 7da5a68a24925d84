//! Secrets come out of the environment, and only where a field is a secret.

/// What is done about variables that are not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Environment {
    /// The job is to be run: they are mistakes.
    OfTheJob,
    /// The job will run elsewhere: fields that need them are left out.
    Elsewhere,
}

/// Tells whether a text asks for the environment.
pub(super) fn asks(text: &str) -> bool {
    text.contains("${")
}

/// Puts the environment's values in place of `${NAME}`; `None` where one is known elsewhere only. The error never quotes the text, which is a
/// secret.
pub(super) fn substitute(text: &str, environment: Environment) -> Result<Option<String>, String> {
    substitute_from(text, environment, |name| std::env::var(name).ok())
}

fn substitute_from(text: &str, environment: Environment, value: impl Fn(&str) -> Option<String>) -> Result<Option<String>, String> {
    let mut known = true;
    let mut whole = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let (name, after) = after.split_once('}').ok_or("`${` has no `}`; write ${NAME}")?;
        if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        {
            return Err("between `${` and `}` stands no name of a variable; write ${NAME}".to_owned());
        }
        whole.push_str(before);
        match (value(name), environment) {
            (Some(value), _) => whole.push_str(&value),
            (None, Environment::Elsewhere) => known = false,
            (None, Environment::OfTheJob) => return Err(format!("the environment has no {name}; set it, or take ${{{name}}} out")),
        }
        rest = after;
    }
    Ok(known.then(|| whole + rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_replaced_and_missing_ones_told() {
        let check = |text: &str, environment: Environment, expect: Result<Option<&str>, &str>| {
            let replaced = substitute_from(text, environment, |name| (name == "TOKEN").then(|| "t0ken".to_owned()));
            assert_eq!(replaced.as_ref().map(Option::as_deref).map_err(String::as_str), expect, "{text}");
        };
        check("https://h/${TOKEN}/x${TOKEN}", Environment::OfTheJob, Ok(Some("https://h/t0ken/xt0ken")));
        check("plain", Environment::OfTheJob, Ok(Some("plain")));
        check("a${GONE}", Environment::OfTheJob, Err("the environment has no GONE; set it, or take ${GONE} out"));
        check("a${GONE}", Environment::Elsewhere, Ok(None));
        check("${TOKEN", Environment::OfTheJob, Err("`${` has no `}`; write ${NAME}"));
        check("${a-b}", Environment::OfTheJob, Err("between `${` and `}` stands no name of a variable; write ${NAME}"));
    }
}
