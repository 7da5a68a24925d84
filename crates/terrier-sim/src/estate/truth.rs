use serde::Serialize;

use super::Ledger;

/// What is in an estate.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Truth {
    /// One row per asset and class; a row without a class for an asset in which there is nothing to find.
    pub rows: Vec<TruthRow>,
    /// Files that were written.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// How often a class occurs in an asset.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct TruthRow {
    /// Path of the file, or of a member: `backups/a.zip!/people.csv`.
    pub asset: String,
    /// Id of the class; none where the asset is clean or cannot be read.
    pub class: Option<&'static str>,
    /// How many values.
    pub count: u64,
    /// Why nobody can read the asset, as the results name it.
    pub unreadable: Option<&'static str>,
}

impl Truth {
    pub(super) fn add(&mut self, ledger: Ledger, bytes: u64) {
        self.files += 1;
        self.bytes += bytes;
        let Ledger { asset, planted, unreadable, .. } = ledger;
        if planted.is_empty() {
            self.rows.push(TruthRow { asset, class: None, count: 0, unreadable: unreadable.map(|reason| reason.as_str()) });
            return;
        }
        for ((member, class), count) in planted {
            let asset = match member {
                Some(member) => format!("{asset}!/{member}"),
                None => asset.clone(),
            };
            self.rows.push(TruthRow { asset, class: Some(class), count, unreadable: None });
        }
    }

    pub(super) fn sort(&mut self) {
        self.rows.sort();
    }

    /// Returns the rows as JSON, one per line.
    pub fn ndjson(&self) -> String {
        let lines = self.rows.iter().map(|row| serde_json::to_string(row).expect("a row of names and numbers is always JSON") + "\n");
        lines.collect()
    }
}
