use clap::ArgMatches;

use crate::args::{LogArgs, RunArgs};
use crate::config::{self, Environment};
use crate::exit::Exit;
use crate::log;

/// Runs the job that a file describes. What was typed wins over what the file says.
pub(crate) async fn run(args: RunArgs, log: LogArgs, typed: &ArgMatches) -> anyhow::Result<Exit> {
    let mut job = config::load(&args.config, Environment::OfTheJob)?;
    log::start(log.over(job.log, typed));
    let scan = &mut job.scan;
    if args.since_last || args.full {
        scan.selection.since_last = args.since_last;
        scan.selection.full = args.full;
    }
    scan.dry_run = args.dry_run;
    scan.quiet |= args.quiet;
    super::scan::run(job.scan).await
}
