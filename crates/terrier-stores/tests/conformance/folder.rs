//! The folder connector: the suite, and what only file systems have.

use std::ffi::OsStr;
use std::fs::{self, File, FileTimes, Permissions};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use futures::StreamExt;
use proptest::prelude::*;
use rustix::fs::{CWD, FileType, Mode, mknodat};
use tempfile::TempDir;
use terrier_model::Reason;
use terrier_stores::{ConnectOptions, Cursor, ErrorKind, ListShard, ReadPlan, Scope, Target, connect};

use crate::place::{Place, entries, find, keys, pages, read, store, store_with_pages_of};
use crate::suite;

pub(crate) struct Folder {
    root: TempDir,
    clock: AtomicU64,
}

impl Folder {
    pub(crate) fn new() -> Self {
        Self { root: tempfile::tempdir().unwrap(), clock: AtomicU64::new(1_700_000_000) }
    }

    fn path(&self, key: &[u8]) -> PathBuf {
        self.root.path().join(OsStr::from_bytes(key))
    }
}

impl Place for Folder {
    fn put(&self, key: &[u8], content: &[u8]) {
        let path = self.path(key);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        // Two writes within one tick of the file system's clock would look the same.
        let time = UNIX_EPOCH + Duration::from_secs(self.clock.fetch_add(1, Ordering::Relaxed));
        File::options().write(true).open(&path).unwrap().set_times(FileTimes::new().set_modified(time)).unwrap();
    }

    fn delete(&self, key: &[u8]) {
        fs::remove_file(self.path(key)).unwrap();
    }

    fn can_hold(&self, key: &[u8]) -> bool {
        key.split(|byte| *byte == b'/').all(|step| !matches!(step, b"" | b"." | b"..") && step.len() <= 255)
    }

    fn target(&self) -> Target {
        Target::Folder(self.root.path().to_owned())
    }

    fn options(&self) -> ConnectOptions {
        ConnectOptions::default()
    }
}

#[tokio::test]
async fn folders_conform() {
    suite::conformance(Folder::new).await;
}

#[tokio::test]
async fn folders_keep_exact_keys() {
    suite::exact_keys(&Folder::new()).await;
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Names of few characters around `/` in the order of bytes, so that folders and files sort closely.
    #[test]
    fn any_tree_lists_in_order_and_resumes_anywhere(paths in prop::collection::btree_set("([a!.0]{1,2}/){0,3}[a!0~]{1,2}", 1..25), size in 1..5_u16) {
        let folder = Folder::new();
        let is_folder = |path: &str| paths.iter().any(|other| other.starts_with(&format!("{path}/")));
        let valid = |path: &&String| !is_folder(path) && path.split('/').all(|step| !matches!(step, "." | ".."));
        let expect: Vec<Vec<u8>> = paths.iter().filter(valid).map(|path| path.clone().into_bytes()).collect();
        expect.iter().for_each(|key| folder.put(key, b""));
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let store = store_with_pages_of(&folder, size).await;
            let whole = ListShard::whole(&Scope::whole());
            prop_assert_eq!(&keys(&pages(&*store, &whole, None).await), &expect);
            for (index, key) in expect.iter().enumerate() {
                let rest = pages(&*store, &whole, Some(Cursor::new(key.clone()))).await;
                prop_assert_eq!(&keys(&rest)[..], &expect[index + 1..]);
            }
            let mut together = Vec::new();
            for shard in store.shards(&Scope::whole()).await.unwrap() {
                together.extend(keys(&pages(&*store, &shard, None).await));
            }
            prop_assert_eq!(together, expect);
            Ok(())
        })?;
    }
}

async fn listed(folder: &Folder) -> Vec<(String, Option<Reason>)> {
    let entries = entries(&*store(folder).await, &Scope::whole()).await;
    entries.into_iter().map(|entry| (entry.asset.key.expose().escape_ascii().to_string(), entry.unreadable)).collect()
}

fn check(listed: &[(String, Option<Reason>)], expect: &[(&str, Option<Reason>)]) {
    let listed: Vec<_> = listed.iter().map(|(key, reason)| (key.as_str(), *reason)).collect();
    assert_eq!(listed, expect);
}

#[tokio::test]
async fn only_regular_files_are_opened() {
    let (folder, outside) = (Folder::new(), Folder::new());
    outside.put(b"secret", b"outside");
    folder.put(b"file", b"inside");
    symlink(folder.path(b"file"), folder.path(b"link to file")).unwrap();
    symlink(outside.root.path(), folder.path(b"link to folder")).unwrap();
    symlink("nowhere", folder.path(b"link to nothing")).unwrap();
    mknodat(CWD, folder.path(b"fifo"), FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    let _socket = UnixListener::bind(folder.path(b"socket")).unwrap();
    let not_a_file = Some(Reason::NotAFile);
    let expect = [
        ("fifo", not_a_file),
        ("file", None),
        ("link to file", not_a_file),
        ("link to folder", not_a_file),
        ("link to nothing", not_a_file),
        ("socket", not_a_file),
    ];
    check(&listed(&folder).await, &expect);
}

#[tokio::test]
async fn what_became_a_link_or_a_fifo_is_not_followed() {
    let (folder, outside) = (Folder::new(), Folder::new());
    outside.put(b"file", b"content");
    folder.put(b"sub/file", b"content");
    folder.put(b"file", b"content");
    let store = store(&folder).await;
    let (nested, plain) = (find(&*store, b"sub/file").await, find(&*store, b"file").await);

    fs::remove_dir_all(folder.path(b"sub")).unwrap();
    symlink(outside.root.path(), folder.path(b"sub")).unwrap();
    assert_eq!(read(&*store, &nested, &ReadPlan::whole()).await.unwrap_err().kind(), &ErrorKind::Changed);

    fs::remove_file(folder.path(b"file")).unwrap();
    symlink(outside.path(b"file"), folder.path(b"file")).unwrap();
    assert_eq!(read(&*store, &plain, &ReadPlan::whole()).await.unwrap_err().kind(), &ErrorKind::Changed);

    fs::remove_file(folder.path(b"file")).unwrap();
    mknodat(CWD, folder.path(b"file"), FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    assert_eq!(read(&*store, &plain, &ReadPlan::whole()).await.unwrap_err().kind(), &ErrorKind::Changed);
}

#[tokio::test]
async fn keys_cannot_leave_the_target() {
    let folder = Folder::new();
    folder.put(b"in/file", b"content");
    folder.put(b"file", b"content");
    let inner = connect(&Target::Folder(folder.path(b"in")), &ConnectOptions::default()).await.unwrap();
    let mut asset = find(&*inner, b"file").await;
    for key in ["../file", "/etc/passwd", "./file", "", "file/", "a\0b"] {
        asset.key = terrier_model::AssetKey::new(key);
        let kind = read(&*inner, &asset, &ReadPlan::whole()).await.unwrap_err().kind().clone();
        assert!(matches!(kind, ErrorKind::NotFound | ErrorKind::Changed), "{key:?}: {kind:?}");
    }
}

#[tokio::test]
async fn unreadable_folders_and_files_are_denied() {
    if rustix::process::geteuid().is_root() {
        return denied_without_root();
    }
    let folder = Folder::new();
    folder.put(b"closed/file", b"content");
    folder.put(b"file", b"content");
    let store = store(&folder).await;
    let asset = find(&*store, b"file").await;
    fs::set_permissions(folder.path(b"file"), Permissions::from_mode(0o000)).unwrap();
    fs::set_permissions(folder.path(b"closed"), Permissions::from_mode(0o000)).unwrap();
    let seen = listed(&folder).await;
    let error = read(&*store, &asset, &ReadPlan::whole()).await.unwrap_err();
    fs::set_permissions(folder.path(b"closed"), Permissions::from_mode(0o700)).unwrap();
    check(&seen, &[("closed/", Some(Reason::Denied)), ("file", None)]);
    assert_eq!(error.reason(), Reason::Denied);
}

/// Nothing is denied to root, so the test runs itself again as somebody else.
fn denied_without_root() {
    let scratch = tempfile::tempdir().unwrap();
    fs::set_permissions(scratch.path(), Permissions::from_mode(0o777)).unwrap();
    let program = scratch.path().join("tests");
    fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    fs::set_permissions(&program, Permissions::from_mode(0o755)).unwrap();
    let mut command = std::process::Command::new(&program);
    std::os::unix::process::CommandExt::uid(&mut command, 65534);
    command.args(["--exact", "folder::unreadable_folders_and_files_are_denied", "--nocapture"]);
    let output = command.current_dir(scratch.path()).env("TMPDIR", scratch.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"));
}

#[tokio::test]
async fn a_single_file_is_a_target_of_its_own() {
    let folder = Folder::new();
    folder.put(b"one", b"content");
    folder.put(b"one.bak", b"other");
    let store = connect(&Target::Folder(folder.path(b"one")), &ConnectOptions::default()).await.unwrap();
    assert_eq!(keys(&pages(&*store, &ListShard::whole(&Scope::whole()), None).await), [b"one"]);
    assert_eq!(read(&*store, &find(&*store, b"one").await, &ReadPlan::whole()).await.unwrap(), b"content");
}

#[tokio::test]
async fn ignored_paths_are_never_listed() {
    let folder = Folder::new();
    for key in ["a", "out/findings", "out/deep/findings", "out2/file", "sub/out/file"] {
        folder.put(key.as_bytes(), b"content");
    }
    let missing = folder.path(b"not/there/yet");
    let through_link = folder.root.path().join("sub/../out");
    let options = ConnectOptions { ignore_paths: vec![missing, through_link], ..ConnectOptions::default() };
    let store = connect(&folder.target(), &options).await.unwrap();
    folder.put(b"not/there/yet/findings", b"content");
    let expect: [&[u8]; 3] = [b"a", b"out2/file", b"sub/out/file"];
    assert_eq!(keys(&pages(&*store, &ListShard::whole(&Scope::whole()), None).await), expect);

    let all = ConnectOptions { ignore_paths: vec![folder.root.path().to_owned()], ..ConnectOptions::default() };
    let store = connect(&folder.target(), &all).await.unwrap();
    assert_eq!(entries(&*store, &Scope::whole()).await, []);
}

#[tokio::test]
async fn a_file_that_changes_while_it_is_read_says_so_at_the_end() {
    for other_size in [false, true] {
        let folder = Folder::new();
        folder.put(b"file", &vec![b'a'; 3 << 20]);
        let store = store(&folder).await;
        let mut body = store.open(&find(&*store, b"file").await, &ReadPlan::whole()).await.unwrap();
        assert!(body.bytes.next().await.unwrap().is_ok());
        folder.put(b"file", &vec![b'b'; if other_size { 1 << 20 } else { 3 << 20 }]);
        let mut rest: Vec<_> = body.bytes.collect().await;
        assert_eq!(rest.pop().unwrap().unwrap_err().kind(), &ErrorKind::Changed);
        assert!(rest.iter().all(Result::is_ok));
    }
}

#[tokio::test]
async fn missing_targets_are_not_found() {
    let missing = Target::Folder(Path::new("/nowhere/canary").to_owned());
    let Err(error) = connect(&missing, &ConnectOptions::default()).await else { panic!("there is no such folder") };
    assert_eq!(error.kind(), &ErrorKind::NotFound);
    expect_test::expect!["the target folder cannot be opened; check the name"].assert_eq(&error.to_string());
}

#[tokio::test]
async fn very_deep_trees_end_with_a_reason() {
    let folder = Folder::new();
    let mut path = folder.root.path().to_owned();
    for _ in 0..300 {
        path.push("d");
    }
    fs::create_dir_all(&path).unwrap();
    fs::write(path.join("file"), "content").unwrap();
    let seen = listed(&folder).await;
    assert_eq!(seen.iter().map(|(_, reason)| *reason).collect::<Vec<_>>(), [Some(Reason::DepthLimit)]);
}

#[tokio::test]
async fn owner_and_store_id_tell_where_a_file_is() {
    let folder = Folder::new();
    let name = std::ffi::OsString::from_vec(b"sp ace\xff".to_vec());
    fs::create_dir(folder.root.path().join(&name)).unwrap();
    fs::write(folder.root.path().join(&name).join("f"), "x").unwrap();
    let store = connect(&Target::Folder(folder.root.path().join(&name)), &ConnectOptions::default()).await.unwrap();
    assert!(store.id().as_str().starts_with("file:///") && store.id().as_str().ends_with("/sp%20ace%FF"), "{}", store.id());
    let preflight = store.preflight(&Scope::whole()).await.unwrap();
    assert_eq!(find(&*store, b"f").await.owner, preflight.identity);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn views_of_the_running_system_are_refused() {
    for target in ["/proc", "/proc/version", "/sys/kernel"] {
        let Err(error) = connect(&Target::Folder(target.into()), &ConnectOptions::default()).await else { panic!("{target} is no data") };
        assert_eq!(error.kind(), &ErrorKind::Unsupported, "{target}");
    }
    let root = connect(&Target::Folder("/".into()), &ConnectOptions::default()).await.unwrap();
    let shard = ListShard { up_to: Some(b"proc/~".to_vec()), ..ListShard::whole(&Scope::prefix("proc")) };
    let seen: Vec<_> = pages(&*root, &shard, None).await.into_iter().flat_map(|page| page.entries).collect();
    assert_eq!(
        seen.iter().map(|entry| (entry.asset.key.expose(), entry.unreadable)).collect::<Vec<_>>(),
        [(&b"proc/"[..], Some(Reason::NotAFile))]
    );
}
