use std::fmt;
use std::sync::Arc;

/// Names a class of sensitive data: `payment_card`, `us_ssn`. Defined by the rule packs, with its sensitivity and regulations.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DataClass(Arc<str>);

impl DataClass {
    /// Takes the id of a class: lower-case letters, digits and `_`.
    pub fn new(id: impl Into<Arc<str>>) -> Self {
        Self(id.into())
    }

    /// Returns the id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DataClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for DataClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How sure a finding is. Only [`Tier::High`] counts towards labels by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Tier {
    /// The form matches and little else speaks for it.
    Low,
    /// Likely: form and some support.
    Medium,
    /// Form, validation and context agree.
    High,
}

impl Tier {
    /// All tiers, surest first.
    pub const ALL: [Self; 3] = [Self::High, Self::Medium, Self::Low];

    /// Returns the name used in the tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }

    /// Reads the name used in the tables.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tier| tier.as_str() == name)
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// How bad it would be for the wrong person to read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Sensitivity {
    /// Nothing sensitive was found.
    #[default]
    Public,
    /// For the organisation's own people.
    Internal,
    /// Personal or business data whose loss must be handled.
    Confidential,
    /// Data whose loss harms people or opens doors: payment cards, national ids, credentials.
    Restricted,
}

impl Sensitivity {
    /// All levels, most sensitive first.
    pub const ALL: [Self; 4] = [Self::Restricted, Self::Confidential, Self::Internal, Self::Public];

    /// Returns the name used in the tables and the rule packs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Internal => "internal",
            Self::Confidential => "confidential",
            Self::Restricted => "restricted",
        }
    }

    /// Reads the name used in the tables and the rule packs.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str() == name)
    }
}

impl fmt::Display for Sensitivity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
