use serde::{Deserialize, Serialize};

use super::FleetError;

const BUILT_IN: &str = include_str!("../../data/fleet.yaml");

/// A number that the model takes for granted, and why.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Figure {
    /// The number.
    pub value: f64,
    /// Whether someone answers for it.
    pub basis: Basis,
    /// Where it stands, or what it guesses.
    pub source: String,
}

/// Where a number comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// It stands on a page, or is a constant of this program.
    Published,
    /// It is a guess.
    Assumed,
}

impl Basis {
    /// Returns the word for people.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Assumed => "assumed",
        }
    }
}

/// A kind of node.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct NodeType {
    /// Its name.
    pub name: String,
    /// Processors.
    pub vcpus: u64,
    /// Bandwidth that it has at all times.
    pub gbit_per_second: f64,
    /// Price on demand.
    pub usd_per_hour: f64,
    /// What it costs on the spot market, as a share of the price on demand.
    pub spot_share: f64,
    /// Where the figures come from.
    pub source: String,
}

macro_rules! figures {
    ($($name:ident),+ $(,)?) => {
        /// All that the model takes for granted. What each number means stands beside it in the file.
        #[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
        #[serde(deny_unknown_fields)]
        pub struct Figures {
            $(#[allow(missing_docs, reason = "the file says it")] pub $name: Figure,)+
        }

        impl Figures {
            /// Returns the figures with their names.
            pub fn named(&self) -> Vec<(&'static str, &Figure)> {
                vec![$((stringify!($name), &self.$name)),+]
            }
        }
    };
}

figures! {
    get_usd_per_1000, list_usd_per_1000, inventory_usd_per_million, keys_per_list, gets_per_second_per_prefix, first_byte_seconds,
    connection_mb_per_second, kms_usd_per_10000, kms_per_second, kms_share, backoff_seconds, fetches_per_node, listing_streams,
    slow_unit_share, slow_unit_factor, node_spread, interruptions_per_node_hour, replacement_seconds, start_seconds, shard_bytes, shard_assets,
    lambda_concurrency, lambda_usd_per_gb_second, lambda_usd_per_million, lambda_gb_per_vcpu, lambda_mb_per_second, lambda_seconds,
    lambda_start_seconds, sample_confidence, sample_max_prevalence,
}

/// Prices, limits and assumptions: a file.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Prices {
    /// The day on which it was written.
    pub as_of: String,
    /// Where the prices hold.
    pub region: String,
    /// The figures.
    pub figures: Figures,
    /// The kinds of nodes.
    pub nodes: Vec<NodeType>,
}

impl Prices {
    /// Returns those that are built in.
    pub fn built_in() -> Self {
        Self::parse(BUILT_IN).expect("a test reads the file that is built in")
    }

    /// Reads a file.
    pub fn parse(yaml: &str) -> Result<Self, FleetError> {
        let prices: Self = serde_saphyr::from_str(yaml).map_err(|error| FleetError::Prices(error.to_string()))?;
        let negative = prices.figures.named().into_iter().find(|(_, figure)| !figure.value.is_finite() || figure.value < 0.0);
        if let Some((name, _)) = negative {
            return Err(FleetError::Prices(format!("{name} is no number from 0 on")));
        }
        for divisor in [
            "keys_per_list",
            "gets_per_second_per_prefix",
            "connection_mb_per_second",
            "kms_per_second",
            "backoff_seconds",
            "fetches_per_node",
            "listing_streams",
            "lambda_concurrency",
            "lambda_mb_per_second",
            "lambda_seconds",
        ] {
            if prices.figures.named().iter().any(|(name, figure)| *name == divisor && figure.value == 0.0) {
                return Err(FleetError::Prices(format!("{divisor} must be above 0")));
            }
        }
        if prices.nodes.is_empty() || prices.nodes.iter().any(|node| node.vcpus == 0 || node.gbit_per_second <= 0.0) {
            return Err(FleetError::Prices("there must be a kind of node, and each has processors and bandwidth".to_owned()));
        }
        Ok(prices)
    }

    /// Returns a kind of node; the first where none is named.
    pub fn node(&self, name: Option<&str>) -> Result<&NodeType, FleetError> {
        let known = || self.nodes.iter().map(|node| node.name.as_str()).collect::<Vec<_>>().join(", ");
        let found = self.nodes.iter().find(|node| name.is_none_or(|name| name == node.name));
        found.ok_or_else(|| FleetError::NoNode(known()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_that_is_built_in_reads_and_says_where_all_comes_from() {
        let prices = Prices::built_in();
        assert!(prices.figures.named().iter().all(|(_, figure)| figure.source.len() > 10));
        assert!(
            prices
                .figures
                .named()
                .iter()
                .filter(|(_, figure)| figure.basis == Basis::Published)
                .all(|(_, figure)| { figure.source.contains("https://") || figure.source.starts_with("this program") })
        );
        assert!(prices.node(None).is_ok() && prices.node(Some("x")).is_err());
    }

    #[test]
    fn what_is_missing_or_makes_no_sense_is_refused() {
        let check = |from: &str, to: &str| {
            assert!(BUILT_IN.contains(from));
            Prices::parse(&BUILT_IN.replace(from, to)).unwrap_err().to_string()
        };
        assert!(check("  kms_share:", "  kms_chair:").contains("kms_chair"));
        assert!(check("{value: 5500,", "{value: 0,").contains("gets_per_second_per_prefix"));
        assert!(check("{value: 5500,", "{value: -1,").contains("gets_per_second_per_prefix"));
    }
}
