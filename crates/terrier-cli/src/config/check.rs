//! What a scan would refuse at its start, said with its place. No store is asked.

use terrier_scan::Filter;
use terrier_stores::Target;

use super::fields::Job;
use super::problem::Problem;
use super::words::Words;
use crate::args::ScanArgs;
use crate::fail_on::FailOn;
use crate::metrics::Metrics;
use crate::notify::Notifier;
use crate::{resources, targets};

/// Lists what is wrong with a job whose fields are well-formed.
pub(super) fn check(job: &Job, words: &Words) -> Vec<Problem> {
    let mut checker = Checker { words, problems: Vec::new() };
    checker.targets(&job.scan);
    checker.selection(&job.scan);
    checker.rules(&job.scan);
    checker.resources(&job.scan);
    checker.observers(&job.scan);
    checker.problems
}

struct Checker<'a> {
    words: &'a Words,
    problems: Vec<Problem>,
}

impl Checker<'_> {
    fn expect<T, E: Into<anyhow::Error>>(&mut self, field: &str, entry: usize, result: Result<T, E>) -> Option<T> {
        match result {
            Ok(right) => Some(right),
            Err(error) => {
                self.problems.push(Problem::new(self.words.place_of(field, entry), field, format!("{:#}", error.into())));
                None
            }
        }
    }

    fn targets(&mut self, scan: &ScanArgs) {
        let before = self.problems.len();
        for (entry, target) in scan.targets.iter().enumerate() {
            self.expect("targets", entry, Target::parse(target));
        }
        if self.problems.len() > before {
            return;
        }
        if let Some(parsed) = self.expect("targets", 0, targets::parse(&scan.targets)) {
            self.expect("results.out", 0, targets::check_out(&parsed, &scan.out));
        }
    }

    fn selection(&mut self, scan: &ScanArgs) {
        let selection = &scan.selection;
        for (field, globs) in [("read.include", &selection.include), ("read.exclude", &selection.exclude)] {
            for (entry, glob) in globs.iter().enumerate() {
                self.expect(field, entry, Filter::new(std::slice::from_ref(glob), &[], None, None));
            }
        }
    }

    fn rules(&mut self, scan: &ScanArgs) {
        let Some(pack) = self.expect("rules.dirs", 0, targets::load_rules(&scan.rules)) else { return };
        for (entry, condition) in scan.fail_on.iter().enumerate() {
            self.expect("results.fail_on", entry, FailOn::parse(std::slice::from_ref(condition), &pack));
        }
    }

    fn resources(&mut self, scan: &ScanArgs) {
        self.expect("resources.threads", 0, resources::resolve_threads(scan.threads));
        self.expect("resources.memory", 0, resources::resolve(None, scan.memory));
    }

    fn observers(&mut self, scan: &ScanArgs) {
        self.expect("metrics.listen", 0, Metrics::check(&scan.metrics));
        if let Err(error) = Notifier::new(&scan.notify) {
            let field = error.field();
            self.problems.push(Problem::new(self.words.place_of(field, 0), field, error.to_string()));
        }
    }
}
