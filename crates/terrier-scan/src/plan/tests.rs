use std::collections::BTreeSet;
use std::sync::Arc;

use object_store::memory::InMemory;
use object_store::path::Path;
use terrier_findings::Usage;
use terrier_model::Reason;
use terrier_sim::virtual_estate::SimStore;
use terrier_stores::Scope;

use super::*;
use crate::RunLabel;
use crate::sample::Budget;

fn targets() -> Vec<ScanTarget> {
    let store = |address: &str| ScanTarget { store: Arc::new(SimStore::connect(address).unwrap()), scope: Scope::whole(), inventory: None };
    vec![store("1/3000"), store("2/750")]
}

fn selection() -> Selection {
    let sampling = Sampling { confidence: 0.95, max_prevalence: 0.05, budget: Some(Budget::Bytes(4 << 30)) };
    let filter = Filter::new(&[], &["*.log".to_owned()], None, None).unwrap();
    Selection { filter, sampling: Some(sampling), ..Selection::default() }
}

async fn in_memory() -> Plan {
    let identity = Arc::new(Identity::new(None));
    Plan::make(targets(), selection(), &identity, &Progress::default(), &Cancel::default()).await.unwrap()
}

async fn in_folder(folder: &PlanFolder) -> (Plan, PlanHeader) {
    let identity = Arc::new(Identity::new(None));
    let plan = Plan::make_in(folder, targets(), selection(), &identity, &Progress::default(), &Cancel::default()).await.unwrap();
    let label = ["", "", "", ""].map(str::to_owned);
    let [target, rules_digest, policy_digest, options_digest] = label;
    let label = RunLabel { target, rules_digest, policy_digest, options_digest };
    let header = PlanHeader::new(&plan, Vec::new(), &label, None, Usage::default());
    folder.finish(&plan, &header).await.unwrap();
    (plan, header)
}

fn assets(plan: &Plan) -> Vec<PlannedAsset> {
    plan.shards().iter().flat_map(|shard| shard.assets(plan.targets())).collect()
}

#[tokio::test]
async fn a_plan_that_is_made_in_a_folder_is_the_one_that_is_made_in_memory() {
    let store = Arc::new(InMemory::new());
    let folder = PlanFolder::new(store, Path::from("plan"));
    let (written, header) = in_folder(&folder).await;
    let kept = in_memory().await;
    assert_eq!(written.digest(), kept.digest());
    assert_eq!(written.extent(), kept.extent());
    assert_eq!(written.skipped(), kept.skipped());
    assert!(kept.skipped().iter().any(|(reason, _)| *reason == Reason::NotSampled), "the sample leaves some out");
    let read = folder.read(&header, targets(), Part::ALL, None).await.unwrap();
    assert_eq!(assets(&read), assets(&kept));
    assert_eq!(assets(&kept).len(), 3750);
    let sizes = |plan: &Plan| plan.shards().iter().map(|shard| (shard.len(), shard.bytes())).collect::<Vec<_>>();
    assert_eq!(sizes(&read), sizes(&kept));
    assert_eq!(sizes(&written), sizes(&kept));
}

#[tokio::test]
async fn parts_of_a_plan_have_each_asset_once() {
    let folder = PlanFolder::new(Arc::new(InMemory::new()), Path::from("plan"));
    let (_, header) = in_folder(&folder).await;
    let mut seen = BTreeSet::new();
    for index in 0..3 {
        let part = folder.read(&header, targets(), Part { index, of: 3 }, None).await.unwrap();
        for planned in assets(&part) {
            assert!(seen.insert((planned.asset.store.as_str().to_owned(), planned.asset.key.expose().to_vec())));
        }
    }
    assert_eq!(seen.len(), 3750);
}

#[tokio::test]
async fn what_waits_in_the_folder_is_gone_once_the_plan_is_there() {
    let store = Arc::new(InMemory::new());
    let folder = PlanFolder::new(Arc::<InMemory>::clone(&store), Path::from("plan"));
    // What a plan left behind that was never finished.
    folder.put_piece(7, b"of another listing".to_vec()).await.unwrap();
    folder.put_assets(7, b"of another plan".to_vec().into()).await.unwrap();
    in_folder(&folder).await;
    let files: Vec<_> = futures::StreamExt::collect(object_store::ObjectStore::list(store.as_ref(), None)).await;
    let mut names: Vec<String> = files.into_iter().map(|file| file.unwrap().location.to_string()).collect();
    names.sort();
    assert_eq!(names, ["plan/assets/000000.parquet", "plan/datasets.parquet", "plan/plan.json", "plan/shards.parquet"]);
}
