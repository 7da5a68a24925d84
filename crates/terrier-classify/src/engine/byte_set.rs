/// A set of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct ByteSet([u64; 4]);

impl ByteSet {
    pub(crate) const EMPTY: Self = Self([0; 4]);
    pub(crate) const FULL: Self = Self([u64::MAX; 4]);

    /// Returns the letters, digits and `_`: what `\b` takes for a word.
    pub(crate) fn word() -> Self {
        let mut set = Self::EMPTY;
        for byte in (0..=u8::MAX).filter(|byte| is_word(*byte)) {
            set.insert(byte);
        }
        set
    }

    /// Returns the letters and digits.
    pub(crate) fn alnum() -> Self {
        let mut set = Self::EMPTY;
        for byte in (0..=u8::MAX).filter(u8::is_ascii_alphanumeric) {
            set.insert(byte);
        }
        set
    }

    /// Returns the digits.
    pub(crate) fn digits() -> Self {
        let mut set = Self::EMPTY;
        set.insert_range(b'0', b'9');
        set
    }

    pub(crate) fn insert(&mut self, byte: u8) {
        self.0[usize::from(byte >> 6)] |= 1 << (byte & 63);
    }

    pub(crate) fn insert_range(&mut self, first: u8, last: u8) {
        for byte in first..=last {
            self.insert(byte);
        }
    }

    /// Returns the bytes in order.
    pub(crate) fn bytes(self) -> impl Iterator<Item = u8> {
        (0..4_u8).zip(self.0).flat_map(|(index, word)| {
            let mut rest = word;
            std::iter::from_fn(move || {
                let bit = (rest != 0).then(|| rest.trailing_zeros())?;
                rest &= rest - 1;
                Some(index << 6 | bit as u8)
            })
        })
    }

    pub(crate) fn contains(&self, byte: u8) -> bool {
        self.0[usize::from(byte >> 6)] & (1 << (byte & 63)) != 0
    }

    pub(crate) fn union(self, other: Self) -> Self {
        Self(std::array::from_fn(|word| self.0[word] | other.0[word]))
    }

    pub(crate) fn intersection(self, other: Self) -> Self {
        Self(std::array::from_fn(|word| self.0[word] & other.0[word]))
    }

    pub(crate) fn complement(self) -> Self {
        Self(self.0.map(|word| !word))
    }

    pub(crate) fn is_empty(self) -> bool {
        self == Self::EMPTY
    }

    pub(crate) fn len(self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }

    /// Returns, for each [kind](KINDS) of byte, what share of its occurrences is in the set.
    pub(crate) fn shares(self) -> [f64; KINDS] {
        let bits = |masks: [u64; 4]| -> f64 { self.0.iter().zip(masks).map(|(word, mask)| f64::from((word & mask).count_ones())).sum() };
        std::array::from_fn(|kind| bits(MASKS[kind]) / MASKS[kind].iter().map(|mask| f64::from(mask.count_ones())).sum::<f64>())
    }
}

/// Kinds of bytes by which text is modelled: digits, space and line end, upper case, lower case, the rest.
pub(crate) const KINDS: usize = 5;

const MASKS: [[u64; 4]; KINDS] = {
    let digits = 0x03ff_0000_0000_0000;
    let spaces = 1 << 32 | 1 << 10;
    let upper = 0x0000_0000_07ff_fffe;
    let lower = 0x07ff_fffe_0000_0000;
    [[digits, 0, 0, 0], [spaces, 0, 0, 0], [0, upper, 0, 0], [0, lower, 0, 0], [!(digits | spaces), !(upper | lower), u64::MAX, u64::MAX]]
};

/// How often each kind occurs in mixed text (tables, logs, prose).
pub(crate) const OCCURS: [f64; KINDS] = [0.16, 0.12, 0.06, 0.50, 0.16];

/// How often each kind follows each: digits follow digits, and letters letters.
pub(crate) const FOLLOWS: [[f64; KINDS]; KINDS] = [
    [0.65, 0.05, 0.02, 0.06, 0.22],
    [0.12, 0.16, 0.12, 0.50, 0.10],
    [0.06, 0.02, 0.50, 0.35, 0.07],
    [0.02, 0.12, 0.01, 0.78, 0.07],
    [0.28, 0.14, 0.08, 0.30, 0.20],
];

/// Tells whether the byte is one of those that `\b` takes for a word.
pub(crate) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}
