//! The shared suite: what every connector does.

use std::collections::BTreeMap;
use std::sync::Arc;

use terrier_model::Reason;
use terrier_stores::{Cursor, ErrorKind, ListShard, Meter, ReadPlan, Scope, Store, Verdict};

use crate::place::{Place, entries, find, keys, pages, read, store, store_with_pages_of};

/// Keys that a careless listing sorts wrongly, or takes for folders.
const PLAIN: &[&str] = &[
    "a-b",
    "a.txt",
    "a/x",
    "a/y/z",
    "a/y.z",
    "a0",
    "b/1",
    "b/10",
    "b/2",
    "c d/e+f",
    "data/year=2024/part-0",
    "data/year=2025/part-0",
    "é/ü",
    "Z",
    "zz/zz/zz/zz/zz",
];

/// Keys that a careless client changes on their way.
pub(crate) const ODD: &[&[u8]] = &[
    b"/lead",
    b"//lead/twice",
    b"trail/",
    b"trail//",
    b"in//side",
    b"./a",
    b"../b",
    b"a/./b",
    b"a/../b",
    b"a/..",
    b".",
    b"..",
    b"...",
    b"%2F",
    b"a%2Fb",
    b"%252F",
    b"%",
    b"100%/x",
    b"a+b",
    b"a b",
    b" lead",
    b"trail ",
    b"a  b",
    b"\x01\x02\x1f",
    b"tab\treturn\rdelete\x7f",
    b"new\nline",
    b"?query=1&x=2#fragment",
    b"\\back\\slash",
    b"quote\"'`<>{}[]|^~",
    b"colon:semi;comma,star*at@excl!dollar$paren()eq=",
    "🐶/é/e\u{301}/日本語".as_bytes(),
    "\u{feff}bom\u{200b}\u{202e}".as_bytes(),
    b"\xff\xfe latin \xe9",
];

/// Runs the suite. `new_place` makes a place of its own for each check.
pub(crate) async fn conformance<P: Place>(new_place: impl Fn() -> P) {
    nothing_in_an_empty_place(&new_place()).await;
    let filled = new_place();
    let content = fill(&filled);
    listing_gives_what_was_put(&filled, &content).await;
    listing_resumes_from_every_cursor(&filled, &content).await;
    shards_partition_every_scope(&filled, &content).await;
    bodies_are_what_was_put(&filled, &content).await;
    preflight_finds_all_allowed(&filled).await;
    ranges_cut_the_content(&new_place()).await;
    changed_assets_are_not_read(&new_place()).await;
    deleted_assets_are_not_found(&new_place()).await;
    many_pages_lose_nothing(&new_place()).await;
    meter_counts(&new_place()).await;
}

/// Each key that the place can hold is listed and read under its exact bytes.
pub(crate) async fn exact_keys(place: &dyn Place) {
    let long: Vec<u8> = [vec![b'd'; 200], vec![b'/']].concat().into_iter().cycle().take(1023).chain([b'x']).collect();
    let odd = ODD.iter().map(|key| key.to_vec()).chain([long]);
    let mut content = BTreeMap::new();
    for key in odd.filter(|key| place.can_hold(key)) {
        // The content says which key it was put under, so that a mix-up shows.
        place.put(&key, &key);
        content.insert(key.clone(), key);
    }
    assert!(content.len() > 10, "a place that holds almost no odd key proves nothing");
    listing_gives_what_was_put(place, &content).await;
    listing_resumes_from_every_cursor(place, &content).await;
    shards_partition_every_scope(place, &content).await;
    bodies_are_what_was_put(place, &content).await;
}

type Content = BTreeMap<Vec<u8>, Vec<u8>>;

fn fill(place: &dyn Place) -> Content {
    let content: Content = PLAIN.iter().map(|key| (key.as_bytes().to_vec(), format!("content of {key}").into_bytes())).collect();
    for (key, bytes) in &content {
        place.put(key, bytes);
    }
    content
}

/// Returns the keys that begin with a prefix, as the place lists them.
fn below(place: &dyn Place, content: &Content, prefix: &[u8]) -> Vec<Vec<u8>> {
    let mut keys: Vec<Vec<u8>> = content.keys().filter(|key| key.starts_with(prefix)).cloned().collect();
    keys.sort_by(|left, right| place.order(left, right));
    keys
}

async fn nothing_in_an_empty_place(place: &dyn Place) {
    let store = store(place).await;
    assert_eq!(entries(&*store, &Scope::whole()).await, []);
    assert!(store.shards(&Scope::whole()).await.unwrap().len() <= 1);
    let read = store.preflight(&Scope::whole()).await.unwrap().actions.last().map(|check| check.verdict);
    assert_eq!(read, Some(Verdict::Unknown), "there is nothing to try reading on");
}

async fn listing_gives_what_was_put(place: &dyn Place, content: &Content) {
    let store = store(place).await;
    let listed = entries(&*store, &Scope::whole()).await;
    assert_eq!(listed.iter().map(|entry| entry.asset.key.expose()).collect::<Vec<_>>(), below(place, content, b""));
    for entry in listed {
        let (key, asset) = (entry.asset.key.expose().escape_ascii().to_string(), &entry.asset);
        assert_eq!(asset.size, content[asset.key.expose()].len() as u64, "size of {key}");
        assert_eq!(&asset.store, store.id(), "store of {key}");
        assert!(asset.version.is_some() && asset.modified.is_some(), "version of {key}");
        assert_eq!(entry.unreadable, None, "{key}");
    }
    for prefix in ["a", "a/", "b/1", "c d/e+", "%", "nowhere"] {
        let listed = pages(&*store, &ListShard::whole(&Scope::prefix(prefix)), None).await;
        assert_eq!(keys(&listed), below(place, content, prefix.as_bytes()), "below {prefix}");
    }
}

async fn listing_resumes_from_every_cursor(place: &dyn Place, content: &Content) {
    let store = store_with_pages_of(place, 3).await;
    let all = below(place, content, b"");
    let whole = ListShard::whole(&Scope::whole());
    let listed = pages(&*store, &whole, None).await;
    assert!(listed.len() >= all.len() / 3);
    for (index, page) in listed.iter().enumerate() {
        let rest = match page.next.clone() {
            Some(cursor) if !place.can_resume_after(cursor.expose()) => continue,
            Some(cursor) => pages(&*store, &whole, Some(cursor)).await,
            None => Vec::new(),
        };
        assert_eq!([keys(&listed[..=index]), keys(&rest)].concat(), all, "resumed after page {index}");
    }
    for (index, key) in all.iter().enumerate().filter(|(_, key)| place.can_resume_after(key)) {
        let kept = Cursor::new(Cursor::new(key.clone()).expose());
        assert_eq!(keys(&pages(&*store, &whole, Some(kept)).await), all[index + 1..], "resumed after {}", key.escape_ascii());
    }
}

async fn shards_partition_every_scope(place: &dyn Place, content: &Content) {
    let store = store(place).await;
    for prefix in ["", "a", "a/", "data/", "nowhere"] {
        let mut together = Vec::new();
        for shard in store.shards(&Scope::prefix(prefix)).await.unwrap() {
            together.extend(keys(&pages(&*store, &shard, None).await));
        }
        assert_eq!(together, below(place, content, prefix.as_bytes()), "shards below {prefix:?}");
    }
}

async fn bodies_are_what_was_put(place: &dyn Place, content: &Content) {
    let store = store(place).await;
    for entry in entries(&*store, &Scope::whole()).await {
        let read = read(&*store, &entry.asset, &ReadPlan::whole()).await.unwrap();
        assert_eq!(read, content[entry.asset.key.expose()], "content of {}", entry.asset.key.expose().escape_ascii());
    }
}

async fn preflight_finds_all_allowed(place: &dyn Place) {
    let preflight = store(place).await.preflight(&Scope::whole()).await.unwrap();
    assert!(preflight.can_scan());
    assert!(preflight.actions.iter().all(|check| check.verdict == Verdict::Allowed), "{:?}", preflight.actions);
}

async fn ranges_cut_the_content(place: &dyn Place) {
    // Larger than any chunk, and with no two stretches alike.
    let content: Vec<u8> = (0..700_000_u32).flat_map(u32::to_le_bytes).collect();
    let size = content.len() as u64;
    place.put(b"big", &content);
    place.put(b"empty", b"");
    let store = store(place).await;
    let asset = find(&*store, b"big").await;
    for range in [0..0, 0..1, 5..5, 1000..1_500_000, size - 1..size, 0..size, size - 10..size + 10, size..size + 1, 0..u64::MAX] {
        let read = read(&*store, &asset, &ReadPlan::range(range.clone())).await.unwrap();
        let (start, end) = (range.start.min(size) as usize, range.end.min(size) as usize);
        assert!(read == content[start..end], "range {range:?}");
    }
    assert!(read(&*store, &asset, &ReadPlan::whole()).await.unwrap() == content);
    let empty = find(&*store, b"empty").await;
    assert_eq!(read(&*store, &empty, &ReadPlan::whole()).await.unwrap(), b"");
    assert_eq!(read(&*store, &empty, &ReadPlan::range(0..10)).await.unwrap(), b"");
}

async fn changed_assets_are_not_read(place: &dyn Place) {
    place.put(b"key", b"before");
    let store = store(place).await;
    let listed = find(&*store, b"key").await;
    place.put(b"key", b"after!");
    for plan in [ReadPlan::whole(), ReadPlan::range(1..3)] {
        let error = read(&*store, &listed, &plan).await.unwrap_err();
        assert_eq!((error.kind(), error.reason()), (&ErrorKind::Changed, Reason::Changed));
    }
    let listed = find(&*store, b"key").await;
    assert_eq!(read(&*store, &listed, &ReadPlan::whole()).await.unwrap(), b"after!");
}

async fn deleted_assets_are_not_found(place: &dyn Place) {
    place.put(b"folder/canary", b"content");
    place.put(b"other", b"content");
    let store = store(place).await;
    let listed = find(&*store, b"folder/canary").await;
    place.delete(b"folder/canary");
    let error = read(&*store, &listed, &ReadPlan::whole()).await.unwrap_err();
    assert_eq!((error.kind(), error.reason()), (&ErrorKind::NotFound, Reason::NotFound));
    assert!(!format!("{error} {error:?}").contains("canary"), "errors hold no key");
}

async fn many_pages_lose_nothing(place: &dyn Place) {
    let expect: Vec<Vec<u8>> = (0..120).map(|n| format!("d{}/f{n:03}", n / 40).into_bytes()).collect();
    for key in &expect {
        place.put(key, b"x");
    }
    for size in [1, 7, 40, 120, 1000] {
        let listed = pages(&*store_with_pages_of(place, size).await, &ListShard::whole(&Scope::whole()), None).await;
        assert_eq!(keys(&listed), expect, "pages of {size}");
        assert!(listed.len() >= expect.len() / usize::from(size));
        assert_eq!(listed.iter().filter(|page| page.next.is_none()).count(), 1, "only the last page has no cursor");
    }
}

async fn meter_counts(place: &dyn Place) {
    place.put(b"a", b"12345");
    place.put(b"b", b"1234567");
    let meter = Meter::new(store(place).await);
    let usage = meter.usage();
    let metered: Arc<dyn Store> = Arc::new(meter);
    for entry in entries(&*metered, &Scope::whole()).await {
        read(&*metered, &entry.asset, &ReadPlan::whole()).await.unwrap();
    }
    assert_eq!((usage.list_requests(), usage.get_requests(), usage.other_requests()), (1, 2, 0));
    assert_eq!((usage.requests(), usage.bytes_read()), (3, 12));
}
