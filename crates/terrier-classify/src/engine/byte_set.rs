/// A set of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct ByteSet([u64; 4]);

impl ByteSet {
    pub(crate) const EMPTY: Self = Self([0; 4]);
    pub(crate) const FULL: Self = Self([u64::MAX; 4]);

    /// The letters and digits.
    pub(crate) const ALNUM: Self = Self::EMPTY.with_range(b'0', b'9').with_range(b'A', b'Z').with_range(b'a', b'z');
    /// The letters, digits and `_`: what `\b` takes for a word.
    pub(crate) const WORD: Self = Self::ALNUM.with_range(b'_', b'_');

    const fn with_range(mut self, first: u8, last: u8) -> Self {
        let mut index = first >> 6;
        while index <= last >> 6 {
            let from = if index == first >> 6 { first & 63 } else { 0 };
            let to = if index == last >> 6 { last & 63 } else { 63 };
            self.0[index as usize] |= u64::MAX >> (63 - (to - from)) << from;
            index += 1;
        }
        self
    }

    pub(crate) fn insert(&mut self, byte: u8) {
        self.0[(byte >> 6) as usize] |= 1 << (byte & 63);
    }

    pub(crate) fn insert_range(&mut self, first: u8, last: u8) {
        *self = self.union(Self::EMPTY.with_range(first, last));
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

    /// Returns the set as a bit a byte.
    pub(crate) fn words(self) -> [u64; 4] {
        self.0
    }

    pub(crate) fn is_empty(self) -> bool {
        self == Self::EMPTY
    }

    pub(crate) fn len(self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }
}

impl FromIterator<u8> for ByteSet {
    fn from_iter<I: IntoIterator<Item = u8>>(bytes: I) -> Self {
        let mut set = Self::EMPTY;
        bytes.into_iter().for_each(|byte| set.insert(byte));
        set
    }
}
