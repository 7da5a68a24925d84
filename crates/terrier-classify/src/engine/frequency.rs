//! A model of mixed text (tables, logs, prose) by which places of it something may stand: good enough to choose between ways to
//! look for it. Nothing that is found depends on it.

use std::sync::LazyLock;

use super::byte_set::ByteSet;
use super::sequence::{OFFSETS, Sequence};

/// Kinds of bytes: digits, space and line end, upper case, lower case, the rest.
const KINDS: usize = 5;

/// How often each kind occurs.
const OCCURS: Shares = [0.16, 0.12, 0.06, 0.50, 0.16, 0.0, 0.0, 0.0];

/// How often each kind follows each: digits follow digits, and letters letters.
const FOLLOWS: [Shares; KINDS] = [
    [0.65, 0.05, 0.02, 0.06, 0.22, 0.0, 0.0, 0.0],
    [0.12, 0.16, 0.12, 0.50, 0.10, 0.0, 0.0, 0.0],
    [0.06, 0.02, 0.50, 0.35, 0.07, 0.0, 0.0, 0.0],
    [0.02, 0.12, 0.01, 0.78, 0.07, 0.0, 0.0, 0.0],
    [0.28, 0.14, 0.08, 0.30, 0.20, 0.0, 0.0, 0.0],
];

/// How often each letter occurs in English, in tenths of a percent.
const LETTERS: [u16; 26] = [82, 15, 28, 43, 127, 22, 20, 61, 70, 2, 8, 40, 24, 67, 75, 19, 1, 60, 63, 91, 28, 10, 24, 2, 20, 1];

/// Other signs that are common in structured text.
const COMMON: &[u8] = b",.-_\":/=";

/// For each kind of byte, a share of its occurrences; room for whole vector registers.
type Shares = [f32; 8];

/// Of each of the first sixteen eights of bytes, the shares of each set of them. What lies beyond ASCII is rare.
static SHARES: LazyLock<Box<[[Shares; 256]; 16]>> = LazyLock::new(|| {
    let weighed: [(usize, f32); 128] = std::array::from_fn(|byte| match byte as u8 {
        b'0'..=b'9' => (0, 1.0),
        b' ' => (1, 8.0),
        b'\n' => (1, 1.0),
        upper @ b'A'..=b'Z' => (2, f32::from(LETTERS[usize::from(upper - b'A')]) + 20.0),
        lower @ b'a'..=b'z' => (3, f32::from(LETTERS[usize::from(lower - b'a')])),
        sign if COMMON.contains(&sign) => (4, 10.0),
        b'!'..=b'~' => (4, 2.0),
        _ => (4, 0.02),
    });
    let mut sums = [0.0; KINDS];
    weighed.iter().for_each(|(kind, weight)| sums[*kind] += weight);
    let mut shares = Box::new([[[0.0; 8]; 256]; 16]);
    for (eight, sets) in shares.iter_mut().enumerate() {
        for set in 1..256_usize {
            let bit = set.trailing_zeros() as usize;
            let (kind, weight) = weighed[eight * 8 + bit];
            sets[set] = sets[set & (set - 1)];
            sets[set][kind] += weight / sums[kind];
        }
    }
    shares
});

fn shares(set: ByteSet) -> Shares {
    let [first, second, ..] = set.words();
    let eights = first.to_le_bytes().into_iter().chain(second.to_le_bytes());
    let mut shares = [0.0; 8];
    for (of_eight, set) in SHARES.iter().zip(eights) {
        for (all, some) in shares.iter_mut().zip(&of_eight[usize::from(set)]) {
            *all += some;
        }
    }
    shares
}

/// What tables, logs and documents are made of beside words: such places stand one like the other, which no model of single bytes knows.
pub(crate) const SAMPLE: &str = r#"
2024-05-18T12:34:17.886Z,9003927d-0d09-4cfd-b4d0-0a4fce8d35b5,vibration,80.471,pct,good,"the call of a number"
{"ts":"2023-11-02T08:15:59.104Z","level":"INFO","trace":"b7ad6b7169203331c28f5a9cfe1d4ab2","status":200,"duration_ms":37,"bytes":48213}
{"severity":"info","time":1706882934.118,"attempt":2,"rows":71244,"elapsed":18.772,"host":"worker-31.eu-west-1","p50":12,"p99":431}
OPS-48213;2024-01-31;2024-03-01;1249,00;237,31;1486,31;EUR;open;INV-2023-41877;E20417;ALU-4821-K3;B7-14-22;4711-0815;18.02.2021;3/14/22
203.0.113.77 - - [02/Nov/2023:08:15:59 +0000] "GET /v2/orders/84213?page=3 HTTP/1.1" 200 5316 "-" "curl/8.5.0 (rv:127.0) 126.0.6478.127" 0.214
Nov 12 19:03:44 lyon-02 sshd[2204]: port 51022 pid=8841 took=12.84ms size=1048576 ratio=0.9731 mask=0xff00 v1.12.3 10:45 AM +12.5% (17) 1,024
00000010: 7f45 4c46 0201 0100 0000 3a9c d41e 88b0  .ELF 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
2026-01-09T23:58:01.412Z,5e1c7a90-31ff-4b02-9c6e-7d2a10f4be63,humidity,46.020;2022-07-30 16:42:09,118 [main] 07/30/2022 4:42 PM 16:42:09
{"@timestamp":"2025-12-24T18:36:44.051Z","event":{"id":"c49dfa10-6c0e-4f5b-8a3d-91b7e2d40c88"},"seq":7712043,"price":19.90,"qty":3}
the people who travel through our small village every summer often ask about weather, harvest and old stone bridges while their children play
Direction of travel remains unclear: management expects moderate growth across most regions, although supply problems persist and costs increase.
average monthly production capacity increased because new equipment arrived early; mother and daughter visited Castle Garden before breakfast today
responsible assessment procedures require independent reviewers, documented decisions, consistent terminology plus complete certificates of origin
she thought that nobody would notice, but several neighbours called later that evening and offered help with furniture, boxes, paint or transport
quick check: power supply disconnected; restart failed, timeout exceeded, retry scheduled, cache invalidated, request rejected, upstream unavailable
Applicable restrictions cover dispatch, delivery, insurance, packaging, inspection, quotation, invoice totals, outstanding balance and discounts
market research shows customers prefer simple products, friendly service, honest advertising, quiet shops, fresh bread, good coffee, local music
department of physics: theory, experiment, measurement, uncertainty, particle detector, magnetic field, vacuum chamber, laser cooling, final report
"message":"connection reset by peer" "reason":"insufficient stock" "component":"inventory-reservation" "category":"household" "mode":"background"
family history, national archive, public library, football ground, evening newspaper, president elected, million visitors, country house, railway
I have never seen such an enormous animal; perhaps it was dreaming, eating grass, waiting, listening, walking slowly towards us across the field
On Monday, 14 March 2024, some 35 percent (of 1200) were there at 09:30; see section 4.2, page 118, and https://example.org/a/b-12?id=99171 too.
"#;

/// Estimated share of the places of mixed text that are like one of the sample's, where a word begins.
const LIKE_SAMPLE: f32 = 0.12;

/// Room for a bit for each word of the sample.
type Places = [u64; 12];

/// For each offset the bytes that occur there in the sample, each with the words of which it is said.
struct Sample {
    words: usize,
    occurring: [Vec<(u8, Places)>; OFFSETS],
}

static WORDS: LazyLock<Sample> = LazyLock::new(|| {
    let begins = |window: &&[u8; OFFSETS]| !window[0].is_ascii_alphanumeric() && window[1].is_ascii_alphanumeric();
    let windows: Vec<&[u8; OFFSETS]> = SAMPLE.as_bytes().array_windows().filter(begins).take(64 * size_of::<Places>() / 8).collect();
    let occurring = std::array::from_fn(|offset| {
        let mut occurring: Vec<(u8, Places)> = Vec::new();
        for (index, window) in windows.iter().enumerate() {
            let known = occurring.iter().position(|(byte, _)| *byte == window[offset]).unwrap_or(occurring.len());
            if known == occurring.len() {
                occurring.push((window[offset], [0; 12]));
            }
            occurring[known].1[index / 64] |= 1 << (index % 64);
        }
        occurring
    });
    Sample { words: windows.len(), occurring }
});

/// At which share of the places of mixed text a sequence applies, by estimate.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Odds {
    sequence: Sequence,
    /// At each offset, the words of the sample that it allows.
    allowed: [Places; OFFSETS],
}

impl Odds {
    pub(crate) fn of(sequence: Sequence) -> Self {
        let mut allowed = [[u64::MAX; 12]; OFFSETS];
        for ((allowed, position), occurring) in allowed.iter_mut().zip(sequence.positions()).zip(&WORDS.occurring) {
            if position.bytes != ByteSet::FULL {
                *allowed = [0; 12];
                for (_, words) in occurring.iter().filter(|(byte, _)| position.bytes.contains(*byte)) {
                    allowed.iter_mut().zip(words).for_each(|(allowed, words)| *allowed |= words);
                }
            }
        }
        Self { sequence, allowed }
    }

    /// Returns that of a sequence that applies wherever one of the two does.
    pub(crate) fn union(&self, other: &Self) -> Self {
        let union = |offset: usize| std::array::from_fn(|word| self.allowed[offset][word] | other.allowed[offset][word]);
        Self { sequence: self.sequence.union(other.sequence), allowed: std::array::from_fn(union) }
    }

    pub(crate) fn sequence(&self) -> &Sequence {
        &self.sequence
    }

    /// Returns the estimate.
    pub(crate) fn frequency(&self) -> f32 {
        let mut words = [u64::MAX; 12];
        for allowed in &self.allowed {
            words.iter_mut().zip(allowed).for_each(|(words, allowed)| *words &= allowed);
        }
        let (full, rest) = (WORDS.words / 64, WORDS.words % 64);
        let count = words[..full].iter().map(|words| words.count_ones()).sum::<u32>()
            + words.get(full).map_or(0, |words| (words & ((1 << rest) - 1)).count_ones());
        self.of_single_bytes() + count as f32 / WORDS.words as f32 * LIKE_SAMPLE
    }

    fn of_single_bytes(&self) -> f32 {
        let mut odds = OCCURS;
        for (offset, position) in self.sequence.positions().enumerate() {
            if offset > 0 {
                let mut next = [0.0; 8];
                for (odds, follows) in odds.iter().zip(&FOLLOWS) {
                    next.iter_mut().zip(follows).for_each(|(next, share)| *next += odds * share);
                }
                odds = next;
            }
            if position.bytes != ByteSet::FULL {
                odds.iter_mut().zip(shares(position.bytes)).for_each(|(odds, share)| *odds *= share);
            }
        }
        odds.iter().sum()
    }
}

/// Estimates at which share of the places of mixed text a sequence applies.
pub(crate) fn frequency(sequence: &Sequence) -> f32 {
    Odds::of(*sequence).frequency()
}
