/// A set of rules.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct RuleSet(Vec<u64>);

impl RuleSet {
    pub(crate) fn insert(&mut self, rule: u32) {
        let word = rule as usize / 64;
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        self.0[word] |= 1 << (rule % 64);
    }

    pub(crate) fn contains(&self, rule: u32) -> bool {
        self.0.get(rule as usize / 64).is_some_and(|word| word & (1 << (rule % 64)) != 0)
    }

    /// Returns an empty set with room for so many rules.
    pub(crate) fn with_room(rules: usize) -> Self {
        Self(vec![0; rules.div_ceil(64)])
    }

    /// Tells whether there is no rule in it.
    #[cfg(feature = "hyperscan")]
    pub(crate) fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    /// Makes room for so many rules.
    pub(crate) fn widen_to(&mut self, rules: usize) {
        self.0.resize(self.0.len().max(rules.div_ceil(64)), 0);
    }

    /// Adds the rules of another set.
    #[inline]
    pub(crate) fn add(&mut self, other: &Self) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        for (all, some) in self.0.iter_mut().zip(&other.0) {
            *all |= some;
        }
    }

    /// Takes all rules out; the room stays.
    #[inline]
    pub(crate) fn clear(&mut self) {
        for word in &mut self.0 {
            *word = 0;
        }
    }
}
