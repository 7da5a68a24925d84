//! What the function's environment says.

use std::path::PathBuf;

use terrier_content::FingerprintKey;

/// Memory of a function that runs outside of the service, where nothing says how much there is.
const USUAL_MEMORY_MB: u64 = 1024;

/// Below this the compiled rules, a worker and one object do not fit.
const LEAST_MEMORY_MB: u64 = 512;

/// What the function is to do with every event.
pub(crate) struct Settings {
    /// Where the findings go: `s3://bucket/prefix`.
    pub(crate) out: String,
    /// Folders of rules beside the built-in ones.
    pub(crate) rules: Vec<PathBuf>,
    /// Whether the extended rules are used too.
    pub(crate) extended_rules: bool,
    /// The fingerprint key.
    pub(crate) key: Option<FingerprintKey>,
    /// Where S3 is, for services other than AWS.
    pub(crate) endpoint_url: Option<String>,
    /// The function's memory, in bytes.
    pub(crate) memory: u64,
}

/// Why the environment cannot be used. Names the variable and never repeats what it holds.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{variable} {problem}; {remedy}")]
pub(crate) struct SettingsError {
    variable: &'static str,
    problem: &'static str,
    remedy: &'static str,
}

impl Settings {
    /// Reads the variables through `get`.
    pub(crate) fn read(get: impl Fn(&str) -> Option<String>) -> Result<Self, SettingsError> {
        let get = |name: &str| get(name).filter(|text| !text.is_empty());
        Ok(Self {
            out: out(get("TERRIER_OUT"))?,
            rules: get("TERRIER_RULES").map(|dirs| std::env::split_paths(&dirs).collect()).unwrap_or_default(),
            extended_rules: switch("TERRIER_EXTENDED_RULES", get("TERRIER_EXTENDED_RULES"))?,
            key: key(get("TERRIER_KEY"), get("TERRIER_KEY_FILE"))?,
            endpoint_url: get("TERRIER_ENDPOINT_URL"),
            memory: memory(get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"))?,
        })
    }
}

fn out(given: Option<String>) -> Result<String, SettingsError> {
    let wrong = |problem| SettingsError {
        variable: "TERRIER_OUT",
        problem,
        remedy: "set it to the bucket and prefix where findings go, such as s3://my-findings/terrier",
    };
    match given {
        None => Err(wrong("is not set")),
        Some(out) if out.strip_prefix("s3://").is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/')) => Ok(out),
        Some(_) => Err(wrong("is no place in a bucket, and what a function writes elsewhere is lost")),
    }
}

fn switch(variable: &'static str, given: Option<String>) -> Result<bool, SettingsError> {
    match given.as_deref() {
        None | Some("false" | "0") => Ok(false),
        Some("true" | "1") => Ok(true),
        Some(_) => Err(SettingsError { variable, problem: "is neither true nor false", remedy: "set it to true, or remove it" }),
    }
}

fn key(text: Option<String>, file: Option<String>) -> Result<Option<FingerprintKey>, SettingsError> {
    let remedy = "make a key with: openssl rand -hex 32";
    let (variable, bytes) = match (text, file) {
        (None, None) => return Ok(None),
        (Some(_), Some(_)) => {
            let problem = "and TERRIER_KEY_FILE are both set";
            return Err(SettingsError { variable: "TERRIER_KEY", problem, remedy: "set one of them" });
        }
        (Some(text), None) => ("TERRIER_KEY", text.into_bytes()),
        (None, Some(path)) => {
            let variable = "TERRIER_KEY_FILE";
            let unreadable =
                |_| SettingsError { variable, problem: "names a file that cannot be read", remedy: "put it into the bundle or a layer" };
            (variable, std::fs::read(path).map_err(unreadable)?)
        }
    };
    let malformed = SettingsError { variable, problem: "is no fingerprint key: expected 64 hexadecimal digits", remedy };
    FingerprintKey::parse(&bytes).map(Some).ok_or(malformed)
}

fn memory(given: Option<String>) -> Result<u64, SettingsError> {
    let variable = "AWS_LAMBDA_FUNCTION_MEMORY_SIZE";
    let remedy = "give the function 1769 MB, which is one processor, or at least 512 MB";
    let megabytes = match given {
        None => USUAL_MEMORY_MB,
        Some(text) => text.parse().map_err(|_| SettingsError { variable, problem: "is no number", remedy })?,
    };
    if megabytes < LEAST_MEMORY_MB {
        return Err(SettingsError { variable, problem: "is too little", remedy });
    }
    Ok(megabytes << 20)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Settings, String> {
        let get = |name: &str| variables.iter().find(|(variable, _)| *variable == name).map(|(_, value)| (*value).to_owned());
        Settings::read(get).map_err(|error| error.to_string())
    }

    #[track_caller]
    fn refused(variables: &[(&str, &str)], expect: &str) {
        let Err(error) = read(variables) else { panic!("{variables:?} are taken") };
        assert!(error.starts_with(expect), "{error}");
        assert!(!error.contains("secret"), "{error}");
    }

    #[test]
    fn the_environment_is_read() {
        let settings = read(&[
            ("TERRIER_OUT", "s3://b/findings"),
            ("TERRIER_RULES", "rules:more"),
            ("TERRIER_KEY", &"5e".repeat(32)),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1769"),
        ]);
        let settings = settings.unwrap();
        assert_eq!((settings.rules.len(), settings.memory, settings.extended_rules), (2, 1769 << 20, false));
        assert!(settings.key.is_some());
    }

    #[test]
    fn what_cannot_be_used_is_named_and_not_repeated() {
        refused(&[], "TERRIER_OUT is not set; set it to");
        refused(&[("TERRIER_OUT", "/tmp/secret")], "TERRIER_OUT is no place in a bucket");
        let out = ("TERRIER_OUT", "s3://b");
        refused(&[out, ("TERRIER_KEY", "secret")], "TERRIER_KEY is no fingerprint key");
        refused(&[out, ("TERRIER_KEY_FILE", "/secret")], "TERRIER_KEY_FILE names a file that cannot be read");
        refused(&[out, ("TERRIER_EXTENDED_RULES", "secret")], "TERRIER_EXTENDED_RULES is neither");
        refused(&[out, ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")], "AWS_LAMBDA_FUNCTION_MEMORY_SIZE is too little");
    }
}
