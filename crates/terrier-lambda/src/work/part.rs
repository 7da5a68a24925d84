//! Runs a part of a plan, as `terrier scan --plan P --shard i/N` does, until it is done or time is up.

use std::ffi::OsStr;
use std::sync::Arc;

use serde_json::{Value, json};
use terrier_findings::FindingsError;
use terrier_model::RunId;
use terrier_scan::{Cancel, Part, Plan, PlanFolder, PlanHeader, Previous, RequestMeter, RunLabel, SameWork, ScanError, ScanTarget};
use terrier_stores::{Meter, Scope, Target, find_results};

use super::object::store_row;
use crate::deadline::Deadline;
use crate::event::ShardItem;
use crate::failure::Failure;
use crate::function::Function;

/// After so many invocations that committed nothing the part is given up.
const STALLED: u32 = 2;

impl Function {
    /// Runs a part of a plan. The answer is `done`, or the item to continue with.
    pub(crate) async fn scan_part(&self, item: &ShardItem, deadline: Deadline) -> Result<Value, Failure> {
        let location = find_results(&item.plan, &self.options).await?;
        let folder = PlanFolder::new(location.store, location.prefix);
        if !folder.holds_a_plan().await?
            && let Some(run) = folder.completed_run().await?
        {
            return Ok(json!({ "done": true, "run": run, "complete": true }));
        }
        let header = folder.header().await?;
        let label = RunLabel::new(&self.classifier, &self.identity, &header.targets, &[]);
        self.check(&header, &label)?;
        let (targets, meter) = self.targets(&header).await?;
        let previous = self.previous(&header, &label, &targets).await?;
        let plan = folder.read(&header, targets, Part { index: item.shard, of: item.of }, previous).await?;

        let cancel = Cancel::default();
        let results = self.results().await?;
        let stores = plan.targets().iter().map(|target| store_row(target.store.as_ref(), None)).collect();
        let scanner = self.scanner(self.resources, cancel.clone());
        let run = scanner.run_part(&plan, &header, &results, &label, stores, &meter);
        match deadline.bound(&cancel, run).await {
            Some(Ok(finished)) => {
                if finished.is_some() {
                    folder.delete(&header).await?;
                }
                Ok(json!({ "done": true, "run": header.run, "complete": finished.is_some() }))
            }
            Some(Err(ScanError::Interrupted)) | None => self.continuation(item, &plan, &header).await,
            Some(Err(error)) => Err(error.into()),
        }
    }

    fn check(&self, header: &PlanHeader, label: &RunLabel) -> Result<(), Failure> {
        if header.rules_digest != label.rules_digest {
            return Err(Failure::OtherPlan(
                "was made for other rules; set the same TERRIER_RULES and TERRIER_EXTENDED_RULES, or make it again",
            ));
        }
        if header.key_id != self.identity.key_id() {
            return Err(Failure::OtherPlan("was made with another fingerprint key; set TERRIER_KEY to that of terrier plan --key-file"));
        }
        if header.options_digest != label.options_digest {
            return Err(Failure::OtherPlan("was made with other options; a function recognises no text in pictures: plan without --ocr"));
        }
        Ok(())
    }

    async fn targets(&self, header: &PlanHeader) -> Result<(Vec<ScanTarget>, RequestMeter), Failure> {
        let (mut targets, mut counters) = (Vec::new(), Vec::new());
        for target in &header.targets {
            let Ok(Target::S3 { bucket, prefix }) = Target::parse(OsStr::new(target)) else {
                return Err(Failure::OtherPlan("has a target that is no bucket, and a function reaches nothing else"));
            };
            let meter = Meter::new(self.bucket(&bucket).await?);
            counters.push((terrier_model::StoreKind::S3, meter.usage()));
            targets.push(ScanTarget { store: Arc::new(meter), scope: Scope::prefix(prefix), inventory: None });
        }
        Ok((targets, RequestMeter::new(counters)))
    }

    /// Reads the run that the plan stands on.
    async fn previous(&self, header: &PlanHeader, label: &RunLabel, targets: &[ScanTarget]) -> Result<Option<Previous>, Failure> {
        let Some(run) = &header.previous else { return Ok(None) };
        let scanner = self.scanner(self.resources, Cancel::default());
        let stores: Vec<_> = targets.iter().map(|target| scanner.masked(target.store.id())).collect();
        let key_id = self.identity.key_id();
        let target = scanner.masked_target(label);
        let same = SameWork {
            stores: &stores,
            target: &target,
            detection_digest: self.classifier.detection_digest(),
            rules_digest: &label.rules_digest,
            policy_digest: &label.policy_digest,
            options_digest: &label.options_digest,
            key_id: key_id.as_deref(),
        };
        let gone = |error| match error {
            FindingsError::UnknownRun(_) => {
                Failure::OtherPlan("stands on a run that is not in TERRIER_OUT; set it to the plan's --findings")
            }
            error => error.into(),
        };
        Previous::of_run(&self.results().await?, &RunId::new(run.as_str()), same).await.map(Some).map_err(gone)
    }

    /// Says what to continue with. What was begun and not committed is begun again, so a part whose every shard takes too long gets nowhere.
    async fn continuation(&self, item: &ShardItem, plan: &Plan, header: &PlanHeader) -> Result<Value, Failure> {
        let commits = self.results().await?.committed(&RunId::new(header.run.as_str())).await?;
        let committed = commits.keys().filter(|shard| plan.is_mine(**shard)).count() as u64;
        let stalled = if committed > item.committed { 0 } else { item.stalled + 1 };
        if stalled >= STALLED {
            return Err(Failure::NoProgress);
        }
        let ShardItem { plan, shard, of, .. } = item;
        Ok(json!({ "done": false, "plan": plan, "shard": shard, "of": of, "committed": committed, "stalled": stalled }))
    }
}
