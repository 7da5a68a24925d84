use terrier_stores::{Preflight, Verdict};

use super::print;
use crate::args::DoctorArgs;
use crate::exit::Exit;
use crate::targets;

/// Asks each target who we are and what we may do; fails where a scan would.
pub(crate) async fn run(args: DoctorArgs) -> anyhow::Result<Exit> {
    let mut exit = Exit::Done;
    for target in targets::resolve(&args.targets, &args.s3).await? {
        let options = targets::connect_options(&args.s3, None, Some(&target));
        let asked = async {
            let store = targets::open(&target, &options).await?;
            let preflight = store.preflight(&target.scope()).await?;
            Ok::<_, anyhow::Error>((store.id().to_string(), preflight))
        };
        match asked.await {
            Ok((store, preflight)) => {
                if !preflight.can_scan() {
                    exit = Exit::Failed;
                }
                print(&describe(&store, &preflight))?;
            }
            Err(error) => {
                exit = Exit::Failed;
                print(&format!("✗ cannot be reached: {:#}\n", error))?;
            }
        }
    }
    Ok(exit)
}

fn describe(store: &str, preflight: &Preflight) -> String {
    let unknown = || "unknown".to_owned();
    let mut text = format!(
        "{store}\n  identity  {}\n  account   {}\n  region    {}\n",
        preflight.identity.clone().unwrap_or_else(unknown),
        preflight.account.clone().unwrap_or_else(unknown),
        preflight.region.clone().unwrap_or_else(unknown),
    );
    for check in &preflight.actions {
        let mark = match (check.verdict, check.required) {
            (Verdict::Allowed, _) => '✓',
            (Verdict::Denied, true) => '✗',
            (Verdict::Denied, false) => '–',
            (Verdict::Unknown, _) => '?',
        };
        text.push_str(&format!("  {mark} {:<24} {:<8} {}\n", check.action, check.verdict, check.detail));
    }
    text.push_str(if preflight.can_scan() { "  a scan can run\n" } else { "  a scan would fail: allow the actions marked ✗\n" });
    text
}
