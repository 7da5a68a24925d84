//! The Azure connector against Azurite: the suite, and what only Azure has.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use terrier_faults::{AZURE_ACCOUNT, AZURE_KEY, AzureServer, Fault, FaultProxy, Times};
use terrier_model::{Reason, StoreKind};
use terrier_stores::{
    Account, AzureCredential, ConnectOptions, ErrorKind, Meter, ReadPlan, Scope, Store, StoreError, Target, Verdict, connect, expand,
};

use crate::place::{Place, entries, find, read, store};
use crate::{s3, suite};

/// A container of its own on a server.
struct Container {
    server: Arc<AzureServer>,
    name: String,
    credential: AzureCredential,
}

impl Container {
    fn new(server: &Arc<AzureServer>) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("container-{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        server.create_container(&name);
        Self { server: Arc::clone(server), name, credential: AzureCredential::AccountKey(AZURE_KEY.into()) }
    }

    fn with_sas(server: &Arc<AzureServer>) -> Self {
        Self { credential: AzureCredential::SasToken(AzureServer::sas("rl")), ..Self::new(server) }
    }

    fn options_at(&self, endpoint: &str) -> ConnectOptions {
        ConnectOptions { access_key: None, azure_credential: Some(self.credential.clone()), ..s3::patient_options(endpoint) }
    }
}

impl Place for Container {
    fn put(&self, key: &[u8], content: &[u8]) {
        self.server.put(&self.name, std::str::from_utf8(key).unwrap(), content);
    }

    fn delete(&self, key: &[u8]) {
        self.server.delete(&self.name, std::str::from_utf8(key).unwrap());
    }

    /// The server cannot list control characters, and takes `\` for `/`. No URL can hold `.` and `..` as a whole name.
    fn can_hold(&self, key: &[u8]) -> bool {
        let listable = |character: char| character >= ' ' || matches!(character, '\t' | '\n' | '\r');
        let text = std::str::from_utf8(key).is_ok_and(|key| key.chars().all(|character| listable(character) && character != '\\'));
        text && !matches!(key, b"." | b"..")
    }

    /// Names are compared as UTF-16, which differs from their bytes beyond U+D7FF.
    fn order(&self, left: &[u8], right: &[u8]) -> std::cmp::Ordering {
        let units = |key| std::str::from_utf8(key).map(|key| key.encode_utf16().collect::<Vec<_>>());
        units(left).ok().cmp(&units(right).ok())
    }

    fn target(&self) -> Target {
        Target::Azure { account: AZURE_ACCOUNT.into(), container: self.name.clone(), prefix: Vec::new() }
    }

    fn options(&self) -> ConnectOptions {
        self.options_at(&self.server.endpoint())
    }
}

#[tokio::test]
async fn azure_conforms_with_the_accounts_key() {
    let server = Arc::new(AzureServer::start());
    suite::conformance(|| Container::new(&server)).await;
    suite::exact_keys(&Container::new(&server)).await;
}

#[tokio::test]
async fn azure_conforms_with_a_shared_access_signature() {
    let server = Arc::new(AzureServer::start());
    suite::conformance(|| Container::with_sas(&server)).await;
}

#[tokio::test]
async fn tiers_checksums_and_markers_of_folders_are_read_from_the_listing() {
    let server = Arc::new(AzureServer::start());
    let container = Container::new(&server);
    for name in ["archived", "cool", "hot"] {
        container.put(name.as_bytes(), b"content");
    }
    server.set_tier(&container.name, "archived", "Archive");
    server.set_tier(&container.name, "cool", "Cool");
    server.put_with(&container.name, "folder", b"", &[("x-ms-meta-hdi_isfolder", "true")]);
    server.put_with(&container.name, "folder/file", b"content", &[("x-ms-meta-hdi_isfolder", "true")]);
    let store = store(&container).await;
    assert_eq!((store.kind(), store.id().as_str()), (StoreKind::Azure, format!("azblob://{AZURE_ACCOUNT}/{}", container.name).as_str()));
    let listed = entries(&*store, &Scope::whole()).await;
    let seen: Vec<_> =
        listed.iter().map(|entry| (entry.asset.key.expose(), entry.asset.storage_class.as_deref(), entry.unreadable)).collect();
    let expect = [
        (&b"archived"[..], Some("Archive"), Some(Reason::Archived)),
        (b"cool", Some("Cool"), None),
        (b"folder/file", Some("Hot"), None),
        (b"hot", Some("Hot"), None),
    ];
    assert_eq!(seen, expect);
    let checksums: Vec<_> = listed.iter().map(|entry| entry.asset.version.as_ref().unwrap().checksum()).collect();
    assert!(checksums[0].is_some() && checksums.iter().all(|checksum| *checksum == checksums[0]), "{checksums:?}");
    let error = read(&*store, &listed[0].asset, &ReadPlan::whole()).await.unwrap_err();
    assert_eq!((error.kind(), error.reason()), (&ErrorKind::Archived, Reason::Archived));
}

#[tokio::test]
async fn every_container_of_an_account_is_found() {
    let server = Arc::new(AzureServer::start());
    let containers = [Container::new(&server), Container::with_sas(&server)];
    for container in &containers {
        let found = expand(Target::Account(Account::Azure { account: AZURE_ACCOUNT.into() }), &container.options()).await.unwrap();
        let mut expect: Vec<Target> = containers.iter().map(Place::target).collect();
        expect.sort_by_key(|target| format!("{target:?}"));
        assert_eq!(found, expect);
    }
}

/// A container with one blob behind a proxy.
struct Trouble {
    container: Container,
    proxy: FaultProxy,
    content: Vec<u8>,
}

const KEY: &str = "folder/canary-123-45-6789";

impl Trouble {
    fn new() -> Self {
        let container = Container::new(&Arc::new(AzureServer::start()));
        let content: Vec<u8> = (0..25_000_u32).flat_map(u32::to_le_bytes).collect();
        container.put(KEY.as_bytes(), &content);
        Self { proxy: FaultProxy::start(&container.server.endpoint()), container, content }
    }

    async fn store(&self) -> Arc<dyn Store> {
        connect(&self.container.target(), &self.container.options_at(self.proxy.endpoint())).await.unwrap()
    }

    /// Reads the blob while a fault strikes.
    async fn read(&self, fault: Fault, times: Times) -> Result<Vec<u8>, StoreError> {
        let store = self.store().await;
        let asset = find(&*store, KEY.as_bytes()).await;
        self.proxy.inject("GET", "canary", fault, times);
        let read = read(&*store, &asset, &ReadPlan::whole()).await;
        self.proxy.heal();
        if let Err(error) = &read {
            assert!(!format!("{error} {error:?}").contains("canary"), "errors hold no key");
        }
        read
    }
}

#[tokio::test]
async fn passing_faults_are_ridden_out() {
    let trouble = Trouble::new();
    let busy = Fault::Error(503, "ServerBusy");
    for fault in
        [busy, Fault::Error(500, "OperationTimedOut"), Fault::Reset, Fault::CutAfter(0), Fault::CutAfter(50_000), Fault::AnnounceMore(10)]
    {
        let read = trouble.read(fault.clone(), Times::First(2)).await;
        assert!(read.unwrap_or_else(|error| panic!("{fault:?}: {error}")) == trouble.content, "{fault:?}");
    }
    trouble.proxy.inject("GET", "comp=list", Fault::CutAfter(100), Times::First(2));
    assert_eq!(entries(&*trouble.store().await, &Scope::whole()).await.len(), 1, "a listing that broke off is asked for again");
}

#[tokio::test]
async fn refusals_mean_what_the_service_says() {
    let trouble = Trouble::new();
    let denied = || ErrorKind::Denied { action: "blobs/read (SAS: r)".into() };
    let cases = [
        (403, "AuthorizationPermissionMismatch", denied()),
        (403, "AuthorizationFailure", denied()),
        (409, "PublicAccessNotPermitted", denied()),
        (403, "AuthenticationFailed", ErrorKind::Fatal),
        (403, "KeyBasedAuthenticationNotPermitted", ErrorKind::Fatal),
        (404, "BlobNotFound", ErrorKind::NotFound),
        (404, "ContainerNotFound", ErrorKind::NotFound),
        (409, "BlobArchived", ErrorKind::Archived),
        (409, "BlobUsesCustomerSpecifiedEncryption", ErrorKind::KeyDenied { action: "the key of whoever wrote it".into() }),
        (412, "ConditionNotMet", ErrorKind::Changed),
        (503, "ServerBusy", ErrorKind::Throttled { after: None }),
        (500, "InternalError", ErrorKind::Transient),
    ];
    for (status, code, kind) in cases {
        let error = trouble.read(Fault::Error(status, code), Times::Always).await.unwrap_err();
        assert_eq!(error.kind(), &kind, "{code}: {error}");
    }
    let wait = vec![("retry-after".to_owned(), "7".to_owned())];
    let error = trouble.read(Fault::Answer(429, wait, Vec::new()), Times::Always).await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::Throttled { after: Some(Duration::from_secs(7)) });
}

#[tokio::test]
async fn a_blob_that_changes_in_the_middle_is_not_patched_together() {
    let trouble = Trouble::new();
    let store = trouble.store().await;
    let asset = find(&*store, KEY.as_bytes()).await;
    trouble.proxy.inject("GET", "canary", Fault::CutAfter(50_000), Times::First(1));
    let body = store.open(&asset, &ReadPlan::whole()).await.unwrap();
    trouble.container.put(KEY.as_bytes(), &vec![b'x'; trouble.content.len()]);
    let items: Vec<_> = futures::StreamExt::collect(body.bytes).await;
    assert_eq!(items.last().unwrap().as_ref().unwrap_err().kind(), &ErrorKind::Changed);
}

#[tokio::test]
async fn ranges_are_resumed_and_resumptions_are_counted() {
    let trouble = Trouble::new();
    let meter = Meter::new(trouble.store().await);
    let asset = find(&meter, KEY.as_bytes()).await;
    trouble.proxy.inject("GET", "canary", Fault::CutAfter(10_000), Times::First(2));
    let got = read(&meter, &asset, &ReadPlan::range(1_000..60_000)).await.unwrap();
    assert!(got == trouble.content[1_000..60_000]);
    assert_eq!((meter.usage().get_requests(), trouble.proxy.requests("GET", "canary")), (3, 3));
}

#[tokio::test]
async fn preflight_tells_who_asks_and_what_is_refused() {
    let trouble = Trouble::new();
    let preflight = trouble.store().await.preflight(&Scope::whole()).await.unwrap();
    assert_eq!((preflight.identity.as_deref(), preflight.account.as_deref()), (Some("the account's key"), Some(AZURE_ACCOUNT)));

    let listing_only =
        Container { credential: AzureCredential::SasToken(AzureServer::sas("l")), ..Container::new(&trouble.container.server) };
    listing_only.put(b"key", b"content");
    let verdicts = |preflight: terrier_stores::Preflight| preflight.actions.iter().map(|check| check.verdict).collect::<Vec<_>>();
    let preflight = store(&listing_only).await.preflight(&Scope::whole()).await.unwrap();
    assert_eq!(verdicts(preflight), [Verdict::Allowed, Verdict::Denied]);
    let reading_only = Container { credential: AzureCredential::SasToken(AzureServer::sas("r")), ..listing_only };
    let preflight = store(&reading_only).await.preflight(&Scope::whole()).await.unwrap();
    assert_eq!(verdicts(preflight), [Verdict::Denied, Verdict::Unknown]);

    let wrong = ConnectOptions { azure_credential: Some(AzureCredential::AccountKey("d3Jvbmc=".into())), ..trouble.container.options() };
    let error = connect(&trouble.container.target(), &wrong).await.unwrap().shards(&Scope::whole()).await.unwrap_err();
    // Azure says `AuthenticationFailed` here, of which `refusals_mean_what_the_service_says` tells; Azurite says less.
    assert!(matches!(error.kind(), ErrorKind::Denied { .. } | ErrorKind::Fatal), "{error}");
    assert!(!format!("{wrong:?}").contains("d3Jvbmc"), "options hide credentials");
}

#[tokio::test]
async fn a_service_that_cannot_start_anywhere_is_listed_from_its_start() {
    let container = Container::new(&Arc::new(AzureServer::start()));
    for key in ["a", "b", "c", "d"] {
        container.put(key.as_bytes(), b"x");
    }
    let proxy = FaultProxy::start(&container.server.endpoint());
    proxy.inject("GET", "startFrom", Fault::Error(400, "InvalidQueryParameterValue"), Times::Always);
    let options = ConnectOptions { page_size: Some(1), ..container.options_at(proxy.endpoint()) };
    let store = connect(&container.target(), &options).await.unwrap();
    let shard = terrier_stores::ListShard { prefix: Vec::new(), after: Some(b"b".to_vec()), up_to: Some(b"c".to_vec()) };
    let listed = crate::place::pages(&*store, &shard, None).await;
    assert_eq!(crate::place::keys(&listed), [b"c"]);
}
