//! Prints what extraction hands out of each file named: for looking at it, and for comparing it with what other programs read.

#![allow(clippy::print_stdout, reason = "the text is what is asked for")]

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::time::Instant;

use terrier_content::{Segment, Sensitive};
use terrier_extract::{Extractor, Flow, Limits, Member, Outcome, Sink};

#[derive(Default)]
struct Printed(Vec<u8>);

impl Sink for Printed {
    fn enter(&mut self, member: Member<'_>) {
        self.0.extend_from_slice(b"> ");
        self.0.extend_from_slice(member.name.expose());
        self.0.push(b'\n');
    }

    fn segment(&mut self, segment: Segment<'_>) -> Flow {
        match segment {
            Segment::Text(text) => {
                self.0.extend_from_slice(format!("# {:?}\n", text.origin).as_bytes());
                self.0.extend_from_slice(&text.bytes.expose()[text.body()]);
                self.0.push(b'\n');
            }
            Segment::Records(records) => {
                for column in &records.columns {
                    self.0.extend([b"# ", column.name().expose().as_bytes(), b"\n"].concat());
                    for value in column.values() {
                        self.0.extend_from_slice(value.bytes.expose());
                        self.0.push(b'\n');
                    }
                }
            }
        }
        Flow::Continue
    }

    fn leave(&mut self, outcome: Outcome) {
        self.0.extend_from_slice(format!("< {}\n", shown(&outcome)).as_bytes());
    }
}

fn shown(outcome: &Outcome) -> String {
    let reason = outcome.reason.map_or("", |reason| reason.as_str());
    format!("{} {} {reason}", outcome.format.unwrap_or("-"), outcome.method.as_str())
}

/// With `--into FOLDER` the text of each file goes into a file of that folder, and a line with its outcome and its time is printed.
fn main() -> io::Result<()> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let into = arguments.iter().position(|argument| argument == "--into").map(|at| {
        arguments.remove(at);
        arguments.remove(at)
    });
    let extractor = Extractor::new(Limits::default(), None);
    for path in arguments {
        let bytes = fs::read(&path)?;
        let name = Path::new(&path).file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut printed = Printed::default();
        let start = Instant::now();
        let outcome = extractor.extract(&bytes, Sensitive::new(name.as_bytes()), &mut printed);
        let seconds = start.elapsed().as_secs_f64();
        match &into {
            Some(folder) => {
                fs::write(Path::new(folder).join(format!("{name}.txt")), &printed.0)?;
                println!("{name}\t{}\t{}\t{seconds:.6}", shown(&outcome), bytes.len());
            }
            None => {
                io::stdout().write_all(&printed.0)?;
                println!("= {}", shown(&outcome));
            }
        }
    }
    Ok(())
}
