//! Counters of a scan as Prometheus reads them: in a file, and while the scan runs at an address of this machine.

mod listen;
mod text;

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use anyhow::{Context, bail};
use jiff::Timestamp;
use terrier_query::Summary;
use terrier_scan::Progress;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::args::MetricsArgs;
use crate::exit::Exit;

/// How old what the file says may be.
const WRITE_EVERY: Duration = Duration::from_secs(5);

/// What there is to tell, as it becomes known.
#[derive(Default)]
pub(crate) struct Measured {
    started: OnceLock<Timestamp>,
    scan: OnceLock<Measurable>,
    ended: Mutex<Option<Ended>>,
}

/// A scan under way.
pub(crate) struct Measurable {
    pub(crate) progress: Arc<Progress>,
    pub(crate) stores: Vec<Arc<terrier_stores::Usage>>,
}

/// How it ended.
struct Ended {
    at: Timestamp,
    exit: Exit,
    notified: Option<bool>,
    found: Option<Summary>,
}

/// Tells a scan's counters until it is dropped.
pub(crate) struct Metrics {
    measured: Arc<Measured>,
    file: Option<PathBuf>,
    tasks: Vec<JoinHandle<()>>,
}

impl Metrics {
    /// Checks what can be checked before anything is opened.
    pub(crate) fn check(args: &MetricsArgs) -> anyhow::Result<()> {
        match args.metrics_listen {
            Some(address) if !address.ip().is_loopback() && !args.metrics_remote => {
                bail!("--metrics-listen {address} can be reached by other machines; give 127.0.0.1, or --metrics-remote if that is meant")
            }
            _ => Ok(()),
        }
    }

    /// Begins to tell. With neither a file nor an address it does nothing.
    pub(crate) async fn start(args: &MetricsArgs) -> anyhow::Result<Self> {
        Self::check(args)?;
        let measured = Arc::<Measured>::default();
        measured.started.get_or_init(Timestamp::now);
        let mut tasks = Vec::new();
        if let Some(path) = &args.metrics_file {
            write(path, &text::render(&measured)).with_context(|| format!("cannot write the metrics to {}", path.display()))?;
            tasks.push(tokio::spawn(keep_writing(path.clone(), Arc::clone(&measured))));
        }
        if let Some(address) = args.metrics_listen {
            let listener = TcpListener::bind(address).await.with_context(|| format!("cannot serve metrics at {address}"))?;
            let at = listener.local_addr().with_context(|| format!("cannot serve metrics at {address}"))?;
            tracing::info!("metrics are at http://{at}/metrics");
            tasks.push(tokio::spawn(listen::serve(listener, Arc::clone(&measured))));
        }
        Ok(Self { measured, file: args.metrics_file.clone(), tasks })
    }

    /// Says whose counters to tell from now on.
    pub(crate) fn watch(&self, scan: Measurable) {
        let _ = self.measured.scan.set(scan);
    }

    /// Tells the last time, with how the scan ended.
    pub(crate) fn finish(&self, exit: Exit, found: Option<Summary>, notified: Option<bool>) -> anyhow::Result<()> {
        let ended = Ended { at: Timestamp::now(), exit, notified, found };
        *self.measured.ended.lock().unwrap_or_else(PoisonError::into_inner) = Some(ended);
        match &self.file {
            None => Ok(()),
            Some(path) => {
                write(path, &text::render(&self.measured)).with_context(|| format!("cannot write the metrics to {}", path.display()))
            }
        }
    }
}

impl Drop for Metrics {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

async fn keep_writing(path: PathBuf, measured: Arc<Measured>) {
    let mut failed = false;
    loop {
        tokio::time::sleep(WRITE_EVERY).await;
        if let Err(error) = write(&path, &text::render(&measured))
            && !std::mem::replace(&mut failed, true)
        {
            tracing::warn!("the metrics cannot be written any more ({})", error.kind());
        }
    }
}

/// Writes a file so that nobody reads half of it.
pub(crate) fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let name = path.file_name().ok_or(ErrorKind::InvalidFilename)?;
    let unfinished = path.with_file_name(format!(".{}.{}.new", name.to_string_lossy(), std::process::id()));
    let written = std::fs::File::create(&unfinished)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .and_then(|()| std::fs::rename(&unfinished, path));
    if written.is_err() {
        let _ = std::fs::remove_file(&unfinished);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_machines_are_let_in_on_purpose_only() {
        let check = |address: &str, metrics_remote: bool| {
            Metrics::check(&MetricsArgs { metrics_listen: Some(address.parse().unwrap()), metrics_remote, ..MetricsArgs::default() })
        };
        assert!(check("127.0.0.1:9464", false).is_ok());
        assert!(check("[::1]:9464", false).is_ok());
        assert!(check("0.0.0.0:9464", true).is_ok());
        let refused = check("0.0.0.0:9464", false).unwrap_err().to_string();
        assert!(refused.contains("--metrics-remote"), "{refused}");
    }

    #[test]
    fn a_file_is_replaced_as_a_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("terrier.prom");
        write(&path, "one\n").unwrap();
        write(&path, "two\n").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "two\n");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        assert!(write(&folder.path().join("none/terrier.prom"), "").is_err());
    }
}
