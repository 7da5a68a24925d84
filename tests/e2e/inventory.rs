//! An S3 Inventory stands in for a listing, and one with a hole in it is refused.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use md5::{Digest, Md5};
use terrier_faults::S3Server;

use crate::harness::{Bench, Ended};

const CARD: &str = "customer paid with credit card 4539 5787 6362 1486 today\n";
const DATA: &str = "estate/daily/data/1.csv.gz";
const MANIFEST: &str = "estate/daily/2026-01-02T01-00Z/manifest.json";

fn md5(content: &[u8]) -> String {
    hex::encode(Md5::digest(content))
}

fn encoded(key: &str) -> String {
    key.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() || byte == b'/' { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// Makes the inventory of some keys, of which all hold the same: its files by key.
fn inventory(keys: &[&str]) -> [(String, Vec<u8>); 3] {
    let row = |key: &&str| {
        let (size, etag) = (CARD.len(), md5(CARD.as_bytes()));
        format!("\"estate\",\"{}\",\"{size}\",\"2026-01-01T00:00:00.000Z\",\"{etag}\",\"STANDARD\"\n", encoded(key))
    };
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(keys.iter().map(row).collect::<String>().as_bytes()).unwrap();
    let data = gzip.finish().unwrap();
    let manifest = format!(
        r#"{{"sourceBucket": "estate", "destinationBucket": "arn:aws:s3:::lists", "version": "2016-11-30", "creationTimestamp": "1767315600000",
            "fileFormat": "CSV", "fileSchema": "Bucket, Key, Size, LastModifiedDate, ETag, StorageClass",
            "files": [{{"key": "{DATA}", "size": {}, "MD5checksum": "{}"}}]}}"#,
        data.len(),
        md5(&data)
    );
    [
        (DATA.to_owned(), data),
        (MANIFEST.replace(".json", ".checksum"), md5(manifest.as_bytes()).into_bytes()),
        (MANIFEST.to_owned(), manifest.into_bytes()),
    ]
}

fn write_inventory(server: &S3Server, keys: &[&str]) {
    inventory(keys).into_iter().for_each(|(key, content)| server.put("lists", &key, content));
}

fn scan(bench: &Bench, server: &S3Server, target: &str) -> Ended {
    scan_with(bench, server, target, &format!("s3://lists/{MANIFEST}"))
}

fn scan_with(bench: &Bench, server: &S3Server, target: &str, inventory: &str) -> Ended {
    bench.run(["scan", target, "--inventory", inventory, "--endpoint-url", server.endpoint(), "--out", "findings", "--key-file", "key"])
}

#[test]
fn what_the_inventory_lists_is_scanned() {
    let bench = Bench::new();
    let server = S3Server::moto();
    for bucket in ["estate", "lists"] {
        server.create_bucket(bucket);
    }
    for key in ["a b+c.txt", "deep/er/x.txt", "unlisted.txt"] {
        server.put("estate", key, CARD);
    }
    write_inventory(&server, &["a b+c.txt", "deep/er/x.txt", "gone.txt"]);
    let ended = scan(&bench, &server, "s3://estate");
    assert_eq!(ended.code, 3, "what is gone since makes the run incomplete: {}", ended.stderr);
    bench.expect_coverage(&[("a b+c.txt", "full"), ("deep/er/x.txt", "full"), ("gone.txt", "not_found")]);
    scan(&bench, &server, "s3://estate/deep/").expect(0);
    let deep = bench.pairs("SELECT path FROM assets_all GROUP BY path, run_id HAVING max(run_id) = (SELECT max(run_id) FROM runs_all)");
    assert_eq!(deep, [("deep/er/x.txt".to_owned(), String::new())], "a prefix holds for the inventory too");
}

#[test]
fn a_copy_of_an_inventory_in_a_folder_does_too() {
    let bench = Bench::new();
    let server = S3Server::moto();
    server.create_bucket("estate");
    server.put("estate", "a.txt", CARD);
    let copy = bench.path("copy");
    for (key, content) in inventory(&["a.txt"]) {
        let file = copy.join(key);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, content).unwrap();
    }
    scan_with(&bench, &server, "s3://estate", &format!("copy/{MANIFEST}")).expect(0);
    bench.expect_coverage(&[("a.txt", "full")]);
    std::fs::remove_file(copy.join(DATA)).unwrap();
    let refused = scan_with(&bench, &server, "s3://estate", &format!("copy/{MANIFEST}")).expect(2);
    assert!(refused.stderr.contains("copy the inventory's data with it"), "{}", refused.stderr);
}

#[test]
fn an_inventory_that_cannot_be_trusted_is_refused() {
    let bench = Bench::new();
    let server = S3Server::moto();
    for bucket in ["estate", "lists", "other"] {
        server.create_bucket(bucket);
    }
    server.put("estate", "a.txt", CARD);
    assert!(scan(&bench, &server, "s3://estate").expect(2).stderr.contains("is not there"));
    write_inventory(&server, &["a.txt"]);
    assert!(scan(&bench, &server, "s3://other").expect(2).stderr.contains("which is no target"));
    let mut data = server.get("lists", DATA);
    let middle = data.len() / 2;
    data[middle] ^= 1;
    server.put("lists", DATA, data);
    assert!(scan(&bench, &server, "s3://estate").expect(2).stderr.contains("does not fit its MD5"));
}
