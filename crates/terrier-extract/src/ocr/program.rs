use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use thiserror::Error;

/// Why characters cannot be recognised.
#[derive(Debug, Error)]
pub enum OcrError {
    /// The program is not there, or does not run.
    #[error(
        "cannot run {} to recognise text in pictures; install Tesseract (Debian: apt-get install tesseract-ocr) or leave --ocr out",
        program.display()
    )]
    Missing {
        /// The program.
        program: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
    /// The data of a language is not there.
    #[error(
        "{} has no data for the language {language:?}; it has {installed}; install more (Debian: apt-get install tesseract-ocr-deu for deu) or change \
         --ocr-lang",
        program.display()
    )]
    Language {
        /// The program.
        program: PathBuf,
        /// The language.
        language: String,
        /// The languages that there are.
        installed: String,
    },
}

/// The recognition of characters: a program, which is there, and languages, which it knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ocr {
    pub(super) program: PathBuf,
    pub(super) languages: String,
    version: String,
}

impl Ocr {
    /// Finds out whether Tesseract is there, and knows the languages, which are written as it wants them: `eng+deu`.
    pub fn find(program: &Path, languages: &str) -> Result<Self, OcrError> {
        let say = |argument: &str| -> Result<String, OcrError> {
            let output = Command::new(program).arg(argument).stdin(Stdio::null()).output();
            let output = output.map_err(|source| OcrError::Missing { program: program.to_owned(), source })?;
            // Older versions say it on standard error.
            Ok(String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
        };
        let version = say("--version")?.lines().next().unwrap_or_default().trim().to_owned();
        let known = say("--list-langs")?;
        let known: Vec<&str> = known.lines().skip(1).map(str::trim).filter(|language| !language.is_empty()).collect();
        if let Some(language) = languages.split('+').find(|language| !known.contains(language)) {
            let (language, installed) = (language.to_owned(), known.join(", "));
            return Err(OcrError::Language { program: program.to_owned(), language, installed });
        }
        Ok(Self { program: program.to_owned(), languages: languages.to_owned(), version })
    }

    /// Says what the text depends on: the version of the program, which may read otherwise than the next one, and the languages.
    pub fn description(&self) -> String {
        format!("{}, {}", self.version, self.languages)
    }
}
