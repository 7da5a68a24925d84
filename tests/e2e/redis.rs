//! Keys of a real Redis server.

use terrier_faults::RedisServer;

use crate::determinism::TABLES;
use crate::harness::{Bench, FOUND, PASSWORD, pairs, scan_database as scan};

const CARD: &str = "4539 5787 6362 1486";

fn url(server: &RedisServer, rest: &str) -> String {
    format!("redis://reader@127.0.0.1:{}{rest}", server.port())
}

#[test]
fn keys_of_redis_are_found_and_left_as_they_are() {
    let bench = Bench::new();
    let server = RedisServer::start();
    let password = format!(">{PASSWORD}");
    server.run(0, &["ACL", "SETUSER", "reader", "on", &password, "~*", "+@read", "+@connection", "+info"]);
    for number in 0..500 {
        let (key, mail) = (format!("user:{number}"), format!("person{number}@initech.example.org"));
        server.run(0, &["HSET", &key, "email", &mail, "logins", "3"]);
    }
    server.run(0, &["SET", "order:17:note", &format!("paid with credit card {CARD}")]);
    server.run(0, &["SET", "blob", &format!("\u{1}\u{2} credit card {CARD} \u{3}")]);
    server.run(0, &["SET", "profile:1", r#"{"contact": {"mail": "p1@home.example.net"}}"#]);
    server.run(0, &["RPUSH", "queue", "a@initech.example.org", "b@initech.example.org"]);
    server.run(0, &["SADD", "subscribers", "c@initech.example.org"]);
    server.run(0, &["ZADD", "scores", "1", "d@initech.example.org"]);
    server.run(0, &["XADD", "signups", "*", "email", "e@initech.example.org"]);
    server.run(3, &["SET", "mail", "f@initech.example.org"]);
    let many: Vec<String> = (0..1_500).map(|number| format!("element{number}")).collect();
    server.run(5, &["RPUSH", "long"].into_iter().chain(many.iter().map(String::as_str)).collect::<Vec<_>>());
    let before = server.run(0, &["INFO", "persistence"]).lines().find(|line| line.starts_with("rdb_changes")).unwrap().to_owned();
    scan(&bench, &url(&server, ""), &[]).expect(0);
    assert!(server.run(0, &["INFO", "persistence"]).contains(&before), "a scan writes nothing");
    bench.expect_coverage(&[("0/keys", "full"), ("3/keys", "full"), ("5/keys", "table_limit")]);
    assert_eq!(bench.pairs(FOUND), pairs(&[("0/keys", "email high 506"), ("0/keys", "payment_card high 2"), ("3/keys", "email high 1")]));
    let columns = bench.pairs("SELECT c.name, c.class FROM columns c JOIN assets a USING (asset_id) WHERE a.path = '0/keys' ORDER BY 1");
    let names: Vec<_> = columns.iter().map(|(name, _)| name.as_str()).collect();
    for name in ["key", "profile:*.contact.mail", "queue[]", "user:*.email", "user:*.logins", "order:*:note", "signups.email"] {
        assert!(names.contains(&name), "{name} is missing in {names:?}");
    }
    let rows = TABLES.map(|table| bench.sorted_rows(table));
    scan(&bench, &url(&server, ""), &["--threads", "1"]).expect(0);
    assert_eq!(TABLES.map(|table| bench.sorted_rows(table)), rows, "with one thread");
    scan(&bench, &url(&server, "/0"), &["--max-table-rows", "100"]).expect(0);
    assert_eq!(
        bench.pairs("SELECT coverage_reason, records_read FROM assets WHERE records_read < 500 AND records_read > 1"),
        pairs(&[("table_limit", "100")])
    );
    for (_, bytes) in bench.written() {
        assert!(!bytes.windows(PASSWORD.len()).any(|window| window == PASSWORD.as_bytes()));
    }
}

#[test]
fn doctor_says_what_a_user_of_redis_may_do() {
    let bench = Bench::new();
    let server = RedisServer::start();
    server.run(0, &["SET", "a", "b"]);
    let told = bench.run(["doctor", &format!("redis://127.0.0.1:{}", server.port())]).expect(0).stdout;
    assert!(told.contains("identity  default") && told.contains("1 keys in 1 databases"), "{told}");
    server.run(0, &["CONFIG", "SET", "requirepass", PASSWORD]);
    let refused = bench.run(["doctor", &format!("redis://127.0.0.1:{}", server.port())]).expect(2).stdout;
    assert!(refused.contains("REDISCLI_AUTH"), "{refused}");
}
