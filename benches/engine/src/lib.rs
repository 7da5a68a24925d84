//! The work that is measured: generated text, cut as a scan cuts it, taken to the end of a stage of the classifier.

use terrier_classify::{Classifier, Stage};
use terrier_content::{Origin, Segment, Sensitive, Text};
use terrier_rules::{Builtin, RulePack};
use terrier_sim::benchmark::{Content, Kind, SEED, corpus};

/// The kinds of text that are measured: with values and without.
pub const KINDS: [Kind; 2] = [Kind::Mixed, Kind::MixedClean];

/// What a scan reads at once.
const BODY: usize = 1 << 20;

/// What a scan adds to a window from its neighbours.
const NEIGHBOUR: usize = 4 << 10;

/// The built-in rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rules {
    /// Those that a scan uses unless it is told otherwise.
    Default,
    /// These and the extended ones.
    Extended,
}

impl Rules {
    /// Both packs.
    pub const ALL: [Self; 2] = [Self::Default, Self::Extended];

    /// Returns the name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Extended => "extended",
        }
    }

    /// Reads the rules.
    pub fn load(self) -> RulePack {
        match self {
            Self::Default => RulePack::embedded(),
            Self::Extended => RulePack::load(&[], Builtin::Extended).expect("the extended rules are built in"),
        }
    }
}

/// How far a text is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// To the end of a stage.
    Stage(Stage),
    /// To what a scan records: counted, too.
    End,
}

impl Until {
    /// All of them, in their order.
    pub const ALL: [Self; 4] = [Self::Stage(Stage::Sieve), Self::Stage(Stage::Matching), Self::Stage(Stage::Weighing), Self::End];

    /// Returns the name of what is done last.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stage(stage) => stage.as_str(),
            Self::End => "counting",
        }
    }
}

/// Generates text of a kind.
pub fn text(kind: Kind, bytes: usize) -> Vec<u8> {
    match corpus(kind, SEED, bytes).content {
        Content::Text(text) => text,
        Content::Records(_) => unreachable!("records are not running text"),
    }
}

/// Takes a text so far, as one asset. Returns how much is found by then.
pub fn take(classifier: &Classifier, text: &[u8], until: Until) -> u64 {
    let windows = (0..text.len()).step_by(BODY).map(|start| {
        let end = (start + BODY).min(text.len());
        let (from, to) = (start.saturating_sub(NEIGHBOUR), (end + NEIGHBOUR).min(text.len()));
        Text {
            bytes: Sensitive::new(&text[from..to]),
            body_start: start - from,
            body_end: end - from,
            origin: Origin::Lines { line: 1, byte: start as u64 },
        }
    });
    match until {
        Until::Stage(stage) => windows.map(|window| classifier.take_to(stage, window.bytes.expose(), window.body())).sum(),
        Until::End => {
            let mut session = classifier.session(None);
            windows.for_each(|window| session.segment(&Segment::Text(window)));
            session.finish().findings.iter().map(|finding| finding.count).sum()
        }
    }
}
