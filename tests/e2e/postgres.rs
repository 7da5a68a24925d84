//! Tables of a real PostgreSQL server.

use std::process::{Child, Stdio};

use terrier_faults::PostgresServer;

use crate::determinism::TABLES;
use crate::harness::{Bench, Ended, FOUND, PASSWORD, pairs, scan_database as scan};

const CARD: &str = "4539 5787 6362 1486";

const RECORDS: &str = "SELECT path, concat(records_read, '/', records_total) FROM assets ORDER BY path";

fn postgres() -> PostgresServer {
    let server = PostgresServer::start();
    server.run("postgres", &format!("CREATE ROLE reader LOGIN PASSWORD '{PASSWORD}'"));
    server.run("postgres", "CREATE DATABASE shop");
    server
}

fn url(server: &PostgresServer, rest: &str) -> String {
    format!("postgres://reader@127.0.0.1:{}{rest}", server.port())
}

/// Tables with everything that tables have.
fn fill(server: &PostgresServer) {
    server.run(
        "shop",
        &format!(
            r#"
            CREATE TYPE mood AS ENUM ('glad', 'sad');
            CREATE TABLE customers (
                id bigint PRIMARY KEY, email text, ssn text, card numeric(16), profile jsonb, phones text[], joined timestamptz, m mood);
            INSERT INTO customers SELECT n, 'person' || n || '@initech.example.org', NULL, NULL, NULL, NULL, now(), 'glad'
                FROM generate_series(1, 9000) n;
            UPDATE customers SET ssn = '219-09-' || (1000 + id), card = 4539578763621486,
                profile = json_build_object('contact', json_build_object('mail', 'p' || id || '@home.example.net'), 'tags', json_build_array(1, 2))
                WHERE id <= 300;
            CREATE SCHEMA "Odd/Schema";
            CREATE TABLE "Odd/Schema"."Näme ""x"" %2F" ("E-Mail" text, "a""b" int, code char(3), PRIMARY KEY (code, "a""b"));
            INSERT INTO "Odd/Schema"."Näme ""x"" %2F" SELECT 'q' || n || '@initech.example.org', n % 40, 'c' || n / 40
                FROM generate_series(0, 399) n;
            CREATE TABLE empty (id int PRIMARY KEY, email text);
            CREATE TABLE without_columns ();
            INSERT INTO without_columns DEFAULT VALUES;
            CREATE SCHEMA hidden;
            CREATE TABLE hidden.secrets (card text);
            INSERT INTO hidden.secrets VALUES ('{CARD}');
            CREATE TABLE partly (id int PRIMARY KEY, email text, card text);
            INSERT INTO partly VALUES (1, 'a@initech.example.org', '{CARD}');
            CREATE TABLE events (id int, day date, email text, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
            CREATE TABLE events_2023 PARTITION OF events FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
            CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
            INSERT INTO events SELECT n, '2023-06-01', 'e' || n || '@initech.example.org' FROM generate_series(1, 50) n;
            INSERT INTO events SELECT n, '2024-06-01', 'f' || n || '@initech.example.org' FROM generate_series(1, 70) n;
            CREATE TABLE closed (id int, email text) PARTITION BY RANGE (id);
            CREATE TABLE closed_1 PARTITION OF closed FOR VALUES FROM (0) TO (100);
            INSERT INTO closed SELECT n, 'g' || n || '@initech.example.org' FROM generate_series(1, 30) n;
            CREATE TABLE lines (line text);
            INSERT INTO lines SELECT 'customer ' || n || ' paid with credit card {CARD} today' FROM generate_series(1, 500) n;
            CREATE TABLE long (id int PRIMARY KEY, body text);
            INSERT INTO long VALUES (1, 'credit card {CARD} ' || repeat('word ', 600000)), (2, 'none');
            CREATE TABLE blobs (id uuid PRIMARY KEY, content bytea);
            INSERT INTO blobs VALUES ('00000000-0000-0000-0000-000000000001', '\x00ff10' || convert_to('credit card {CARD} ', 'UTF8') || '\x0001');
            CREATE TABLE parents (email text); CREATE TABLE children () INHERITS (parents);
            INSERT INTO parents VALUES ('h@initech.example.org'); INSERT INTO children VALUES ('i@initech.example.org');
            CREATE MATERIALIZED VIEW copied AS SELECT email FROM customers WHERE id <= 10;
            CREATE VIEW seen AS SELECT * FROM customers;
            CREATE TABLE ruled (id int PRIMARY KEY, email text);
            INSERT INTO ruled VALUES (1, 'j@initech.example.org'), (2, 'k@initech.example.org');
            ALTER TABLE ruled ENABLE ROW LEVEL SECURITY;
            CREATE POLICY one ON ruled FOR SELECT USING (id = 1);
            GRANT USAGE ON SCHEMA "Odd/Schema" TO reader;
            GRANT SELECT ON ALL TABLES IN SCHEMA public, "Odd/Schema" TO reader;
            REVOKE SELECT ON partly, closed_1 FROM reader;
            GRANT SELECT (id, email) ON partly TO reader;
            "#
        ),
    );
}

const COVERAGE: [(&str, &str); 16] = [
    ("shop/Odd%2FSchema/Näme \"x\" %252F", "full"),
    ("shop/hidden/secrets", "denied"),
    ("shop/public/blobs", "full"),
    ("shop/public/children", "full"),
    ("shop/public/closed", "full"),
    ("shop/public/copied", "full"),
    ("shop/public/customers", "full"),
    ("shop/public/empty", "full"),
    ("shop/public/events_2023", "full"),
    ("shop/public/events_2024", "full"),
    ("shop/public/lines", "full"),
    ("shop/public/long", "table_limit"),
    ("shop/public/parents", "full"),
    ("shop/public/partly", "denied"),
    ("shop/public/ruled", "denied"),
    ("shop/public/without_columns", "full"),
];

#[test]
fn tables_of_postgres_are_found_and_left_as_they_are() {
    let bench = Bench::new();
    let server = postgres();
    fill(&server);
    const WRITES: &str = "SELECT sum(tup_inserted + tup_updated + tup_deleted) FROM pg_stat_database";
    let before = server.run("postgres", WRITES);
    scan(&bench, &url(&server, ""), &[]).expect(3);
    assert_eq!(server.run("postgres", WRITES), before, "a scan writes nothing");
    bench.expect_coverage(&COVERAGE);
    assert_eq!(
        bench.pairs(FOUND),
        pairs(&[
            ("shop/Odd%2FSchema/Näme \"x\" %252F", "email high 400"),
            ("shop/public/blobs", "payment_card high 1"),
            ("shop/public/children", "email high 1"),
            ("shop/public/closed", "email high 30"),
            ("shop/public/copied", "email high 10"),
            ("shop/public/customers", "email high 9300"),
            ("shop/public/customers", "payment_card high 300"),
            ("shop/public/customers", "us_ssn high 300"),
            ("shop/public/events_2023", "email high 50"),
            ("shop/public/events_2024", "email high 70"),
            ("shop/public/lines", "payment_card high 500"),
            ("shop/public/long", "payment_card high 1"),
            ("shop/public/parents", "email high 1"),
            ("shop/public/partly", "email high 1"),
            ("shop/public/ruled", "email high 1"),
        ])
    );
    let columns = bench.pairs(
        "SELECT c.name, c.class FROM columns c JOIN assets a USING (asset_id) WHERE a.path = 'shop/public/customers' AND class IS NOT NULL ORDER BY 1",
    );
    assert_eq!(columns, pairs(&[("card", "payment_card"), ("email", "email"), ("profile.contact.mail", "email"), ("ssn", "us_ssn")]));
    let records = bench.pairs(&format!("SELECT * FROM ({RECORDS}) WHERE path LIKE '%customers' OR path LIKE '%empty'"));
    assert_eq!(records, pairs(&[("shop/public/customers", "9000/9000"), ("shop/public/empty", "0/0")]));
}

#[test]
fn tables_of_postgres_do_not_depend_on_threads() {
    let bench = Bench::new();
    let server = postgres();
    fill(&server);
    let results = ["1", "2", "2"].map(|threads| {
        scan(&bench, &url(&server, "/shop"), &["--threads", threads]).expect(3);
        TABLES.map(|table| bench.sorted_rows(table))
    });
    assert!(results[0].iter().all(|rows| !rows.is_empty()));
    assert_eq!(results[0], results[1], "1 and 2 threads");
    assert_eq!(results[1], results[2], "twice");
}

/// Holds a lock until it is killed.
struct Locked(Child);

impl Drop for Locked {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_locked_table_is_one_reason_and_no_wait() {
    let bench = Bench::new();
    let server = postgres();
    server.run("shop", "CREATE TABLE locked (id int PRIMARY KEY, email text); CREATE TABLE free (email text)");
    server.run("shop", "INSERT INTO free VALUES ('a@initech.example.org'); GRANT SELECT ON locked, free TO reader");
    let lock = "BEGIN; LOCK TABLE locked IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(600)";
    let session = server.session("shop", lock).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let locked = Locked(session);
    while server.run("shop", "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted AND database IS NOT NULL") == "0"
    {
        std::thread::yield_now();
    }
    let ended = scan(&bench, &url(&server, "/shop"), &[]).expect(3);
    bench.expect_coverage(&[("shop/public/free", "full"), ("shop/public/locked", "locked")]);
    assert!(ended.stdout.contains("locked by somebody else"), "{}", ended.stdout);
    drop(locked);
    server.run("shop", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep%' AND pid <> pg_backend_pid()");
    scan(&bench, &url(&server, "/shop"), &[]).expect(0);
    bench.expect_coverage(&[("shop/public/free", "full"), ("shop/public/locked", "full")]);
}

#[test]
fn large_tables_of_postgres_are_sampled_alike_each_time() {
    let bench = Bench::new();
    let server = postgres();
    server.run("shop", "CREATE TABLE large (id int PRIMARY KEY, email text)");
    server.run("shop", "INSERT INTO large SELECT n, 'p' || n || '@initech.example.org' FROM generate_series(1, 50000) n");
    server.run("shop", "ANALYZE large; CREATE TABLE unknown AS SELECT * FROM large; GRANT SELECT ON large, unknown TO reader");
    let results = ["1", "2"].map(|threads| {
        scan(&bench, &url(&server, "/shop"), &["--max-table-rows", "5K", "--threads", threads]).expect(0);
        bench.expect_coverage(&[("shop/public/large", "table_limit"), ("shop/public/unknown", "table_limit")]);
        let records = bench.pairs("SELECT records_read, records_total FROM assets ORDER BY path");
        let (read, total) = &records[0];
        assert!((2_000..=5_000).contains(&read.parse::<u32>().unwrap()) && total == "50000", "{read} of {total}");
        assert_eq!(records[1].0, "5000");
        TABLES.map(|table| bench.sorted_rows(table))
    });
    assert_eq!(results[0], results[1]);
    scan(&bench, &url(&server, "/shop"), &["--full"]).expect(0);
    assert_eq!(bench.pairs(RECORDS), pairs(&[("shop/public/large", "50000/50000"), ("shop/public/unknown", "50000/50000")]));
}

#[test]
fn what_opens_a_database_and_what_is_in_it_shows_up_nowhere() {
    let bench = Bench::new();
    let server = postgres();
    server.run("shop", r#"CREATE TABLE "jane.doe@initech.example.org" ("4539578763621486" text); CREATE TABLE cards (card text)"#);
    server.run("shop", &format!(r#"INSERT INTO cards VALUES ('{CARD}'); GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader"#));
    let target = format!("postgres://reader:{PASSWORD}@127.0.0.1:{}/shop?password={PASSWORD}", server.port());
    let (out, key, plan) = (bench.out(), bench.path("key"), bench.path("plan"));
    let [out, key, plan] = [&out, &key, &plan].map(|path| path.to_str().unwrap());
    let wrong = target.replace("127.0.0.1", "nobody-7.invalid");
    let ended = [
        bench.run(["scan", &target, "--out", out, "--key-file", key, "--log", "trace"]).expect(0),
        bench.run(["scan", &target, "--out", out, "--key-file", key, "--log", "trace", "--format", "json"]).expect(0),
        bench.run(["plan", &target, "--out", plan, "--findings", out, "--key-file", key, "--log", "trace"]).expect(0),
        bench.run(["doctor", &target, "--log", "trace"]).expect(0),
        bench.run(["doctor", &wrong]).expect(2),
        bench.run(["scan", &wrong, "--out", out, "--key-file", key]).expect(2),
        bench.run(["scan", &target.replace("shop", "none"), "--out", out, "--key-file", key]).expect(2),
        bench.run(["scan", &target.replace(":pw", "x:pw"), "--out", out, "--key-file", key]).expect(2),
        bench.run(["scan", &target.replace("pw-", "/pw-"), "--out", out, "--key-file", key]).expect(2),
        bench.run(["scan", &target, &target, "--out", out, "--key-file", key]).expect(2),
    ];
    assert_eq!(bench.pairs("SELECT path, coverage_method FROM assets ORDER BY path").len(), 2);
    let needles = [PASSWORD, "jane.doe", "4539578763621486", CARD];
    let written: Vec<_> = bench.written().into_iter().filter(|(path, _)| !path.starts_with(plan)).collect();
    assert!(written.len() > 10);
    for needle in needles {
        for Ended { stdout, stderr, .. } in &ended {
            assert!(!stdout.contains(needle) && !stderr.contains(needle), "{needle} in:\n{stdout}\n{stderr}");
        }
        for (path, bytes) in &written {
            assert!(!bytes.windows(needle.len()).any(|window| window == needle.as_bytes()), "{needle} in {}", path.display());
        }
    }
    // A plan holds exact names, and still no password: whoever runs it has it from the environment.
    for (path, bytes) in bench.written() {
        assert!(!bytes.windows(PASSWORD.len()).any(|window| window == PASSWORD.as_bytes()), "the password is in {}", path.display());
    }
    let mut run = bench.command(["scan", "--plan", plan, "--out", out, "--key-file", key]);
    Ended::of(run.env("PGPASSWORD", PASSWORD).output().unwrap()).expect(0);
}

#[test]
fn doctor_says_what_a_role_of_postgres_may_do() {
    let bench = Bench::new();
    let server = postgres();
    server.run("shop", "CREATE TABLE a (x int); CREATE TABLE b (x int); GRANT SELECT ON a TO reader; GRANT INSERT ON a TO reader");
    let doctor = |target: &str| Ended::of(bench.command(["doctor", target]).env("PGPASSWORD", PASSWORD).output().unwrap());
    let told = doctor(&url(&server, "/shop")).expect(0).stdout;
    for part in ["identity  reader", "on 1 of 2 tables", "✓ read-only session", "– read-only role", "could write to 1 tables", "– TLS"]
    {
        assert!(told.contains(part), "{part} is missing in:\n{told}");
    }
    let refused = doctor(&url(&server, "/none")).expect(2).stdout;
    assert!(refused.contains("there is no such database"), "{refused}");
    let wrong = bench.run(["doctor", &url(&server, "/shop")]).expect(2).stdout;
    assert!(wrong.contains("PGPASSWORD"), "{wrong}");
}
