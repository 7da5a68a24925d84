//! What can be typed for scanning, planning and checking.

use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use terrier_classify::Backend;
use terrier_stores::TableOptions;

use super::{FindingsArgs, MetricsArgs, NotifyArgs, RulesArgs, S3Args, SummaryFormat};
use crate::units::{Age, PartOf, Price, RowLimit, Share, Size};

pub(super) const SCAN_EXPLAINED: &str = "\
A second scan of the same targets into the same --out reads only what is new or has changed, and takes over the rest; what is gone it \
says once. It reads everything again where rules, options, key or program are others, or with --full.

A dataset is what belongs together by the pattern of its names, such as logs/dt=*/part-{n}.parquet. With --max-prevalence or a budget, a \
random sample of each is read, and each class is either found, with the share of members that hold it, or absent up to a bound. \
terrier show --datasets tells both.

Examples:
  terrier scan s3://bucket --dry-run                       what it would take
  terrier scan s3://bucket --max-prevalence 1%             until no class may be in more than 1 % of a dataset unseen
  terrier scan s3://bucket --budget-bytes 500G             where names promise most first
  terrier scan postgres://reader@db.internal               every database there; the password from PGPASSWORD or ~/.pgpass
  terrier scan ./share --include '*.csv' --newer-than 7d";

pub(super) const PLAN_EXPLAINED: &str = "\
A plan is a folder of Parquet files: assets, datasets, shards, and what is to be done with each asset. Any process that can read it, and the \
same fingerprint key, runs a part of it with the same rules; a part that was killed is run again, and one that two processes run counts \
once. The process that finds all shards committed publishes the run, and deletes the plan.

Examples:
  terrier plan s3://bucket --out s3://mine/plan --findings s3://mine/findings
  terrier scan --plan s3://mine/plan --shard 0/8 --out s3://mine/findings       and so on to 7/8, anywhere
  terrier verify --findings s3://mine/findings
  terrier plan s3://bucket --out ./plan --max-prevalence 1% --cores 256 --core-rate 150M";

#[derive(Debug, Args)]
pub(crate) struct ScanArgs {
    /// What to scan: a folder, a file, s3://bucket[/prefix], azblob://account/container[/prefix], gs://bucket[/prefix], or a database:
    /// postgres://, mysql:// or redis://[user@]host[/database]; s3:// and azblob://account are all buckets of an account
    #[arg(required_unless_present = "plan", conflicts_with = "plan", value_name = "TARGET")]
    pub(crate) targets: Vec<OsString>,

    #[command(flatten)]
    pub(crate) s3: S3Args,

    #[command(flatten)]
    pub(crate) selection: SelectionArgs,

    #[command(flatten)]
    pub(crate) ocr: OcrArgs,

    #[command(flatten)]
    pub(crate) tables: TableArgs,

    /// Say what would be read (objects, bytes, requests, estimated cost) and read nothing
    #[arg(long, help_heading = "What to read")]
    pub(crate) dry_run: bool,

    /// Run a plan that `terrier plan` wrote, in place of targets
    #[arg(long, value_name = "DIR|URL", conflicts_with_all = SELECTION, help_heading = "Plan")]
    pub(crate) plan: Option<String>,

    /// The part of the plan that this process runs: 0/8 to 7/8; or auto/8 in an Indexed Job of Kubernetes or an array job of AWS Batch
    #[arg(long, value_name = "I/N", requires = "plan", help_heading = "Plan")]
    pub(crate) shard: Option<PartOf>,

    /// Leave the plan where it is when its run is complete
    #[arg(long, requires = "plan", help_heading = "Plan")]
    pub(crate) keep_plan: bool,

    /// Threads that extract and classify [default: one per processor]
    #[arg(long, value_name = "N", help_heading = "Resources")]
    pub(crate) threads: Option<NonZeroUsize>,

    /// Memory to stay within: 256M, 2G [default: a quarter of the machine or container, at most 2G]
    #[arg(long, value_name = "SIZE", help_heading = "Resources")]
    pub(crate) memory: Option<Size>,

    /// What finds the places where rules may match; the findings are the same
    #[arg(long, env = "TERRIER_ENGINE", value_parser = engine_parser(), default_value = Backend::default().as_str())]
    #[arg(hide = Backend::BUILT_IN.len() == 1, help_heading = "Resources")]
    pub(crate) engine: Backend,

    /// Where the findings go: a folder or s3://bucket/prefix. Never scanned itself
    #[arg(long, value_name = "DIR|URL", default_value = "./terrier-findings", help_heading = "Results")]
    pub(crate) out: String,

    /// The fingerprint key: a file of 32 bytes, or 64 hexadecimal digits [default: one made for you in your configuration folder]
    #[arg(long, value_name = "FILE", env = "TERRIER_KEY_FILE", help_heading = "Results")]
    pub(crate) key_file: Option<PathBuf>,

    /// How to print the summary
    #[arg(long, value_enum, default_value_t = SummaryFormat::Table, help_heading = "Results")]
    pub(crate) format: SummaryFormat,

    /// Exit with 1 if something at or above this was found: high, medium, low, a class, or class:tier. Test values do not count
    #[arg(long, value_name = "TIER|CLASS", value_delimiter = ',', help_heading = "Results")]
    pub(crate) fail_on: Vec<String>,

    /// Print no progress, and the summary only as --format json
    #[arg(long, short, help_heading = "Results")]
    pub(crate) quiet: bool,

    #[command(flatten)]
    pub(crate) metrics: MetricsArgs,

    #[command(flatten)]
    pub(crate) notify: NotifyArgs,

    #[command(flatten)]
    pub(crate) rules: RulesArgs,
}

/// What of the targets is to be read.
#[derive(Debug, Args, Clone, Default)]
pub(crate) struct SelectionArgs {
    /// Read only what matches; without `/` a glob is held against the last part of a key, else against the whole key
    #[arg(long, value_name = "GLOB", help_heading = "What to read")]
    pub(crate) include: Vec<String>,

    /// Leave out what matches; wins over --include
    #[arg(long, value_name = "GLOB", help_heading = "What to read")]
    pub(crate) exclude: Vec<String>,

    /// Leave out what is larger: 500M, 2G
    #[arg(long, value_name = "SIZE", help_heading = "What to read")]
    pub(crate) max_object_size: Option<Size>,

    /// Leave out what is older: an age (7d, 12h, 30m) or a date (2026-01-31, 2026-01-31T08:00:00Z)
    #[arg(long, value_name = "AGE|DATE", help_heading = "What to read")]
    pub(crate) newer_than: Option<Age>,

    /// Take what there is from an S3 Inventory in the place of listing the bucket: the address of its manifest.json, or the path of a copy
    #[arg(long, value_name = "URL|PATH", help_heading = "What to read")]
    pub(crate) inventory: Vec<String>,

    /// Read files, too, that a Delta table has removed and that wait to be deleted
    #[arg(long, help_heading = "What to read")]
    pub(crate) superseded: bool,

    /// Read again what has not changed since the last scan into the same --out, and of tables all rows
    #[arg(long, help_heading = "What to read")]
    pub(crate) full: bool,

    /// Fail, instead of reading everything, where there is no finished scan of the same into the same --out to stand on
    #[arg(long, conflicts_with = "full", help_heading = "What to read")]
    pub(crate) since_last: bool,

    #[command(flatten)]
    pub(crate) sampling: SamplingArgs,
}

/// The arguments of [`SelectionArgs`], which a plan has settled.
const SELECTION: [&str; 12] = [
    "inventory",
    "superseded",
    "include",
    "exclude",
    "max_object_size",
    "newer_than",
    "full",
    "since_last",
    "max_prevalence",
    "confidence",
    "budget_bytes",
    "budget_usd",
];

/// What is done about text in pictures.
#[derive(Debug, Args, Clone, Default)]
pub(crate) struct OcrArgs {
    /// Recognise text in pictures and on scanned pages, with Tesseract, which has to be installed
    #[arg(long, help_heading = "What to read")]
    pub(crate) ocr: bool,

    /// The languages of that text, as Tesseract names them: eng, eng+deu
    #[arg(long, value_name = "LANG", default_value = "eng", requires = "ocr", help_heading = "What to read")]
    pub(crate) ocr_lang: String,
}

impl OcrArgs {
    /// Returns the languages, where text in pictures is to be read.
    pub(crate) fn languages(&self) -> Option<&str> {
        self.ocr.then_some(self.ocr_lang.as_str())
    }
}

/// How much of a table is read.
#[derive(Debug, Args, Clone, Default)]
pub(crate) struct TableArgs {
    /// Read so many rows of a database's table at most, larger ones as samples: 50000, 10M, all [default: 1M; with --full: all]
    #[arg(long, value_name = "ROWS", help_heading = "What to read")]
    pub(crate) max_table_rows: Option<RowLimit>,
}

impl TableArgs {
    pub(crate) fn options(&self, full: bool) -> TableOptions {
        match self.max_table_rows {
            Some(RowLimit(max_rows)) => TableOptions { max_rows },
            None if full => TableOptions { max_rows: None },
            None => TableOptions::default(),
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct PlanArgs {
    /// What to scan: a folder, a file, s3://bucket[/prefix], azblob://account/container[/prefix], gs://bucket[/prefix], or a database:
    /// postgres://, mysql:// or redis://[user@]host[/database]; s3:// and azblob://account are all buckets of an account
    #[arg(required = true, value_name = "TARGET")]
    pub(crate) targets: Vec<OsString>,

    #[command(flatten)]
    pub(crate) s3: S3Args,

    #[command(flatten)]
    pub(crate) selection: SelectionArgs,

    #[command(flatten)]
    pub(crate) ocr: OcrArgs,

    #[command(flatten)]
    pub(crate) tables: TableArgs,

    /// Where the plan goes: a folder or s3://bucket/prefix. It holds exact names, so it is made for you only; keep it apart from findings
    #[arg(long, value_name = "DIR|URL", help_heading = "Results")]
    pub(crate) out: String,

    /// Where the findings will go, and where those of earlier scans are: what has not changed since is not planned again
    #[arg(long, value_name = "DIR|URL", default_value = "./terrier-findings", help_heading = "Results")]
    pub(crate) findings: String,

    /// The fingerprint key, the same as for the scan [default: one made for you in your configuration folder]
    #[arg(long, value_name = "FILE", env = "TERRIER_KEY_FILE", help_heading = "Results")]
    pub(crate) key_file: Option<PathBuf>,

    /// How to print what the plan amounts to
    #[arg(long, value_enum, default_value_t = SummaryFormat::Table, help_heading = "Results")]
    pub(crate) format: SummaryFormat,

    /// Print no progress
    #[arg(long, short, help_heading = "Results")]
    pub(crate) quiet: bool,

    /// Cores that the forecast is for
    #[arg(long, value_name = "N", default_value = "16", help_heading = "Forecast")]
    pub(crate) cores: NonZeroUsize,

    /// What an hour of one core costs in US dollars
    #[arg(long, value_name = "USD", default_value = "0.04", help_heading = "Forecast")]
    pub(crate) core_hour_usd: Price,

    /// Bytes that one core scans in a second; terrier bench measures it. Without it there is no forecast of time
    #[arg(long, value_name = "SIZE", help_heading = "Forecast")]
    pub(crate) core_rate: Option<Size>,

    #[command(flatten)]
    pub(crate) rules: RulesArgs,
}

#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    pub(crate) findings: FindingsArgs,

    /// The run to check [default: the latest of each target]
    #[arg(long, value_name = "RUN")]
    pub(crate) run: Option<String>,

    /// How to print
    #[arg(long, value_enum, default_value_t = SummaryFormat::Table)]
    pub(crate) format: SummaryFormat,
}

/// How much of each dataset is enough. With any of these, objects whose names follow one pattern are sampled; with none, all are read.
#[derive(Debug, Args, Clone, Default)]
#[command(next_help_heading = "Sampling")]
pub(crate) struct SamplingArgs {
    /// Read of each dataset so much that what is not found is in so many of its members at most: 1%, 0.05 [default with the others: 1%]
    #[arg(long, value_name = "SHARE")]
    pub(crate) max_prevalence: Option<Share>,

    /// How sure that is: 95%, 0.99 [default: 95%]
    #[arg(long, value_name = "SHARE")]
    pub(crate) confidence: Option<Share>,

    /// Read no more than so many bytes, where names promise most first: 500G, 2T
    #[arg(long, value_name = "SIZE")]
    pub(crate) budget_bytes: Option<Size>,

    /// Spend no more than so many US dollars on requests, at list price, where names promise most first
    #[arg(long, value_name = "USD", conflicts_with = "budget_bytes")]
    pub(crate) budget_usd: Option<Price>,
}

pub(super) fn engine_parser() -> impl TypedValueParser<Value = Backend> {
    PossibleValuesParser::new(Backend::BUILT_IN.iter().map(|engine| engine.as_str())).map(|name| {
        let named = Backend::BUILT_IN.iter().copied().find(|engine| engine.as_str() == name);
        named.expect("no other name is possible")
    })
}
