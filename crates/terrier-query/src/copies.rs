//! The named question about copies.

use terrier_model::{AssetId, StoreId};

use crate::answers::{CopyGroup, NearCopy};
use crate::fetch::each;
use crate::{FindingsDb, QueryError};

/// Places told per group.
const PLACES: usize = 20;

/// Marks in common from which two contents are near copies: half of a whole sketch.
const COMMON: usize = 8;

/// A mark that so many assets have is a heading or a licence and tells nothing.
const COMMONPLACE: usize = 200;

impl FindingsDb {
    /// Returns the `n` contents that lie in several places and take the most room, across stores.
    pub async fn copies(&self, n: usize) -> Result<Vec<CopyGroup>, QueryError> {
        let statement = format!(
            "SELECT copies, size, stores, places FROM (
                SELECT count(*) AS copies, max(size) AS size, count(DISTINCT store_id) AS stores,
                    array_to_string(array_slice(array_agg(concat(store_id, '/', path) ORDER BY store_id, path), 1, {PLACES}), chr(10)) AS places
                FROM assets WHERE content_hash IS NOT NULL AND size > 0 AND NOT deleted GROUP BY content_hash)
            WHERE copies > 1 ORDER BY (copies - 1) * size DESC, places LIMIT {n}"
        );
        each(&self.sql(&statement).await?, |row| {
            Ok(CopyGroup {
                copies: row.count("copies"),
                size: row.count("size"),
                stores: row.count("stores"),
                places: row.text("places")?.split('\n').map(str::to_owned).collect(),
            })
        })
    }

    /// Returns the `n` pairs of assets that are most alike without being equal.
    pub async fn near_copies(&self, n: usize) -> Result<Vec<NearCopy>, QueryError> {
        let statement = format!(
            "WITH marks AS (SELECT asset_id, store_id, path, content_hash, unnest(similarity) AS mark FROM assets WHERE NOT deleted),
            telling AS (SELECT mark FROM marks GROUP BY mark HAVING count(*) BETWEEN 2 AND {COMMONPLACE}),
            alike AS (
                SELECT a.asset_id AS one, b.asset_id AS other, count(*) AS common
                FROM marks a JOIN telling t ON a.mark = t.mark JOIN marks b ON a.mark = b.mark
                WHERE a.asset_id < b.asset_id AND a.content_hash IS DISTINCT FROM b.content_hash
                GROUP BY 1, 2 HAVING count(*) >= {COMMON} ORDER BY common DESC, one, other LIMIT {n})
            SELECT common, one, o.store_id AS one_store, o.path AS one_path, other, p.store_id AS other_store, p.path AS other_path
            FROM alike JOIN assets o ON one = o.asset_id JOIN assets p ON other = p.asset_id ORDER BY common DESC, one_path, other_path"
        );
        each(&self.sql(&statement).await?, |row| {
            let asset = |id: &str, store: &str, path: &str| {
                Ok::<_, QueryError>((AssetId::new(row.text(id)?), StoreId::new(row.text(store)?), row.text(path)?.to_owned()))
            };
            Ok(NearCopy {
                one: asset("one", "one_store", "one_path")?,
                other: asset("other", "other_store", "other_path")?,
                common: row.count("common"),
            })
        })
    }
}
