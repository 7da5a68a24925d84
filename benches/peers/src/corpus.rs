use terrier_content::{Origin, Segment, Sensitive, Text};
use terrier_sim::benchmark::{Content, Kind, SEED, corpus};

/// What a scan reads at once, and what peers are given at once.
const PIECE: usize = 1 << 20;

/// What a scan adds to a window from its neighbours.
const NEIGHBOUR: usize = 4 << 10;

/// Generated text of one kind.
pub(crate) struct Sample {
    pub(crate) kind: Kind,
    pub(crate) text: Vec<u8>,
    /// How many values were planted.
    pub(crate) planted: u64,
}

impl Sample {
    pub(crate) fn generate(kind: Kind, bytes: usize) -> Self {
        let corpus = corpus(kind, SEED, bytes);
        let Content::Text(text) = corpus.content else { unreachable!("only kinds of running text are measured") };
        Self { kind, text, planted: corpus.truth.values().sum() }
    }

    /// Cuts the text as a scan does, neighbours included.
    pub(crate) fn segments(&self) -> Vec<Segment<'_>> {
        (0..self.text.len())
            .step_by(PIECE)
            .map(|start| {
                let end = (start + PIECE).min(self.text.len());
                let (from, to) = (start.saturating_sub(NEIGHBOUR), (end + NEIGHBOUR).min(self.text.len()));
                Segment::Text(Text {
                    bytes: Sensitive::new(&self.text[from..to]),
                    body_start: start - from,
                    body_end: end - from,
                    origin: Origin::Lines { line: 1, byte: start as u64 },
                })
            })
            .collect()
    }

    /// Cuts the text at ends of lines, without neighbours: peers are spared what lies in two windows.
    pub(crate) fn pieces(&self) -> Vec<&[u8]> {
        let mut pieces = Vec::new();
        let mut rest = self.text.as_slice();
        while rest.len() > PIECE {
            let newline = rest[..PIECE].iter().rposition(|byte| *byte == b'\n');
            let (piece, behind) = rest.split_at(newline.map_or(PIECE, |at| at + 1));
            pieces.push(piece);
            rest = behind;
        }
        pieces.push(rest);
        pieces
    }
}
