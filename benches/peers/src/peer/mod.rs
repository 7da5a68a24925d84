//! Those that are measured, each with what it is given and what it reports.

pub(crate) mod dd_sds;
pub(crate) mod hyperscan;
pub(crate) mod lazy_dfa;
pub(crate) mod regex_set;
pub(crate) mod ripgrep;
pub(crate) mod scanners;
pub(crate) mod terrier;
