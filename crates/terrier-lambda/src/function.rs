//! The function: what is prepared once and serves every event.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::Arc;

use futures::StreamExt;
use serde_json::{Value, json};
use terrier_classify::{Backend, Classifier};
use terrier_extract::{Extractor, Limits, WorkerCommand};
use terrier_findings::Results;
use terrier_rules::{Builtin, RulePack};
use terrier_scan::{Identity, Resources};
use terrier_stores::{ConnectOptions, Store, Target, connect, open_results};
use tokio::sync::{Mutex, OnceCell};

use crate::answer::{Verdict, summary, task_result};
use crate::deadline::Deadline;
use crate::event::{BatchJob, Invocation, Message, Notice, Task};
use crate::failure::{Failure, Refusal};
use crate::settings::Settings;
use crate::work::{ObjectRequest, Occasion};

/// The argument that makes this program a worker.
pub(crate) const WORKER_ARGUMENT: &str = "worker";

/// Objects of one event that are scanned at one time: committing them waits for the bucket more than for the processor.
const OBJECTS: u64 = 4;

/// Memory that an object's scan needs to be worth running beside others.
const OBJECT_MEMORY: u64 = 128 << 20;

/// What is prepared once: the rules, compiled, and connections as they are needed.
pub(crate) struct Function {
    pub(crate) classifier: Arc<Classifier>,
    pub(crate) identity: Arc<Identity>,
    pub(crate) extractor: Arc<Extractor>,
    pub(crate) options: ConnectOptions,
    /// What one scan may take where it runs alone.
    pub(crate) resources: Resources,
    out: String,
    results: OnceCell<Results>,
    buckets: Mutex<HashMap<String, Arc<dyn Store>>>,
}

impl Function {
    /// Loads and compiles the rules. Makes no request: what is wrong with a bucket shows when it is used.
    pub(crate) fn start(settings: Settings) -> Result<Self, Failure> {
        let Settings { out, rules, extended_rules, key, endpoint_url, memory } = settings;
        if key.is_none() {
            tracing::warn!("there is no fingerprint key; fingerprints and content hashes will be null (set TERRIER_KEY to have them)");
        }
        let builtin = if extended_rules { Builtin::Extended } else { Builtin::Default };
        let pack = RulePack::load(&rules, builtin).map_err(|error| Failure::Rules(error.to_string()))?;
        let classifier = Classifier::compile_for(&pack, Backend::Rust).map_err(|error| Failure::Rules(error.to_string()))?;
        let program = std::env::current_exe().map_err(|_| Failure::Runtime("this program's own file cannot be found"))?;
        let worker = WorkerCommand { program, args: vec![WORKER_ARGUMENT.into()] };
        Ok(Self {
            classifier: Arc::new(classifier),
            identity: Arc::new(Identity::new(key)),
            extractor: Arc::new(Extractor::new(Limits::default(), Some(worker))),
            // Nothing is listed here but single keys.
            options: ConnectOptions { endpoint_url, page_size: Some(1), ..ConnectOptions::default() },
            // The other half is the workers' and the rules'.
            resources: Resources { threads: std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN), memory: memory / 2 },
            out,
            results: OnceCell::new(),
            buckets: Mutex::default(),
        })
    }

    /// Answers an event. What is said of a failure is masked like any other name.
    pub(crate) async fn answer(&self, event: Value, deadline: Deadline) -> Result<Value, Refusal> {
        let answered = match Invocation::read(event) {
            Ok(Invocation::Notices(notices)) => self.answer_notices(&notices, deadline).await,
            Ok(Invocation::Queue(messages)) => Ok(self.answer_queue(&messages, deadline).await),
            Ok(Invocation::Batch(job)) => Ok(self.answer_job(&job, deadline).await),
            Ok(Invocation::Shard(item)) => self.scan_part(&item, deadline).await,
            Err(error) => Err(error.into()),
        };
        answered.map_err(|failure| self.refusal(&failure))
    }

    fn refusal(&self, failure: &Failure) -> Refusal {
        Refusal { kind: failure.kind(), text: self.classifier.mask(&failure.to_string()) }
    }

    /// Answers for all objects at once: where one is to be tried again, the whole event is, and what is done stays done.
    async fn answer_notices(&self, notices: &[Notice], deadline: Deadline) -> Result<Value, Failure> {
        let (mut verdicts, mut again) = (Vec::new(), 0);
        for outcome in self.scan_all(notices, deadline).await {
            match outcome {
                Ok(Verdict::Later(_)) => again += 1,
                Ok(verdict) => verdicts.push(verdict),
                Err(failure) if failure.is_temporary() => {
                    tracing::warn!("{}", self.refusal(&failure).text);
                    again += 1;
                }
                Err(failure) => return Err(failure),
            }
        }
        let done = summary(&verdicts);
        tracing::info!("{done}");
        if again > 0 { Err(Failure::TryAgain(again)) } else { Ok(done) }
    }

    /// Names the messages that are to come again.
    async fn answer_queue(&self, messages: &[Message], deadline: Deadline) -> Value {
        let (mut failed, mut verdicts) = (Vec::new(), Vec::new());
        let limit = self.at_once() as usize;
        let scans: Vec<_> = messages.iter().map(|message| self.scan_message(message, deadline)).collect();
        let outcomes: Vec<_> = futures::stream::iter(scans).buffered(limit).collect().await;
        for (Message { id, .. }, outcomes) in messages.iter().zip(outcomes) {
            let mut comes_again = false;
            for outcome in outcomes {
                match outcome {
                    Ok(verdict) => {
                        comes_again |= matches!(verdict, Verdict::Later(_));
                        verdicts.push(verdict);
                    }
                    Err(failure) => {
                        tracing::warn!("a message fails: {}", self.refusal(&failure).text);
                        comes_again = true;
                    }
                }
            }
            if comes_again {
                failed.push(json!({ "itemIdentifier": id }));
            }
        }
        tracing::info!("{}", summary(&verdicts));
        json!({ "batchItemFailures": failed })
    }

    async fn answer_job(&self, job: &BatchJob, deadline: Deadline) -> Value {
        let limit = self.at_once() as usize;
        let answers: Vec<_> = job.tasks.iter().map(|task| self.answer_task(task, &job.job.id, deadline)).collect();
        json!({
            "invocationSchemaVersion": job.invocation_schema_version,
            "treatMissingKeysAs": "PermanentFailure",
            "invocationId": job.invocation_id,
            "results": futures::stream::iter(answers).buffered(limit).collect::<Vec<_>>().await,
        })
    }

    async fn answer_task(&self, task: &Task, job: &str, deadline: Deadline) -> Value {
        let outcome = match task.bucket() {
            Ok(bucket) => {
                let key = task.key();
                let request = ObjectRequest { bucket, key: &key, occasion: Occasion::Job(job) };
                self.scan_object(&request, self.at_once(), deadline).await
            }
            Err(error) => Err(error.into()),
        };
        task_result(&task.task_id, &outcome.map_err(|failure| Failure::Told(self.refusal(&failure).text, failure.is_temporary())))
    }

    async fn scan_all(&self, notices: &[Notice], deadline: Deadline) -> Vec<Result<Verdict, Failure>> {
        let limit = self.at_once() as usize;
        let scans: Vec<_> = notices.iter().map(|notice| self.scan_notice(notice, deadline)).collect();
        futures::stream::iter(scans).buffered(limit).collect().await
    }

    async fn scan_message(&self, message: &Message, deadline: Deadline) -> Vec<Result<Verdict, Failure>> {
        let notices = match &message.notices {
            Ok(notices) => notices,
            Err(error) => return vec![Err(error.clone().into())],
        };
        let mut outcomes = Vec::with_capacity(notices.len());
        for notice in notices {
            outcomes.push(self.scan_notice(notice, deadline).await);
        }
        outcomes
    }

    async fn scan_notice(&self, notice: &Notice, deadline: Deadline) -> Result<Verdict, Failure> {
        match notice {
            Notice::Ignored(why) => Ok(Verdict::Ignored(why)),
            Notice::Object(event) => self.scan_object(&ObjectRequest::of_event(event), self.at_once(), deadline).await,
        }
    }

    /// How many objects are scanned at one time.
    fn at_once(&self) -> u64 {
        (self.resources.memory / OBJECT_MEMORY).clamp(1, OBJECTS)
    }

    /// Tells whether an object is among the findings: scanning those would make more of them, and so on without end.
    pub(crate) fn is_own_file(&self, bucket: &str, key: &[u8]) -> bool {
        let out = self.out.strip_prefix("s3://").unwrap_or(&self.out);
        let (out_bucket, prefix) = out.split_once('/').unwrap_or((out, ""));
        let prefix = prefix.trim_end_matches('/');
        bucket == out_bucket && (prefix.is_empty() || key.strip_prefix(prefix.as_bytes()).is_some_and(|rest| rest.starts_with(b"/")))
    }

    /// Opens the findings, once.
    pub(crate) async fn results(&self) -> Result<Results, Failure> {
        let open = async {
            let location = open_results(&self.out, &self.options).await?;
            Ok(Results::new(location.store, location.prefix))
        };
        self.results.get_or_try_init(|| open).await.cloned()
    }

    /// Connects to a bucket, once.
    pub(crate) async fn bucket(&self, name: &str) -> Result<Arc<dyn Store>, Failure> {
        let mut buckets = self.buckets.lock().await;
        if let Some(store) = buckets.get(name) {
            return Ok(Arc::clone(store));
        }
        let target = Target::S3 { bucket: name.to_owned(), prefix: Vec::new() };
        let store = connect(&target, &self.options).await?;
        buckets.insert(name.to_owned(), Arc::clone(&store));
        Ok(store)
    }
}
