//! Scores the rules on labelled corpora without the rest of Terrier, which takes long to build:
//! `cargo run --release -p terrier-eval --example score -- [-x] [--json] [--errors=N] [--only=TYPE,…] [--clean=PATH] CORPUS…`.
#![allow(clippy::print_stdout, reason = "it is a program for people")]

use std::error::Error;

use terrier_classify::Classifier;
use terrier_eval::{Options, evaluate};
use terrier_rules::{Builtin, RulePack};

fn main() -> Result<(), Box<dyn Error>> {
    let (mut options, mut builtin, mut json) = (Options::default(), Builtin::Default, false);
    for argument in std::env::args().skip(1) {
        match argument.split_once('=').unwrap_or((&argument, "")) {
            ("-x", _) => builtin = Builtin::Extended,
            ("--json", _) => json = true,
            ("--errors", most) => options.errors = Some(most.parse()?),
            ("--only", types) => options.only = types.split(',').map(str::to_owned).collect(),
            ("--clean", path) => options.clean.push(path.into()),
            ("--types", path) => options.types = Some(path.into()),
            ("--kinds", path) => options.kinds = Some(path.into()),
            ("--bars", path) => options.bars = Some(path.into()),
            ("--predictions", path) => options.predictions = Some(path.into()),
            (path, _) => options.corpora.push(path.into()),
        }
    }
    let pack = RulePack::load(&[], builtin)?;
    let evaluation = evaluate(&Classifier::compile(&pack)?, &pack, &options)?;
    println!("{}", if json { evaluation.json() } else { evaluation.table() });
    Ok(())
}
