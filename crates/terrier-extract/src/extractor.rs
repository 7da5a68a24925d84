use std::ffi::OsString;
use std::path::PathBuf;

use terrier_content::Sensitive;
use terrier_model::Method;

use crate::asset::{self, Input};
use crate::context::{Budget, Context, Halt};
use crate::ocr::{Ocr, Recognize, Recognizer};
use crate::records::{self, ReadRecords};
use crate::stream::Metered;
use crate::worker::Pool;
use crate::{Limits, Outcome, ReadAt, Sink};

/// How to start a worker process: the program that calls [`serve_worker`](crate::serve_worker), and its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerCommand {
    /// The program, usually the running one.
    pub program: PathBuf,
    /// Its arguments, such as `worker`.
    pub args: Vec<OsString>,
}

/// Turns assets into segments. One serves all threads; it owns the pool of worker processes.
#[derive(Debug)]
pub struct Extractor {
    limits: Limits,
    workers: Option<Pool>,
    /// What recognises characters where there are no workers.
    recognizer: Option<Recognizer>,
}

impl Extractor {
    /// Makes an extractor. Without a worker command the complex formats are parsed in this process, which is for tests only.
    pub fn new(limits: Limits, worker: Option<WorkerCommand>) -> Self {
        Self { limits, workers: worker.map(Pool::new), recognizer: None }
    }

    /// Has the characters of pictures recognised, those of scanned pages too.
    pub fn with_ocr(mut self, ocr: Ocr) -> Self {
        match &mut self.workers {
            Some(workers) => workers.recognize_with(ocr),
            None => self.recognizer = Some(Recognizer::new(ocr, None)),
        }
        self
    }

    /// Extracts one asset. Its name gives a hint where the content does not tell the format.
    ///
    /// Panics of parsers become [`Reason::ParserCrashed`](terrier_model::Reason::ParserCrashed), and nothing of them is printed;
    /// panics of the sink pass through.
    pub fn extract(&self, source: &dyn ReadAt, name: Sensitive<&[u8]>, sink: &mut dyn Sink) -> Outcome {
        let source = Metered::new(source);
        let budget = Budget::new(&self.limits, source.size());
        let mut context = Context::new(&self.limits, &budget, self.workers.is_none(), sink);
        context.recognizer = self.recognizer.as_ref().map(|recognizer| recognizer as &dyn Recognize);
        let result = context.catch(|context| asset::read(context, Input::Source(&source), name.expose()));
        let outcome = context.outcome(result, source.bytes_read());
        match &self.workers {
            Some(workers) if result == Err(Halt::NeedsWorker) => {
                let outcome = workers.extract(&self.limits, &source, name, sink);
                Outcome { bytes_read: source.bytes_read(), ..outcome }
            }
            _ => outcome,
        }
    }

    /// Extracts a table of a database, of about `size` bytes. JSON in its cells is opened, and bytes in it are read as those of other tables.
    pub fn extract_records(&self, source: &mut dyn ReadRecords, size: u64, sink: &mut dyn Sink) -> Outcome {
        let budget = Budget::new(&self.limits, size);
        let mut context = Context::new(&self.limits, &budget, self.workers.is_none(), sink);
        let mut bytes = 0;
        let result = context.catch(|context| records::read(context, source, &mut bytes));
        let outcome = context.outcome(result, bytes.min(size));
        match outcome.method {
            // The size and the number of rows are beliefs; a table that was read to its end is known.
            Method::Full => {
                let records = outcome.records_read.or(Some(0));
                Outcome { bytes_read: size, records_read: records, records_total: records, ..outcome }
            }
            _ => outcome,
        }
    }
}
