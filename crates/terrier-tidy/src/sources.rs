use crate::workspace::{Source, report, root, sources};

/// The most lines that a source file may have.
const LINES: usize = 700;

/// This crate names what it forbids.
const OWN: &str = "crates/terrier-tidy/";

/// What no source holds, and what to do instead.
const FORBIDDEN: &[(&str, &str)] = &[
    ("TODO", "do it, or open an issue"),
    ("FIXME", "fix it, or open an issue"),
    ("XXX ", "say what is meant"),
    ("#[ignore", "a test that is not run proves nothing; what is too slow belongs into the soak"),
    ("#[should_panic", "test the error that is returned"),
    ("todo!(", "write it"),
    ("unimplemented!(", "write it"),
    ("dbg!(", "remove it"),
    ("mod utils", "name the module after what it holds"),
    ("mod common", "name the module after what it holds"),
    ("mod helpers", "name the module after what it holds"),
];

/// Macros that turn values into text.
const FORMATTING: &[&str] = &[
    "format!(",
    "print!(",
    "println!(",
    "eprint!(",
    "eprintln!(",
    "write!(",
    "writeln!(",
    "panic!(",
    "trace!(",
    "debug!(",
    "info!(",
    "warn!(",
    "error!(",
    "bail!(",
    "anyhow!(",
];

fn rust(source: &&Source) -> bool {
    source.path.ends_with(".rs") && !source.path.starts_with(OWN)
}

#[test]
fn files_fit_a_head() {
    let long: Vec<String> = sources()
        .iter()
        .filter(|source| source.path.ends_with(".rs"))
        .map(|source| (source.path.as_str(), source.text.lines().count()))
        .filter(|(_, lines)| *lines > LINES)
        .map(|(path, lines)| format!("{path} has {lines} lines; cut it where it holds two things"))
        .collect();
    report(&format!("no source has more than {LINES} lines"), &long);
}

#[test]
fn nothing_is_left_undone() {
    let mut complaints = Vec::new();
    for source in sources().iter().filter(rust) {
        for (number, line) in source.text.lines().enumerate() {
            let found = FORBIDDEN.iter().find(|(marker, _)| line.contains(marker));
            complaints.extend(found.map(|(marker, remedy)| format!("{}:{}: {marker:?}: {remedy}", source.path, number + 1)));
        }
    }
    report("nothing is left undone", &complaints);
}

/// A heuristic for the one mistake that matters most: content lent by `expose` and formatted in the same statement.
#[test]
fn exposed_content_is_not_formatted() {
    let mut complaints = Vec::new();
    for source in sources().iter().filter(rust).filter(|source| !source.path.contains("/tests/") && !source.path.ends_with("tests.rs")) {
        let code = source.text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
        for (number, line) in code.lines().enumerate() {
            if line.contains("expose") && FORMATTING.iter().any(|formatting| line.contains(formatting)) {
                complaints.push(format!("{}:{}: {}", source.path, number + 1, line.trim()));
            }
        }
    }
    report("what `expose` lends is not turned into text", &complaints);
}

#[test]
fn no_source_knows_the_machine_it_was_written_on() {
    let root = root();
    // A checkout at the top of a file system has too short a name to look for.
    if root.components().count() < 3 {
        return;
    }
    let here = format!("{}/", root.to_string_lossy());
    let complaints: Vec<String> = sources()
        .iter()
        .flat_map(|source| source.text.lines().enumerate().map(move |(number, line)| (&source.path, number + 1, line)))
        .filter(|(_, _, line)| line.contains(&here))
        .map(|(path, number, _)| format!("{path}:{number}"))
        .collect();
    report("no source holds the path of this checkout", &complaints);
}

#[test]
fn unsafe_code_says_why_it_is_sound() {
    let mut complaints = Vec::new();
    for source in sources().iter().filter(rust) {
        let lines: Vec<&str> = source.text.lines().collect();
        for (number, line) in lines.iter().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            let opens = code.contains("unsafe {") || code.contains("unsafe fn") || code.contains("unsafe impl");
            let explained =
                lines[number.saturating_sub(6)..=number].iter().any(|near| near.contains("SAFETY:") || near.contains("# Safety"));
            if opens && !explained {
                complaints.push(format!("{}:{}: write a `SAFETY:` comment above it", source.path, number + 1));
            }
        }
    }
    report("unsafe code says why it is sound", &complaints);
}
