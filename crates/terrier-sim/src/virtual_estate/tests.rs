use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures::{StreamExt, TryStreamExt};
use terrier_classify::Classifier;
use terrier_content::{Segment, Sensitive};
use terrier_extract::{Extractor, Flow, Limits, Member, Outcome, Sink};
use terrier_model::{AssetKey, AssetRef, Version};
use terrier_rules::RulePack;
use terrier_stores::{
    AccessKey, ConnectOptions, Cursor, Entry, ErrorKind, ListShard, Meter, Page, ReadPlan, Scope, Store, StoreError, Target, Verdict,
    connect,
};

use super::server::{BUCKET, Server};
use super::*;

/// A company's estate, whose tables take a while to draw.
fn company(objects: u64) -> Estate {
    Estate::new(7, objects, Profile::built_in(None).unwrap())
}

fn estate(objects: u64) -> Estate {
    Estate::new(7, objects, Profile::built_in(Some("plain")).unwrap())
}

fn store(objects: u64) -> SimStore {
    SimStore::of("sim://7/test", Arc::new(estate(objects)))
}

async fn pages(store: &dyn Store, shard: &ListShard, from: Option<Cursor>) -> Vec<Page> {
    store.list(shard, from).try_collect().await.unwrap()
}

async fn entries(store: &dyn Store, prefix: &str) -> Vec<Entry> {
    pages(store, &ListShard::whole(&Scope::prefix(prefix)), None).await.into_iter().flat_map(|page| page.entries).collect()
}

async fn read(store: &dyn Store, asset: &AssetRef, plan: &ReadPlan) -> Result<Vec<u8>, StoreError> {
    let mut body = store.open(asset, plan).await?;
    let mut content = Vec::new();
    while let Some(chunk) = body.bytes.next().await {
        content.extend_from_slice(&chunk?);
    }
    assert_eq!(content.len() as u64, body.len);
    Ok(content)
}

fn keys(pages: &[Page]) -> Vec<Vec<u8>> {
    pages.iter().flat_map(|page| &page.entries).map(|entry| entry.asset.key.expose().to_vec()).collect()
}

#[test]
fn keys_ascend_and_lead_back_to_their_objects() {
    for profile in [None, Some("lake"), Some("plain")] {
        for objects in [1, 10, 3_000] {
            let estate = Estate::new(3, objects, Profile::built_in(profile).unwrap());
            let keys: Vec<String> = (0..objects).map(|index| estate.key(index)).collect();
            assert!(keys.windows(2).all(|pair| pair[0].as_bytes() < pair[1].as_bytes()), "{profile:?} {objects}");
            assert!((0..objects).all(|index| estate.find(keys[index as usize].as_bytes()) == Some(index)));
        }
    }
    assert_eq!(estate(1000).find(b"exports/nothing"), None);
}

#[test]
fn a_billion_objects_are_as_near_as_ten() {
    let estate = company(1_000_000_000);
    assert_eq!(estate.len(), 1_000_000_000);
    let step = 999_999_937 / 500;
    let places: Vec<u64> = (0..500).map(|place| place * step).collect();
    for index in &places {
        let (before, after) = (estate.key(*index), estate.key(index + 1));
        assert!(before.as_bytes() < after.as_bytes() && estate.find(before.as_bytes()) == Some(*index), "object {index}");
    }
    // A dataset is much smaller than the bucket, but the hot one.
    let hot = estate.dataset_of(estate.find(estate.key(estate.below(b"ingest/").start).as_bytes()).unwrap());
    assert!(hot.count > 100_000_000 && estate.dataset_count() > 20_000, "{} {}", hot.count, estate.dataset_count());
}

/// What this says is used by figures that were published: another stream of bytes is another estate.
#[test]
fn a_seed_gives_the_same_estate_everywhere() {
    let estate = estate(2_000);
    let mut digest = 0xcbf2_9ce4_8422_2325_u64;
    let mut add = |bytes: &[u8]| bytes.iter().for_each(|byte| digest = (digest ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3));
    for object in estate.objects(0..2_000).step_by(37) {
        add(object.key().as_bytes());
        add(&object.size().to_le_bytes());
        add(object.version().as_bytes());
        object.read(0..4096).iter().for_each(|piece| add(piece));
    }
    expect_test::expect!["514acd805afb0fff"].assert_eq(&format!("{digest:016x}"));
}

#[test]
fn datasets_hold_all_objects_and_differ_in_what_is_in_them() {
    let estate = estate(20_000);
    let mut next = 0;
    let mut prevalences = BTreeSet::new();
    for dataset in estate.datasets() {
        assert_eq!(dataset.first, next);
        next += dataset.count;
        prevalences.insert((dataset.prevalence * 1e6) as u64);
    }
    assert_eq!(next, 20_000);
    assert!(prevalences.len() >= 6 && prevalences.contains(&0) && prevalences.contains(&1_000_000), "{prevalences:?}");
    let table = estate.datasets().find(|dataset| dataset.prevalence == 0.3).map(|dataset| estate.truth_of(&dataset, true)).unwrap();
    let counted = table.counted.unwrap();
    let share = counted.sensitive as f64 / table.objects as f64;
    assert!((0.1..0.5).contains(&share) && table.classes.iter().all(|class| counted.objects_with[class] == counted.sensitive), "{share}");
}

#[tokio::test]
async fn a_listing_resumes_from_every_cursor() {
    let store = store(250).with_pages_of(7);
    let whole = ListShard::whole(&Scope::whole());
    let listed = pages(&store, &whole, None).await;
    let all = keys(&listed);
    assert_eq!(all.len(), 250);
    for (index, page) in listed.iter().enumerate() {
        let rest = match page.next.clone() {
            Some(cursor) => pages(&store, &whole, Some(cursor)).await,
            None => Vec::new(),
        };
        assert_eq!([keys(&listed[..=index]), keys(&rest)].concat(), all);
    }
    assert_eq!(listed.iter().filter(|page| page.next.is_none()).count(), 1, "only the last page has no cursor");
    let between = Cursor::new([&all[99][..], b"\0"].concat());
    assert_eq!(keys(&pages(&store, &whole, Some(between)).await), all[100..], "after a key that is none");
}

#[tokio::test]
async fn shards_partition_every_scope() {
    let store = store(20_000);
    let all: Vec<Vec<u8>> = keys(&pages(&store, &ListShard::whole(&Scope::whole()), None).await);
    for prefix in ["", "e", "exports/", "logs/", "ingest/events/", "nowhere"] {
        let shards = store.shards(&Scope::prefix(prefix)).await.unwrap();
        let mut together = Vec::new();
        for shard in &shards {
            together.extend(keys(&pages(&store, shard, None).await));
        }
        let expect: Vec<_> = all.iter().filter(|key| key.starts_with(prefix.as_bytes())).cloned().collect();
        assert_eq!(together, expect, "shards below {prefix:?}");
        assert!(!prefix.is_empty() || shards.len() > 10, "a large scope is cut");
    }
}

#[tokio::test]
async fn a_sample_is_listed_and_read_as_the_whole() {
    let chosen = [3, 17, 180, 181, 399];
    let (all, only) = (store(400), store(400).only(chosen.to_vec()).with_pages_of(2));
    let whole = entries(&all, "").await;
    let expect: Vec<_> = chosen.iter().map(|index| whole[*index as usize].clone()).collect();
    assert_eq!(entries(&only, "").await, expect);
    let rest = pages(&only, &ListShard::whole(&Scope::whole()), Some(Cursor::after(&expect[1].asset.key))).await;
    assert_eq!(keys(&rest).len(), 3);
    read(&only, &expect[0].asset, &ReadPlan::range(0..10)).await.unwrap();
    assert_eq!(read(&only, &whole[4].asset, &ReadPlan::whole()).await.unwrap_err().kind(), &ErrorKind::NotFound);
}

#[tokio::test]
async fn bodies_are_what_was_listed() {
    let store = store(400);
    for entry in entries(&store, "").await {
        let size = entry.asset.size;
        let ranges = [0..10, size / 2..size / 2 + 1000, size.saturating_sub(10)..size + 10, size..size + 1];
        // A few are large: those are read here and there only.
        if size > 2 << 20 {
            for range in ranges {
                read(&store, &entry.asset, &ReadPlan::range(range)).await.unwrap();
            }
            continue;
        }
        let whole = read(&store, &entry.asset, &ReadPlan::whole()).await.unwrap();
        assert_eq!(whole.len() as u64, size);
        for range in ranges {
            let (start, end) = (range.start.min(size) as usize, range.end.min(size) as usize);
            assert!(read(&store, &entry.asset, &ReadPlan::range(range.clone())).await.unwrap() == whole[start..end], "{range:?} of {size}");
        }
    }
}

#[tokio::test]
async fn other_versions_and_other_keys_are_not_read() {
    let store = store(100);
    let listed = entries(&store, "").await.remove(50).asset;
    let changed = AssetRef { version: Some(Version::new("0")), ..listed.clone() };
    assert_eq!(read(&store, &changed, &ReadPlan::whole()).await.unwrap_err().kind(), &ErrorKind::Changed);
    let missing = AssetRef { key: AssetKey::new("canary"), ..listed };
    let error = read(&store, &missing, &ReadPlan::whole()).await.unwrap_err();
    assert!(error.kind() == &ErrorKind::NotFound && !format!("{error} {error:?}").contains("canary"));
}

#[tokio::test]
async fn requests_and_permissions_are_those_of_a_bucket() {
    let verdict = |preflight: terrier_stores::Preflight| preflight.actions.last().map(|check| check.verdict);
    let meter = Meter::new(Arc::new(store(30)));
    let usage = meter.usage();
    for entry in entries(&meter, "home/").await {
        read(&meter, &entry.asset, &ReadPlan::range(0..100)).await.unwrap();
    }
    assert_eq!((usage.list_requests(), usage.get_requests()), (1, entries(&store(30), "home/").await.len() as u64));
    assert_eq!(verdict(meter.preflight(&Scope::whole()).await.unwrap()), Some(Verdict::Allowed));
    assert_eq!(verdict(meter.preflight(&Scope::prefix("nowhere")).await.unwrap()), Some(Verdict::Unknown));
    assert_eq!(entries(&store(0), "").await, []);
}

/// Classifies an asset and all that is in it, and keeps the classes that were surely found.
struct Found<'a>(terrier_classify::Session<'a>);

impl Sink for Found<'_> {
    fn enter(&mut self, _: Member<'_>) {}

    fn segment(&mut self, segment: Segment<'_>) -> Flow {
        self.0.segment(&segment);
        Flow::Continue
    }

    fn leave(&mut self, _: Outcome) {}
}

impl Found<'_> {
    fn in_object(classifier: &Classifier, object: &Object<'_>) -> BTreeSet<String> {
        let content: Vec<u8> = object.read(0..u64::MAX).concat();
        let mut found = Found(classifier.session(None));
        Extractor::new(Limits::default(), None).extract(&content, Sensitive::new(object.key().as_bytes()), &mut found);
        let sure = found.0.finish().findings.into_iter().filter(|finding| finding.count_high > 0);
        sure.map(|finding| finding.class.to_string()).collect()
    }
}

#[test]
fn what_is_in_an_object_is_found_and_nothing_else() {
    let classifier = Classifier::compile(&RulePack::embedded()).unwrap();
    let estate = company(200_000);
    let mut wanted: BTreeMap<(Format, bool), usize> = BTreeMap::new();
    let mut wrong = BTreeMap::new();
    for object in estate.objects(0..200_000) {
        // What a large object holds are the same blocks. No recording is small.
        if object.size() > if object.format == Format::Mp4 { 8 << 20 } else { 600_000 } {
            continue;
        }
        let seen = wanted.entry((object.format, object.is_sensitive)).or_default();
        if *seen >= 4 {
            continue;
        }
        *seen += 1;
        let found = Found::in_object(&classifier, &object);
        let truth: BTreeSet<String> = object.truth().into_keys().map(str::to_owned).collect();
        assert_eq!(truth.is_empty(), !object.is_sensitive);
        // Of people and addresses the words of a text speak by chance now and then.
        let found: BTreeSet<String> = found.into_iter().filter(|class| class != "person_name" && class != "postal_address").collect();
        if found != truth {
            wrong.insert(object.index, format!("{} of {:?}: {found:?}, not {truth:?}", object.format.as_str(), object.dataset.subject));
        }
    }
    assert!(Format::ALL.iter().all(|format| wanted.contains_key(&(*format, false))), "{wanted:?}");
    let sensitive = wanted.keys().filter(|(_, is_sensitive)| *is_sensitive).count();
    assert!(sensitive >= 8, "{wanted:?}");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_large_table_is_a_file_that_can_be_read() {
    let estate = company(50_000);
    let table = estate.objects(estate.below(b"analytics/")).find(|object| object.size() > 8 << 20 && object.size() < 24 << 20).unwrap();
    let content = bytes::Bytes::from(table.read(0..u64::MAX).concat());
    let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(content).unwrap();
    let groups = reader.metadata().num_row_groups();
    let rows = reader.metadata().file_metadata().num_rows();
    let read: usize = reader.build().unwrap().map(|batch| batch.unwrap().num_rows()).sum();
    assert!(groups > 3 && read as i64 == rows, "{groups} groups, {read} of {rows} rows");
    let truth = table.truth();
    assert!(truth.values().all(|count| *count == rows as u64), "{truth:?}");
}

#[test]
fn profiles_that_make_no_sense_are_refused() {
    let check = |from: &str, to: &str| {
        let built_in = include_str!("../../data/estates/lake.yaml");
        assert!(built_in.contains(from), "{from}");
        assert!(matches!(Profile::parse(&built_in.replacen(from, to, 1)), Err(EstateError::Profile(_))), "{to}");
    };
    check("prefix: raw/", "prefix: logs/raw/");
    check("prefix: raw/", "prefix: aaa/");
    check("[[0, 2048], [0.3,", "[[0, 2048], [1.3,");
    check("datasets: 0.2", "datasets: -1");
    check("prevalence: [0, 0, 0, 0.0005, 0.01]", "prevalence: [2]");
    check("weight: 1", "weight: 0");
    assert!(matches!(Profile::built_in(Some("none")), Err(EstateError::NoProfile(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_lists_and_reads_what_the_store_does() {
    let estate = Arc::new(estate(3_000));
    let server = Server::bind(Arc::clone(&estate), 0).await.unwrap();
    let options = ConnectOptions {
        endpoint_url: Some(format!("http://{}", server.address().unwrap())),
        region: Some("us-east-1".into()),
        access_key: Some(AccessKey { id: "any".into(), secret: "any".into(), session_token: None }),
        ..ConnectOptions::default()
    };
    let serving = tokio::spawn(server.serve());
    let virtually: Arc<dyn Store> = Arc::new(SimStore::of("sim://7/3k", estate));
    for prefix in ["", "home/", "logs/0000001", "nowhere"] {
        let target = Target::S3 { bucket: BUCKET.into(), prefix: prefix.into() };
        let through = connect(&target, &options).await.unwrap();
        let scope = Scope::prefix(prefix);
        let mut listed = Vec::new();
        for shard in through.shards(&scope).await.unwrap() {
            listed.extend(pages(&*through, &shard, None).await.into_iter().flat_map(|page| page.entries));
        }
        let expect = entries(&*virtually, prefix).await;
        let facts = |entry: &Entry| (entry.asset.key.clone(), entry.asset.size, entry.asset.modified.map(|time| time / 1_000_000));
        assert!(listed.iter().map(facts).eq(expect.iter().map(facts)), "below {prefix:?}: {} and {}", listed.len(), expect.len());
        for (there, here) in listed.iter().zip(&expect).step_by(97) {
            let plan = ReadPlan::range(0..100_000);
            assert!(read(&*through, &there.asset, &plan).await.unwrap() == read(&*virtually, &here.asset, &plan).await.unwrap());
            let end = ReadPlan::range(here.asset.size.saturating_sub(70)..here.asset.size);
            assert!(read(&*through, &there.asset, &end).await.unwrap() == read(&*virtually, &here.asset, &end).await.unwrap());
        }
    }
    let through = connect(&Target::S3 { bucket: BUCKET.into(), prefix: Vec::new() }, &options).await.unwrap();
    assert!(through.preflight(&Scope::whole()).await.unwrap().can_scan());
    let listed = entries(&*through, "exports/").await.remove(0).asset;
    let whole = read(&*through, &listed, &ReadPlan::whole()).await.unwrap();
    assert_eq!(whole.len() as u64, listed.size);
    let changed = AssetRef { version: Some(Version::new("\"0\"")), ..listed.clone() };
    assert_eq!(read(&*through, &changed, &ReadPlan::whole()).await.unwrap_err().kind(), &ErrorKind::Changed);
    let missing = AssetRef { key: AssetKey::new("exports/none"), ..listed };
    assert_eq!(read(&*through, &missing, &ReadPlan::whole()).await.unwrap_err().kind(), &ErrorKind::NotFound);
    let elsewhere = connect(&Target::S3 { bucket: "other".into(), prefix: Vec::new() }, &options).await.unwrap();
    assert_eq!(elsewhere.shards(&Scope::whole()).await.unwrap_err().kind(), &ErrorKind::NotFound);
    serving.abort();
}
