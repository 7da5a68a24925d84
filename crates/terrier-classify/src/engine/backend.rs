/// What finds the places where rules may match. What is found is the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// Masks of bits, look-ups by first bytes and shapes: needs no library.
    Rust,
    /// The system's Hyperscan or Vectorscan.
    #[cfg(feature = "hyperscan")]
    Hyperscan,
}

impl Backend {
    /// Those that are built in; the first, which is the faster, is used unless another one is asked for.
    pub const BUILT_IN: &[Self] = &[
        Self::Rust,
        #[cfg(feature = "hyperscan")]
        Self::Hyperscan,
    ];

    /// Returns its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            #[cfg(feature = "hyperscan")]
            Self::Hyperscan => "hyperscan",
        }
    }

    /// Returns its name with the version of the library, and says so where that cannot run on this processor.
    pub fn describe(self) -> String {
        match self {
            Self::Rust => "rust".to_owned(),
            #[cfg(feature = "hyperscan")]
            Self::Hyperscan => match super::hyperscan::version() {
                Some(version) => format!("hyperscan {version}"),
                None => "hyperscan, which this processor cannot run: rust takes its place".to_owned(),
            },
        }
    }
}

impl Default for Backend {
    fn default() -> Self {
        Self::BUILT_IN[0]
    }
}
