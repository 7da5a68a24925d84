use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use serde_json::{Value, json};
use terrier_findings::Results;
use terrier_model::{Fact, RunId, RunRow, StoreRow};
use terrier_scan::{Estimate, Part, Plan, PlanFolder, PlanHeader, ScanError, render_path};
use terrier_stores::{Preflight, find_results, open_results};
use tracing::Level;

use super::observers::{Ended, Observers};
use super::session::{Opening, Session};
use super::{open_findings_at, print};
use crate::args::{ScanArgs, SummaryFormat};
use crate::display::Display;
use crate::exit::Exit;
use crate::fail_on::FailOn;
use crate::log;
use crate::summary;
use crate::targets::{self, Connected};
use crate::units;

/// How long a scan waits for a store to say who we are.
const PREFLIGHT_LIMIT: Duration = Duration::from_secs(10);

/// Scans the targets, or a part of a plan, prints what was found, and tells those who want to know how it ended.
pub(crate) async fn run(args: ScanArgs) -> anyhow::Result<Exit> {
    let observers = Observers::start(&args).await?;
    let ended = scan(args, &observers).await;
    observers.finish(ended).await
}

async fn scan(mut args: ScanArgs, observers: &Observers) -> anyhow::Result<Ended> {
    let written = match &args.plan {
        None => None,
        Some(place) => match WrittenPlan::open(place, &args).await? {
            Some(written) => Some(written),
            None => return Ok(Ended::plainly(Exit::Done)),
        },
    };
    if let Some(written) = &written {
        args.targets = written.header.targets.iter().map(Into::into).collect();
    }
    let session = Session::open(Opening {
        targets: &args.targets,
        s3: &args.s3,
        rules: &args.rules,
        inventories: &args.selection.inventory,
        ocr: args.ocr.languages(),
        tables: args.tables.options(args.selection.full),
        engine: args.engine,
        key_file: args.key_file.as_deref(),
        threads: args.threads,
        memory: args.memory,
        findings: &args.out,
        quiet: args.quiet,
    })
    .await?;
    observers.watch(&session);
    let fail_on = FailOn::parse(&args.fail_on, &session.pack)?;
    let scan = Scan { args, session };
    let to_its_end = async {
        let outcome = match &written {
            Some(written) => scan.run_part(written).await?,
            None => scan.run_all().await?,
        };
        match outcome {
            Outcome::Finished(row) => scan.summarise(&row, &fail_on).await,
            Outcome::Estimated => Ok(Ended::plainly(Exit::Done)),
            Outcome::PartDone => Ok(Ended::plainly(scan.say_part_done())),
        }
    };
    scan.session.unless_overdue(to_its_end).await.or_else(|error| scan.explain(error))
}

enum Outcome {
    /// The run is complete.
    Finished(Box<RunRow>),
    /// This process's part of it is done, and others are not.
    PartDone,
    /// Nothing was to be scanned but only estimated.
    Estimated,
}

/// A plan in its folder.
struct WrittenPlan {
    folder: PlanFolder,
    header: PlanHeader,
}

impl WrittenPlan {
    /// Opens a plan; `None` where its run is complete already.
    async fn open(place: &str, args: &ScanArgs) -> anyhow::Result<Option<Self>> {
        let options = targets::connect_options(&args.s3, None, None);
        let location = find_results(place, &options).await.with_context(|| format!("cannot open the plan at {place}"))?;
        let folder = PlanFolder::new(location.store, location.prefix);
        if !folder.holds_a_plan().await?
            && let Some(run) = folder.completed_run().await?
        {
            if !args.quiet {
                log::notice("nothing_to_do", &format!("nothing is left to do: run {run} of this plan is complete"));
            }
            return Ok(None);
        }
        let nothing = "a plan is made by terrier plan, and deleted once its run is complete";
        let header = folder.header().await.with_context(|| format!("there is no whole plan at {place}; {nothing}"))?;
        Ok(Some(Self { folder, header }))
    }
}

struct Scan {
    args: ScanArgs,
    session: Session,
}

impl Scan {
    async fn run_all(&self) -> anyhow::Result<Outcome> {
        let Session { scanner, meter, connected, .. } = &self.session;
        let display = Display::start(Arc::clone(&scanner.progress), self.args.quiet);
        let plan = self.session.plan(&self.args.selection, None).await?;
        if self.args.dry_run {
            drop(display);
            self.print_estimate(&plan)?;
            return Ok(Outcome::Estimated);
        }
        let results = self.results().await?;
        let finished = scanner.run(&plan, &results, &self.session.label(), store_rows(connected).await, meter).await?;
        Ok(Outcome::Finished(Box::new(finished.row)))
    }

    async fn run_part(&self, written: &WrittenPlan) -> anyhow::Result<Outcome> {
        let WrittenPlan { folder, header } = written;
        let Session { scanner, meter, connected, .. } = &self.session;
        let label = self.session.label();
        if header.rules_digest != label.rules_digest {
            bail!("the plan was made for other rules; give the same --rules and --extended-rules, or make it again");
        }
        if header.key_id != scanner.identity.key_id() || header.options_digest != label.options_digest {
            bail!(
                "the plan was made with another fingerprint key or other options; give the same --key-file, --ocr and --max-table-rows as for terrier plan"
            );
        }
        let previous = match &header.previous {
            Some(run) => Some(self.session.previous_run(&RunId::new(run.as_str())).await?),
            None => None,
        };
        let part = self.args.shard.map_or(Part::ALL, |part| Part { index: part.index, of: part.of });
        let targets = connected.iter().map(|target| target.scan.clone()).collect();
        let plan = folder.read(header, targets, part, previous).await?;
        if self.args.dry_run {
            self.print_estimate(&plan)?;
            return Ok(Outcome::Estimated);
        }
        let display = Display::start(Arc::clone(&scanner.progress), self.args.quiet);
        let results = self.results().await?;
        let row = scanner.run_part(&plan, header, &results, &label, store_rows(connected).await, meter).await?;
        drop(display);
        let Some(row) = row else { return Ok(Outcome::PartDone) };
        if !self.args.keep_plan {
            folder.delete(header).await?;
        }
        Ok(Outcome::Finished(Box::new(row)))
    }

    async fn results(&self) -> anyhow::Result<Results> {
        let options = targets::connect_options(&self.args.s3, None, None);
        let out = &self.args.out;
        let location = open_results(out, &options).await.with_context(|| format!("cannot write the findings to {out}"))?;
        Ok(Results::new(location.store, location.prefix))
    }

    fn print_estimate(&self, plan: &Plan) -> anyhow::Result<()> {
        let estimate = Estimate::of(plan);
        print(&match self.args.format {
            SummaryFormat::Table => summary::estimate_table(plan, &estimate),
            SummaryFormat::Json => summary::estimate_json(plan, &estimate),
        })
    }

    async fn summarise(&self, row: &RunRow, fail_on: &FailOn) -> anyhow::Result<Ended> {
        let options = targets::connect_options(&self.args.s3, None, None);
        let findings = open_findings_at(&self.args.out, &options).await?;
        let found = findings.summary(Some(&row.run_id)).await?;
        if found.assets == 0 {
            let told = "nothing was scanned: no target holds an object; check prefix and folder for slips";
            log::tell(Level::WARN, "nothing_scanned", told, Value::Null);
        }
        if self.args.format == SummaryFormat::Json {
            print(&summary::json(&found, &self.args.out)?)?;
        } else if !self.args.quiet {
            print(&summary::table(&found, &self.session.pack, &self.args.out, summary::CLASSES_AT_A_GLANCE))?;
        }
        Ok(Ended { exit: Exit::of_scan(fail_on.is_met(&found), row.complete), found: Some(found) })
    }

    fn say_part_done(&self) -> Exit {
        if !self.args.quiet {
            log::notice("part_done", "this part is done; the run is complete when the others are");
        }
        Exit::Done
    }

    fn explain(&self, error: anyhow::Error) -> anyhow::Result<Ended> {
        if matches!(error.downcast_ref(), Some(ScanError::Interrupted)) {
            let scanner = &self.session.scanner;
            let done = scanner.progress.snapshot();
            let mask = |text: &str| render_path(&scanner.classifier, text.as_bytes());
            let told = format!(
                "interrupted after {} of {} objects; what is finished is kept in {}: run the same command again to continue",
                units::human_count(done.done_assets),
                units::human_count(done.listed_assets),
                mask(&self.args.out),
            );
            let fields = json!({ "done_assets": done.done_assets, "listed_assets": done.listed_assets });
            log::tell(Level::WARN, "interrupted", &told, fields);
            return Ok(Ended::plainly(Exit::Interrupted));
        }
        Err(error)
    }
}

/// Learns of each store what its rows say; a store that tells nothing is a store with unknowns.
async fn store_rows(connected: &[Connected]) -> Vec<StoreRow> {
    let rows = connected.iter().map(|target| async {
        let store = &target.scan.store;
        let told = tokio::time::timeout(PREFLIGHT_LIMIT, store.preflight(&target.scan.scope)).await;
        let Preflight { account, region, .. } = told.ok().and_then(Result::ok).unwrap_or_default();
        StoreRow {
            run_id: RunId::new(""),
            store_id: store.id().clone(),
            kind: store.kind(),
            account,
            region,
            environment: None,
            owner: None,
            public: Fact::Unknown,
            external: Fact::Unknown,
        }
    });
    futures::future::join_all(rows).await
}
