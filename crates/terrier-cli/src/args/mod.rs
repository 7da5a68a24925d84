//! What can be typed. What it means is resolved by each command.

mod job;
mod scan;

use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use terrier_classify::Backend;

use self::job::RUN_EXPLAINED;
pub(crate) use self::job::{ConfigCommand, LogArgs, LogFormat, LogLevel, MetricsArgs, NotifyArgs, RunArgs, Secret};
use self::scan::{PLAN_EXPLAINED, SCAN_EXPLAINED, engine_parser};
pub(crate) use self::scan::{PlanArgs, SamplingArgs, ScanArgs, SelectionArgs, VerifyArgs};
use crate::units::{Price, Size, StoredSize};

/// Finds sensitive data where it lives, says how sure it is, and writes only metadata.
#[derive(Debug, Parser)]
#[command(name = "terrier", version, long_version = version_and_engines(), max_term_width = 110, arg_required_else_help = true, disable_help_subcommand = true)]
#[command(
    after_help = "Start with:  terrier scan ./folder        then:  terrier show --worst\nEvery command explains itself: terrier scan --help"
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,

    #[command(flatten)]
    pub(crate) log: LogArgs,
}

/// Returns the version and the engines that are built in; the first is used unless another one is asked for.
fn version_and_engines() -> String {
    let engines: Vec<String> = Backend::BUILT_IN.iter().map(|engine| engine.describe()).collect();
    format!("{}\nengines: {}", env!("CARGO_PKG_VERSION"), engines.join("; "))
}

const EXIT_CODES: &str = "Exit codes:
  0  done
  1  something at or above --fail-on was found
  2  the scan could not do its job
  3  done, but some assets that should have been read were not: denied, changed, damaged
  4  interrupted; the same command continues";

const BENCH_EXPLAINED: &str = "\
What is measured: the classifier alone, with the rules in use, over generated content in memory. In a scan, reading from a disk \
or a network, decompressing and parsing come on top. A kind's figure is the best of three passes of one thread after a warm-up; \
`of reading` compares it with a pass that only adds the bytes up. Then all threads run together over the mixed kind, and from \
that rate follow the hours and dollars per petabyte (10^15 bytes). A core is what the system counts as a processor.

The content comes from a fixed seed, the same on every machine: 16 MiB of each kind, repeated from another place on where \
--size is larger. It needs as much memory as --size.

Examples:
  terrier bench                                       all kinds, with the default rules
  terrier bench --extended-rules --kinds mixed        what the extended rules cost
  terrier bench --threads 16 --cores 1000             how long a thousand such cores need
  terrier bench --format json > before.json           to compare with another version or machine";

const EXPLAIN_EXPLAINED: &str = "\
Each finding has a sum of log-odds, which is its confidence: 0 means as likely as not, 3 means 95 %, -3 means 5 %. The sum begins \
with the pattern, at the prior of the rule; each piece of evidence adds to it or takes from it. The tier follows from the sum. \
What is told is that of the surest occurrence; the others are counted by tier. `without … it would be …` names the evidence that \
pushed the sum over the beginning of a tier, or kept it under. Lines and pages count from 1, records and bytes from 0. \
No value is told, since none is kept.

Where nothing was found, it says whether the asset was read in full, in part or not at all, and why.

Example:
  terrier explain hr/payroll.csv

    evidence   +0.50  pattern          the value has the form that the rule …
               +3.00  checksum_strong  the validator finds the value valid, …
               +3.50  sum              in log-odds; 1 / (1 + e^-3.50) = 0.971, …
    tier      high, 0.50 above 3.0, where high begins
              without checksum_strong (+3.00) it would be medium

More examples:
  terrier explain payroll.csv                     the end of a path; all that fit, up to 20
  terrier explain 'backup.zip!/people.csv'        a member of an archive
  terrier explain hr/payroll.csv --format json    an object per asset and line
  terrier explain a.csv --rules ./rules           after a scan with rules of your own

How evidence is weighed: docs/evidence.md. What a rule looks for: terrier rules show RULE";

const EVAL_EXPLAINED: &str = "\
Terrier classifies the corpora and the findings are held against their labels: for each type and tier, which share of what was found \
is right (precision), which share of what is labelled was found (recall), each with the bounds between which the true share lies in 95 \
of 100 samples (Wilson). A finding is right where it overlaps a label of its type; exact match is told beside it. Tiers add up: \
`medium` stands for high and medium, `low` for all. Only the types that a corpus labels are scored there.

A corpus is a file of JSON objects, a line each, or a folder of such files. Its first line tells its form:
  {\"id\", \"text\", \"spans\": [{\"start\", \"end\", \"ctype\"}]}   a text
  {\"file\", \"columns\": [{\"name\", \"values\", \"type\"}]}    a table
  {\"id\", \"text\", \"module\", \"valid\"}                  a number of a kind
  {\"id\", \"text\", \"region\", \"format\", \"valid\"}        a telephone number

The predictions of other programs have the form that --predictions writes:
  {\"id\", \"spans\": [{\"start\", \"end\", \"ctype\", \"tier\"}]}
make accuracy CORPORA=DIR installs some of them, asks them, and prints one report.

Examples:
  terrier eval corpora/                                     all corpora of a folder
  terrier eval corpora/ --only PHONE --errors               what is wrong with telephone numbers
  terrier eval --clean /usr/lib/python3                     what is found where nothing is
  terrier eval corpora/ --predictions ours.jsonl            for another program to score
  terrier eval corpora/ --score theirs.jsonl --as theirs    side by side

Forms, rules of scoring and the fields of the JSON: docs/accuracy.md";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Scan folders and buckets, and write what was found as Parquet
    #[command(after_help = EXIT_CODES, after_long_help = format!("{SCAN_EXPLAINED}\n\n{EXIT_CODES}"))]
    Scan(Box<ScanArgs>),
    /// Run a scan that a file describes, unattended: the job of a scheduler
    #[command(after_help = EXIT_CODES, after_long_help = format!("{RUN_EXPLAINED}\n\n{EXIT_CODES}"))]
    Run(RunArgs),
    /// Check the files of terrier run, and print what may stand in them
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Write down what a scan would read, in shards that any number of processes run
    #[command(after_long_help = PLAN_EXPLAINED)]
    Plan(Box<PlanArgs>),
    /// Check a finished run: every shard committed once, every file as it was committed
    Verify(VerifyArgs),
    /// Show what a scan found: the summary, one asset, one class, or the worst assets
    Show(ShowArgs),
    /// Explain the findings of an asset: evidence, weights, and what decided; or why there is none
    #[command(after_help = EXPLAIN_EXPLAINED)]
    Explain(ExplainArgs),
    /// Ask the findings in SQL
    Query(QueryArgs),
    /// Write the findings as one HTML page, or as SARIF
    Report(ReportArgs),
    /// Tell who you are to a target, which needed action is allowed, and what would fail
    Doctor(DoctorArgs),
    /// List, show and check the rules
    #[command(subcommand)]
    Rules(RulesCommand),
    /// Measure how fast this machine classifies, and what a petabyte would cost
    #[command(after_help = BENCH_EXPLAINED)]
    Bench(BenchArgs),
    /// Score the rules on labelled corpora: precision and recall by class and tier
    #[command(after_help = EVAL_EXPLAINED)]
    Eval(EvalArgs),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page, in roff
    Man,
    /// Parse one asset after another for a scanning process, through pipes
    #[command(hide = true)]
    Worker,
}

/// How to reach object stores. Credentials come from the usual places of each cloud: environment, profile, login, identity of the machine.
#[derive(Debug, Args, Clone, Default)]
#[command(next_help_heading = "Object stores")]
pub(crate) struct S3Args {
    /// Where the service is, if not where its provider has it: http://127.0.0.1:9000
    #[arg(long, value_name = "URL")]
    pub(crate) endpoint_url: Option<String>,

    /// S3: the region [default: as configured; a bucket elsewhere is followed there]
    #[arg(long)]
    pub(crate) region: Option<String>,

    /// S3: the profile of the AWS configuration files
    #[arg(long)]
    pub(crate) profile: Option<String>,

    /// S3: put the bucket into the path instead of the host name [default: yes with --endpoint-url]
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    pub(crate) path_style: Option<bool>,

    /// S3 and Google: pay for the requests to a bucket whose owner demands it
    #[arg(long)]
    pub(crate) requester_pays: bool,

    /// Ask anonymously
    #[arg(long)]
    pub(crate) no_sign_request: bool,

    /// Ask the stores for no more than so many things per second in all
    #[arg(long, value_name = "N", value_parser = requests_per_second)]
    pub(crate) requests_per_second: Option<f64>,
}

fn requests_per_second(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|number| number.is_finite() && *number > 0.0);
    number.ok_or_else(|| "give a number above 0, such as 50 or 0.5".into())
}

#[derive(Debug, Args, Clone, Default)]
#[command(next_help_heading = "Rules")]
pub(crate) struct RulesArgs {
    /// A folder with rule packs of your own, on top of the built-in ones
    #[arg(long = "rules", value_name = "DIR")]
    pub(crate) dirs: Vec<PathBuf>,

    /// Use only the packs given with --rules
    #[arg(long, requires = "dirs")]
    pub(crate) no_builtin_rules: bool,

    /// Use the extended rules too: credentials of over 200 issuers, numbers of some 90 further countries, and more; a scan takes
    /// several times as long
    #[arg(long, conflicts_with = "no_builtin_rules")]
    pub(crate) extended_rules: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SummaryFormat {
    /// For people
    Table,
    /// For programs
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RowsFormat {
    /// For people
    Table,
    /// An array of JSON objects
    Json,
    /// Comma-separated, with a header
    Csv,
}

/// Where findings are read from.
#[derive(Debug, Args, Clone)]
pub(crate) struct FindingsArgs {
    /// Where a scan wrote its findings: a folder or s3://bucket/prefix
    #[arg(long, value_name = "DIR|URL", default_value = "./terrier-findings")]
    pub(crate) findings: String,

    #[command(flatten)]
    pub(crate) s3: S3Args,
}

#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    #[command(flatten)]
    pub(crate) findings: FindingsArgs,

    /// One asset, by its path as shown or its id: coverage, label, findings with their evidence, columns
    #[arg(long, value_name = "PATH|ID", conflicts_with_all = ["class", "worst"])]
    pub(crate) asset: Option<String>,

    /// One class: where it was found, surest first
    #[arg(long, value_name = "CLASS", conflicts_with = "worst")]
    pub(crate) class: Option<String>,

    /// Datasets, the most sensitive first: what was found in how many of their members, and what may have been missed
    #[arg(long, conflicts_with_all = ["asset", "class", "worst"])]
    pub(crate) datasets: bool,

    /// Contents that lie in several places, and pairs that are nearly alike, across stores
    #[arg(long, conflicts_with_all = ["asset", "class", "worst", "datasets"])]
    pub(crate) copies: bool,

    /// The worst assets [default number: 10]
    #[arg(long, value_name = "N", num_args = 0..=1, default_missing_value = "10")]
    pub(crate) worst: Option<usize>,

    /// How to print
    #[arg(long, value_enum, default_value_t = SummaryFormat::Table)]
    pub(crate) format: SummaryFormat,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// An asset, by its path as shown, the end of it, or its id, as for `show --asset`
    #[arg(required = true, value_name = "ASSET")]
    pub(crate) assets: Vec<String>,

    /// How to print
    #[arg(long, value_enum, default_value_t = SummaryFormat::Table)]
    pub(crate) format: SummaryFormat,

    #[command(flatten)]
    pub(crate) findings: FindingsArgs,

    #[command(flatten)]
    pub(crate) rules: RulesArgs,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Tables: runs, stores, assets, columns, findings, combinations, fingerprints (latest complete run of each target);\nassets_all and so on hold every run. Example:\n  terrier query \"SELECT class, count(*) FROM findings WHERE tier = 'high' GROUP BY class\""
)]
pub(crate) struct QueryArgs {
    /// The statement; only reading is allowed
    #[arg(value_name = "SQL")]
    pub(crate) statement: String,

    #[command(flatten)]
    pub(crate) findings: FindingsArgs,

    /// How to print the rows
    #[arg(long, value_enum, default_value_t = RowsFormat::Table)]
    pub(crate) format: RowsFormat,
}

#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("output").required(true).multiple(true).args(["html", "sarif"]))]
pub(crate) struct ReportArgs {
    #[command(flatten)]
    pub(crate) findings: FindingsArgs,

    /// Write one self-contained HTML page
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,

    /// Write SARIF 2.1.0
    #[arg(long, value_name = "FILE")]
    pub(crate) sarif: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) rules: RulesArgs,
}

#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    /// What would be scanned
    #[arg(required = true, value_name = "TARGET")]
    pub(crate) targets: Vec<OsString>,

    #[command(flatten)]
    pub(crate) s3: S3Args,
}

#[derive(Debug, Args)]
pub(crate) struct BenchArgs {
    /// How much of each kind one pass goes over: 64M, 1G
    #[arg(long, value_name = "SIZE", default_value = "64M")]
    pub(crate) size: Size,

    /// What to measure with one thread [default: all]
    #[arg(long, value_enum, value_name = "KIND", value_delimiter = ',')]
    pub(crate) kinds: Vec<BenchKind>,

    /// What finds the places where rules may match
    #[arg(long, env = "TERRIER_ENGINE", value_parser = engine_parser(), default_value = Backend::default().as_str())]
    pub(crate) engine: Backend,

    /// Threads that run together [default: one per processor]
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<NonZeroUsize>,

    /// Cores that the hours per petabyte are given for [default: as many as there are threads]
    #[arg(long, value_name = "N")]
    pub(crate) cores: Option<NonZeroUsize>,

    /// What a core costs per hour, in US dollars. The default is a round figure for a cloud's core on demand, as of November 2026:
    /// give the price you pay
    #[arg(long, value_name = "USD", default_value = "0.04")]
    pub(crate) price_per_core_hour: Price,

    /// Instead: what scanning a whole estate of this size would take, such as 9PB or 9PB,100PB. A sample of it is generated and
    /// measured, its listing is executed, and fleets are modelled by that
    #[arg(long, value_name = "SIZE", value_delimiter = ',', help_heading = "A whole estate")]
    pub(crate) estate: Vec<StoredSize>,

    /// What the estate is made of: company, lake, or a file [default: company]
    #[arg(long, value_name = "NAME|FILE", requires = "estate", help_heading = "A whole estate")]
    pub(crate) estate_profile: Option<String>,

    /// Seed of the estate
    #[arg(long, value_name = "N", default_value_t = 1, help_heading = "A whole estate")]
    pub(crate) estate_seed: u64,

    /// How much of each part of the estate is generated and measured
    #[arg(long, value_name = "SIZE", default_value = "32M", help_heading = "A whole estate")]
    pub(crate) sample: Size,

    /// How many objects are listed
    #[arg(long, value_name = "N", default_value_t = 1_000_000, help_heading = "A whole estate")]
    pub(crate) list_objects: u64,

    /// Prices, limits and assumptions of the model [default: those that are built in, printed with the answer]
    #[arg(long, value_name = "FILE", requires = "estate", help_heading = "A whole estate")]
    pub(crate) prices: Option<PathBuf>,

    /// The kind of node that is modelled, of those in the file of prices [default: the first]
    #[arg(long, value_name = "NAME", requires = "estate", help_heading = "A whole estate")]
    pub(crate) node: Option<String>,

    /// How many nodes a fleet has [default: 16,256,1000]
    #[arg(long, value_name = "N", value_delimiter = ',', requires = "estate", help_heading = "A whole estate")]
    pub(crate) nodes: Vec<u64>,

    /// How to print
    #[arg(long, value_enum, default_value_t = SummaryFormat::Table)]
    pub(crate) format: SummaryFormat,

    #[command(flatten)]
    pub(crate) rules: RulesArgs,
}

#[derive(Debug, Args)]
pub(crate) struct EvalArgs {
    /// Labelled corpora: files of JSON lines, or folders that hold some
    #[arg(value_name = "CORPUS", required_unless_present = "clean")]
    pub(crate) corpora: Vec<PathBuf>,

    /// Files and folders in which nothing is to be found: each finding at the high tier is wrong
    #[arg(long, value_name = "PATH", help_heading = "What to score")]
    pub(crate) clean: Vec<PathBuf>,

    /// Score only these common types and kinds of numbers: PERSON, PHONE, stdnum.pl.nip
    #[arg(long, value_name = "TYPE", value_delimiter = ',', help_heading = "What to score")]
    pub(crate) only: Vec<String>,

    /// Score what another program predicted too; takes a name from --as
    #[arg(long, value_name = "FILE", requires = "names", help_heading = "What to score")]
    pub(crate) score: Vec<PathBuf>,

    /// What to call that program; one name per --score, in the same order
    #[arg(long = "as", value_name = "NAME", requires = "score", help_heading = "What to score")]
    pub(crate) names: Vec<String>,

    /// List the mistakes by record and place, at most so many of each kind and corpus [default number: 20]. What is shown is cut out of
    /// the labelled file; of clean data only the places are told
    #[arg(long, value_name = "N", num_args = 0..=1, require_equals = true, default_missing_value = "20", help_heading = "Results")]
    pub(crate) errors: Option<usize>,

    /// Write what Terrier predicted, a line of JSON per record
    #[arg(long, value_name = "FILE", help_heading = "Results")]
    pub(crate) predictions: Option<PathBuf>,

    /// How to print
    #[arg(long, value_enum, default_value_t = SummaryFormat::Table, help_heading = "Results")]
    pub(crate) format: SummaryFormat,

    /// Which classes answer to which common type [default: built in]
    #[arg(long, value_name = "FILE", help_heading = "Maps")]
    pub(crate) types: Option<PathBuf>,

    /// Which rules know which kind of number [default: built in]
    #[arg(long, value_name = "FILE", help_heading = "Maps")]
    pub(crate) kinds: Option<PathBuf>,

    /// What is to be reached [default: built in]
    #[arg(long, value_name = "FILE", help_heading = "Maps")]
    pub(crate) bars: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) rules: RulesArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum BenchKind {
    /// 40 % CSV rows, 35 % JSON logs, 25 % prose, with a value per 2 KiB: cards, e-mail addresses, phone numbers and others
    Mixed,
    /// The same without any value
    MixedClean,
    /// Hex dumps, checksums and base64; nothing planted, though some groups of digits pass a checksum by chance
    Encoded,
    /// Minified JSON with a value per 2 KiB
    MinifiedJson,
    /// Logs of systems, services and web servers with a value per 2 KiB; the web server's name a client's address in each line
    Logs,
    /// Rows of a table, column by column, with a value per 2 KiB
    Records,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RulesCommand {
    /// List the rules, a line each
    List {
        #[command(flatten)]
        rules: RulesArgs,
        /// How to print
        #[arg(long, value_enum, default_value_t = SummaryFormat::Table)]
        format: SummaryFormat,
    },
    /// Show all of one rule, or of one class with its rules
    Show {
        /// A rule or a class
        id: String,
        #[command(flatten)]
        rules: RulesArgs,
    },
    /// Check form and behaviour of all rules: every example must be found, no counter-example
    Check {
        #[command(flatten)]
        rules: RulesArgs,
    },
}
