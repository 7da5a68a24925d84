//! From what was typed to stores that are connected.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};
use terrier_model::StoreKind;
use terrier_rules::{Builtin, RulePack};
use terrier_scan::{Inventory, ScanTarget};
use terrier_sim::virtual_estate::SimStore;
use terrier_stores::{Account, ConnectOptions, Meter, Pace, Store, TableOptions, Target, Throttle, Usage, connect, expand};

use crate::args::{RulesArgs, S3Args};

/// A connected target with its request counters.
pub(crate) struct Connected {
    pub(crate) scan: ScanTarget,
    pub(crate) usage: Arc<Usage>,
}

/// Reads the targets, finds out what accounts hold, and refuses two targets that hold the same assets: an asset counts once.
pub(crate) async fn resolve(typed: &[OsString], s3: &S3Args) -> anyhow::Result<Vec<Target>> {
    let mut targets = Vec::with_capacity(typed.len());
    for target in typed {
        let target = Target::parse(target)?;
        let is_account = matches!(target, Target::Account(_));
        let stores = expand(target, &connect_options(s3, None, None)).await?;
        if is_account && stores.is_empty() {
            bail!("the account holds nothing that these credentials see");
        }
        targets.extend(stores);
    }
    refuse_overlaps(&targets)?;
    Ok(targets)
}

/// Reads the targets, and asks nobody what accounts hold.
pub(crate) fn parse(typed: &[OsString]) -> anyhow::Result<Vec<Target>> {
    let targets: Vec<Target> = typed.iter().map(|target| Target::parse(target)).collect::<Result<_, _>>()?;
    refuse_overlaps(&targets)?;
    Ok(targets)
}

fn refuse_overlaps(targets: &[Target]) -> anyhow::Result<()> {
    for (index, one) in targets.iter().enumerate() {
        if let Some(other) = targets[..index].iter().find(|other| overlap(one, other)) {
            bail!("target {} lies inside another target, {}; name each place once", display(one), display(other));
        }
    }
    Ok(())
}

/// The targets in words, accounts as what they hold: for a plan, whose targets must stay the same.
pub(crate) async fn spelled_out(typed: &[OsString], s3: &S3Args) -> anyhow::Result<Vec<OsString>> {
    let mut spelled = Vec::with_capacity(typed.len());
    for target in typed {
        match Target::parse(target)? {
            account @ Target::Account(_) => {
                let stores = expand(account, &connect_options(s3, None, None)).await?;
                spelled.extend(stores.iter().map(|store| OsString::from(display(store).trim_end_matches('/'))));
            }
            _ => spelled.push(target.clone()),
        }
    }
    Ok(spelled)
}

fn overlap(one: &Target, other: &Target) -> bool {
    match (one, other) {
        (Target::Folder(one), Target::Folder(other)) => {
            let (one, other) = (resolved(one), resolved(other));
            one.starts_with(&other) || other.starts_with(&one)
        }
        (Target::S3 { bucket: one, prefix: one_prefix }, Target::S3 { bucket: other, prefix: other_prefix }) => {
            one == other && (one_prefix.starts_with(other_prefix) || other_prefix.starts_with(one_prefix))
        }
        (Target::Database(one), Target::Database(other)) => one.overlaps(other),
        (Target::Gcs { bucket: one, prefix: one_prefix }, Target::Gcs { bucket: other, prefix: other_prefix }) => {
            one == other && (one_prefix.starts_with(other_prefix) || other_prefix.starts_with(one_prefix))
        }
        (
            Target::Azure { account: one, container: one_container, prefix: one_prefix },
            Target::Azure { account: other, container: other_container, prefix: other_prefix },
        ) => {
            let same = one == other && one_container == other_container;
            same && (one_prefix.starts_with(other_prefix) || other_prefix.starts_with(one_prefix))
        }
        (Target::Sim { estate: one }, Target::Sim { estate: other }) => one == other,
        _ => false,
    }
}

/// Refuses results that would lie around or among all of what is scanned: they are told apart from the data only by their own folder.
pub(crate) fn check_out(targets: &[Target], out: &str) -> anyhow::Result<()> {
    let surrounds = |target: &&Target| match (target, out.strip_prefix("s3://")) {
        (Target::Folder(target), None) => resolved(target).starts_with(resolved(Path::new(out))),
        (Target::S3 { bucket, prefix }, Some(out)) => {
            let (out_bucket, out_prefix) = out.split_once('/').unwrap_or((out, ""));
            let out_prefix = out_prefix.trim_end_matches('/');
            out_bucket == bucket
                && (out_prefix.is_empty() || prefix == out_prefix.as_bytes() || prefix.starts_with(format!("{out_prefix}/").as_bytes()))
        }
        _ => false,
    };
    match targets.iter().find(surrounds) {
        Some(target) => bail!("--out {out} is the target {} or holds it; give the findings a place of their own", display(target)),
        None => Ok(()),
    }
}

/// The path without links and `..`, as far as it exists.
fn resolved(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let existing = path.ancestors().find_map(|ancestor| Some((ancestor.canonicalize().ok()?, ancestor.to_owned())));
    match existing {
        Some((real, named)) => path.strip_prefix(&named).map_or_else(|_| real.clone(), |rest| real.join(rest)),
        None => path,
    }
}

/// Makes the options of a connection. `out` is where the results go, which is never scanned.
pub(crate) fn connect_options(s3: &S3Args, out: Option<&str>, target: Option<&Target>) -> ConnectOptions {
    let mut options = ConnectOptions {
        endpoint_url: s3.endpoint_url.clone(),
        region: s3.region.clone(),
        profile: s3.profile.clone(),
        path_style: s3.path_style,
        requester_pays: s3.requester_pays,
        no_sign_request: s3.no_sign_request,
        ..ConnectOptions::default()
    };
    match (out, target) {
        (Some(out), Some(Target::S3 { bucket, .. })) => {
            if let Some((out_bucket, prefix)) = out.strip_prefix("s3://").map(|rest| rest.split_once('/').unwrap_or((rest, "")))
                && out_bucket == bucket
            {
                let prefix = prefix.trim_end_matches('/');
                options.ignore_prefixes = vec![format!("{prefix}/").into_bytes()];
            }
        }
        (Some(out), _) if !out.starts_with("s3://") => options.ignore_paths = vec![PathBuf::from(out)],
        _ => {}
    }
    options
}

/// Opens the store of a target. A virtual estate has its connector where it is generated, all others have theirs with the stores.
pub(crate) async fn open(target: &Target, options: &ConnectOptions) -> anyhow::Result<Arc<dyn Store>> {
    match target {
        Target::Sim { estate } => Ok(Arc::new(SimStore::connect(estate)?)),
        target => Ok(connect(target, options).await?),
    }
}

/// Connects to all targets, counts what they are asked for, and holds them all to one pace where there is one.
pub(crate) async fn connect_all(targets: &[Target], s3: &S3Args, tables: &TableOptions, out: &str) -> anyhow::Result<Vec<Connected>> {
    let pace = s3.requests_per_second.map(Pace::per_second);
    let mut connected = Vec::with_capacity(targets.len());
    for target in targets {
        let options = ConnectOptions { tables: tables.clone(), ..connect_options(s3, Some(out), Some(target)) };
        let store = open(target, &options).await.with_context(|| format!("cannot open the target {}", display(target)))?;
        let store = match &pace {
            Some(pace) => Arc::new(Throttle::new(store, pace.clone())),
            None => store,
        };
        let meter = Meter::new(store);
        let usage = meter.usage();
        let scan = ScanTarget { store: Arc::new(meter), scope: target.scope(), inventory: None };
        connected.push(Connected { scan, usage });
    }
    Ok(connected)
}

/// Opens inventories, and gives each to the target that it is of. Returns the counters of the buckets that they lie in.
pub(crate) async fn use_inventories(
    connected: &mut [Connected],
    targets: &[Target],
    manifests: &[String],
    s3: &S3Args,
) -> anyhow::Result<Vec<(StoreKind, Arc<Usage>)>> {
    let mut counters = Vec::new();
    for place in manifests {
        let manifest = Target::parse(place.as_ref())?;
        let (place_of_keys, key) = match &manifest {
            Target::S3 { prefix, .. } => (manifest.clone(), String::from_utf8(prefix.clone()).context("the inventory's key is not UTF-8")?),
            Target::Folder(path) => manifest_in_folder(path)?,
            _ => bail!("--inventory {place} is neither in a bucket nor a file; give s3://bucket/…/manifest.json or the path of a copy"),
        };
        let store = connect(&place_of_keys, &connect_options(s3, None, None)).await.with_context(|| format!("cannot open {place}"))?;
        let meter = Meter::new(store);
        counters.push((meter.kind(), meter.usage()));
        let inventory = Inventory::open(Arc::new(meter), &key).await.with_context(|| format!("cannot use the inventory {place}"))?;
        let is_of = |target: &Target| matches!(target, Target::S3 { bucket, .. } if bucket == inventory.bucket());
        let Some(index) = targets.iter().position(is_of) else {
            bail!("the inventory {place} is of the bucket {}, which is no target", inventory.bucket());
        };
        connected[index].scan.inventory = Some(Arc::new(inventory));
    }
    Ok(counters)
}

/// The keys of a manifest are those of the bucket that it was copied from, so the copy begins in one of the folders above it: the nearest
/// that has the manifest's first part.
fn manifest_in_folder(path: &Path) -> anyhow::Result<(Target, String)> {
    let path = std::path::absolute(path)?;
    let content = std::fs::read(&path).with_context(|| format!("cannot read the inventory {}", path.display()))?;
    let first = serde_json::from_slice::<serde_json::Value>(&content)
        .ok()
        .and_then(|manifest| manifest["files"][0]["key"].as_str().map(str::to_owned));
    let has_first = |folder: &&Path| first.as_ref().is_none_or(|first| folder.join(first).is_file());
    let Some(folder) = path.ancestors().skip(1).find(has_first) else {
        bail!("the files that {} names are in no folder above it; copy the inventory's data with it", path.display());
    };
    let key = path.strip_prefix(folder)?.to_string_lossy().into_owned();
    Ok((Target::Folder(folder.to_owned()), key))
}

/// What the results and plans call the targets: as they were typed, but for passwords.
pub(crate) fn names(typed: &[OsString]) -> anyhow::Result<Vec<String>> {
    let name = |typed: &OsString| match Target::parse(typed)? {
        Target::Database(target) => Ok(target.without_password()),
        _ => Ok(typed.to_string_lossy().into_owned()),
    };
    typed.iter().map(name).collect()
}

/// The target as the user typed it, for messages.
fn display(target: &Target) -> String {
    let text = |prefix: &[u8]| String::from_utf8_lossy(prefix).into_owned();
    match target {
        Target::Folder(path) => path.display().to_string(),
        Target::Database(target) => target.without_password(),
        Target::Sim { estate } => format!("sim://{estate}"),
        Target::S3 { bucket, prefix } => format!("s3://{bucket}/{}", text(prefix)),
        Target::Azure { account, container, prefix } => format!("azblob://{account}/{container}/{}", text(prefix)),
        Target::Gcs { bucket, prefix } => format!("gs://{bucket}/{}", text(prefix)),
        Target::Account(Account::S3) => "s3://".into(),
        Target::Account(Account::Azure { account }) => format!("azblob://{account}"),
    }
}

/// Loads the built-in rules and the user's own.
pub(crate) fn load_rules(rules: &RulesArgs) -> anyhow::Result<RulePack> {
    let builtin = match rules {
        RulesArgs { no_builtin_rules: true, .. } => Builtin::None,
        RulesArgs { extended_rules: true, .. } => Builtin::Extended,
        _ => Builtin::Default,
    };
    Ok(RulePack::load(&rules.dirs, builtin)?)
}
