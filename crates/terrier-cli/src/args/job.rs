//! What can be typed for running jobs, and for watching a scan from outside.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

use clap::parser::ValueSource;
use clap::{ArgMatches, Args, Subcommand, ValueEnum};

use crate::exit::Exit;

pub(super) const RUN_EXPLAINED: &str = "\
The file says what the arguments of terrier scan say, by the same names: --max-object-size 500M is max_object_size: 500M under read. \
terrier config schema prints all fields; docs/config.schema.json is the same, for editors. A relative path counts from where terrier is \
started. What the file does not say is as for terrier scan.

  version: 1
  targets: [s3://bucket/prefix]
  read:
    exclude: ['*.parquet']
  results:
    out: s3://mine/findings
    fail_on: [high]
  metrics:
    file: /var/lib/node_exporter/terrier.prom
  notify:
    url: https://hooks.example.com/${HOOK_TOKEN}
    host: [hooks.example.com]

${NAME} is replaced by the environment's value in secrets only: notify.url and notify.authorization.

SIGTERM, as sent before a pod or a spot instance is taken away, ends the scan within 20 seconds with exit code 4; what is finished is kept, \
and the same command continues. What is known of earlier runs lies with the findings, nowhere else.

Examples:
  terrier config check nightly.yaml             every mistake, with its line and column; reads nothing of the targets
  terrier run nightly.yaml --dry-run            what it would take
  terrier run nightly.yaml --log-format json    for a scheduler: progress, warnings and the end as JSON lines on stderr
  terrier run nightly.yaml --since-last         refuse to read everything where there is no earlier run to stand on

Sizing, state, alerts, troubleshooting: docs/operations.md";

/// How much is told on stderr, and in which form.
#[derive(Debug, Args, Clone, Copy)]
#[command(next_help_heading = "Log")]
pub(crate) struct LogArgs {
    /// How much to log to stderr: error, warn, info, debug, trace. Logs never hold content
    #[arg(long = "log", global = true, value_name = "LEVEL", env = "TERRIER_LOG", default_value = "warn", hide_default_value = true)]
    #[arg(hide_possible_values = true)]
    pub(crate) level: LogLevel,

    /// How to write what goes to stderr, progress included: text for people, or json, an object a line
    #[arg(long, global = true, value_name = "FORMAT", env = "TERRIER_LOG_FORMAT", default_value = "text", hide_default_value = true)]
    #[arg(hide_possible_values = true)]
    pub(crate) log_format: LogFormat,
}

impl LogArgs {
    /// Takes what was typed over what a file says, and that over the environment.
    pub(crate) fn over(self, file: Self, typed: &ArgMatches) -> Self {
        let was_typed = |id| typed.value_source(id) == Some(ValueSource::CommandLine);
        Self {
            level: if was_typed("level") { self.level } else { file.level },
            log_format: if was_typed("log_format") { self.log_format } else { file.log_format },
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogLevel {
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    Text,
    Json,
}

/// Where counters of the scan can be read, as Prometheus reads them.
#[derive(Debug, Args, Clone, Default)]
#[command(next_help_heading = "Metrics")]
pub(crate) struct MetricsArgs {
    /// Write counters in Prometheus's text format to a file, every five seconds and at the end
    #[arg(long, value_name = "FILE")]
    pub(crate) metrics_file: Option<PathBuf>,

    /// Serve the same at http://ADDRESS/metrics while the scan runs: 127.0.0.1:9464
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) metrics_listen: Option<SocketAddr>,

    /// Let --metrics-listen name an address that other machines reach
    #[arg(long, requires = "metrics_listen")]
    pub(crate) metrics_remote: bool,
}

/// Who is told how the scan ended.
#[derive(Debug, Args, Clone, Default)]
#[command(next_help_heading = "Notify")]
pub(crate) struct NotifyArgs {
    /// POST a summary as JSON to this address when the scan has ended: counts by class, label and reason; no names, no values. Better taken
    /// from the environment where it holds a token: others on the machine see arguments
    #[arg(long, value_name = "URL", env = "TERRIER_NOTIFY_URL", hide_env_values = true)]
    pub(crate) notify_url: Option<Secret>,

    /// The hosts that --notify-url may name
    #[arg(long, value_name = "HOST")]
    pub(crate) notify_host: Vec<String>,

    /// The Authorization header to send along: Bearer …
    #[arg(long, value_name = "VALUE", env = "TERRIER_NOTIFY_AUTHORIZATION", hide_env_values = true)]
    pub(crate) notify_authorization: Option<Secret>,

    /// Tell only of scans that ended like this [default: all]
    #[arg(long, value_enum, value_name = "OUTCOME", value_delimiter = ',')]
    pub(crate) notify_when: Vec<Exit>,

    /// Put names into the summary too, masked as in the tables: targets, the worst assets, what an error names
    #[arg(long)]
    pub(crate) notify_paths: bool,

    /// What the job is called in the summary
    #[arg(long, value_name = "NAME")]
    pub(crate) notify_job: Option<String>,

    /// Write the same summary to a file
    #[arg(long, value_name = "FILE")]
    pub(crate) summary_file: Option<PathBuf>,
}

/// A text that is shown nowhere.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(pub(crate) String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl FromStr for Secret {
    type Err = std::convert::Infallible;

    fn from_str(typed: &str) -> Result<Self, Self::Err> {
        Ok(Self(typed.to_owned()))
    }
}

#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// The file that says what to scan, and how
    #[arg(value_name = "CONFIG")]
    pub(crate) config: PathBuf,

    /// Read only what is new or has changed since the last finished run; fail where there is none to stand on
    #[arg(long, conflicts_with = "full")]
    pub(crate) since_last: bool,

    /// Read again what has not changed since the last run
    #[arg(long)]
    pub(crate) full: bool,

    /// Say what would be read (objects, bytes, requests, estimated cost) and read nothing
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// Print no progress, and the summary only as JSON where the file says so
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Check files for terrier run: form, fields, values, and what they mean together. Asks no store
    Check {
        /// The files
        #[arg(required = true, value_name = "CONFIG")]
        files: Vec<PathBuf>,
    },
    /// Print the JSON Schema of such files
    Schema,
}
