use crate::Sensitivity;

/// The sensitivity of an asset and the regulations that cover it, with the reasons.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Label {
    /// The level.
    pub sensitivity: Sensitivity,
    /// Ids of the regulations that follow from the findings, sorted.
    pub regulations: Vec<String>,
    /// Why, one sentence each, without values.
    pub reasons: Vec<String>,
}
