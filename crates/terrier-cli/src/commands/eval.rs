use anyhow::{Context, bail};
use terrier_classify::Classifier;
use terrier_eval::{Options, evaluate};

use super::print;
use crate::args::{EvalArgs, SummaryFormat};
use crate::exit::Exit;
use crate::targets::load_rules;

/// Scores Terrier on labelled corpora. How well it does is no matter of the exit code.
pub(crate) fn run(args: EvalArgs) -> anyhow::Result<Exit> {
    if args.score.len() != args.names.len() {
        bail!("--score was given {} times and --as {} times; name each file once", args.score.len(), args.names.len());
    }
    let pack = load_rules(&args.rules)?;
    let classifier = Classifier::compile(&pack).context("the rules cannot be compiled; see: terrier rules check")?;
    let options = Options {
        corpora: args.corpora,
        clean: args.clean,
        others: args.names.into_iter().zip(args.score).collect(),
        predictions: args.predictions,
        errors: args.errors,
        only: args.only,
        types: args.types,
        kinds: args.kinds,
        bars: args.bars,
    };
    let evaluation = evaluate(&classifier, &pack, &options)?;
    print(&match args.format {
        SummaryFormat::Table => evaluation.table(),
        SummaryFormat::Json => evaluation.json(),
    })?;
    Ok(Exit::Done)
}
