//! Who watches a scan from outside: metrics while it runs, a log line and a notification when it has ended.

use std::sync::Arc;

use serde_json::{Value, json};
use terrier_query::Summary;
use tracing::Level;

use super::session::Session;
use crate::args::ScanArgs;
use crate::exit::Exit;
use crate::metrics::{Measurable, Metrics};
use crate::notify::{Delivery, Notifier, Told};
use crate::{log, masked, summary};

/// How a scan ended, and what it found where it came to its end.
pub(super) struct Ended {
    pub(super) exit: Exit,
    pub(super) found: Option<Summary>,
}

impl Ended {
    pub(super) fn plainly(exit: Exit) -> Self {
        Self { exit, found: None }
    }
}

pub(super) struct Observers {
    metrics: Metrics,
    notifier: Option<Notifier>,
    findings: String,
}

impl Observers {
    /// Begins to watch; what is asked for and not allowed is told before anything is scanned.
    pub(super) async fn start(args: &ScanArgs) -> anyhow::Result<Self> {
        let notifier = match args.dry_run {
            true => None,
            false => Some(Notifier::new(&args.notify).map_err(|error| anyhow::anyhow!("{} {error}", error.argument()))?),
        };
        let notifier = notifier.filter(Notifier::is_needed);
        Ok(Self { metrics: Metrics::start(&args.metrics).await?, notifier, findings: args.out.clone() })
    }

    pub(super) fn watch(&self, session: &Session) {
        let stores = session.connected.iter().map(|target| Arc::clone(&target.usage)).collect();
        self.metrics.watch(Measurable { progress: Arc::clone(&session.scanner.progress), stores });
    }

    /// Tells everybody how the scan ended, and returns what the process ends with.
    ///
    /// A notification that nobody took makes a scan fail that had nothing else to complain of: a scheduler runs it again, which is short.
    pub(super) async fn finish(self, ended: anyhow::Result<Ended>) -> anyhow::Result<Exit> {
        let (exit, found, error) = match ended {
            Ok(Ended { exit, found }) => (exit, found, None),
            Err(error) => (Exit::Failed, None, Some(error)),
        };
        let delivery = match &self.notifier {
            None => Delivery::NotWanted,
            Some(notifier) => {
                let (findings, why) = (masked(&self.findings), error.as_ref().map(|error| masked(&format!("{error:#}"))));
                notifier.tell(&Told { exit, found: found.as_ref(), findings: &findings, error: why.as_deref() }).await
            }
        };
        if let Delivery::Failed(why) = &delivery {
            log::tell(Level::ERROR, "not_notified", &format!("the notification was not delivered: {why}"), Value::Null);
        }
        let unless_worse = |exit, failed| if failed && exit == Exit::Done { Exit::Failed } else { exit };
        let exit = unless_worse(exit, matches!(delivery, Delivery::Failed(_)));
        if log::is_json() {
            let counts = found.as_ref().map(summary::counts);
            let fields = json!({ "outcome": exit.as_str(), "exit_code": exit.code(), "counts": counts });
            log::tell(Level::INFO, "ended", &format!("the scan has ended: {}", exit.as_str()), fields);
        }
        let notified = match delivery {
            Delivery::NotWanted => None,
            Delivery::Done => Some(true),
            Delivery::Failed(_) => Some(false),
        };
        let written = self.metrics.finish(exit, found, notified);
        if let Err(error) = &written {
            log::tell(Level::ERROR, "no_metrics", &masked(&format!("{error:#}")), Value::Null);
        }
        let exit = unless_worse(exit, written.is_err());
        match error {
            Some(error) => Err(error),
            None => Ok(exit),
        }
    }
}
