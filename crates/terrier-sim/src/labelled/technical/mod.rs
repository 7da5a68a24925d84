//! What machines and their keepers write: logs of several frameworks, code of several languages, configuration.
//!
//! The texts hold slots in guillemets, since braces mean something in code.

use super::cast::Cast;
use super::draft::Draft;
use super::template::{Mix, fits_between, write_between};

const LOGS: &str = include_str!("log.txt");
const CODE: &str = include_str!("code.txt");
const CONFIG: &str = include_str!("config.txt");

/// The marks around a slot.
const MARKS: [char; 2] = ['«', '»'];

/// Writes lines of one framework's log.
pub(super) fn log(draft: &mut Draft, cast: &mut Cast, mix: Mix) {
    let frameworks: Vec<&str> = LOGS.split("\n[").collect();
    let framework = draft.dice.pick(&frameworks).to_owned();
    let lines: Vec<&str> = framework.lines().skip(1).filter(|line| fits_between(line, cast, mix, MARKS)).collect();
    for _ in 0..draft.dice.between(4, 12) {
        if !lines.is_empty() {
            cast.turn(&mut draft.dice);
            let line = draft.dice.pick(&lines).to_owned();
            write_between(draft, cast, &line, MARKS);
            draft.push("\n");
        }
    }
}

/// Writes a file or two of code.
pub(super) fn code(draft: &mut Draft, cast: &mut Cast, mix: Mix) {
    blocks(draft, cast, mix, CODE);
}

/// Writes a file or two of configuration.
pub(super) fn config(draft: &mut Draft, cast: &mut Cast, mix: Mix) {
    blocks(draft, cast, mix, CONFIG);
}

fn blocks(draft: &mut Draft, cast: &mut Cast, mix: Mix, texts: &str) {
    // What holds nothing is kept for where nothing may be held.
    let fitting: Vec<&str> = texts.split("%%%\n").skip(1).filter(|block| fits_between(block, cast, mix, MARKS)).collect();
    for _ in 0..draft.dice.between(1, 2) {
        cast.turn(&mut draft.dice);
        let block = draft.dice.pick(&fitting).to_owned();
        write_between(draft, cast, &block, MARKS);
        draft.push("\n");
    }
}
