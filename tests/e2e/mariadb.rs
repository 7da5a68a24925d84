//! Tables of a real MariaDB server.

use std::process::{Child, Stdio};

use terrier_faults::MariadbServer;

use crate::determinism::TABLES;
use crate::harness::{Bench, Ended, FOUND, PASSWORD, pairs, scan_database as scan};

const CARD: &str = "4539 5787 6362 1486";

fn mariadb() -> MariadbServer {
    let server = MariadbServer::start();
    server.run(&format!("CREATE USER reader@'%' IDENTIFIED BY '{PASSWORD}'; CREATE DATABASE shop"));
    server
}

fn url(server: &MariadbServer, rest: &str) -> String {
    format!("mysql://reader@127.0.0.1:{}{rest}", server.port())
}

fn fill(server: &MariadbServer) {
    server.run(&format!(
        "
        USE shop;
        CREATE TABLE customers (id BIGINT UNSIGNED PRIMARY KEY, email VARCHAR(100), ssn CHAR(11), card DECIMAL(16), profile JSON, joined TIMESTAMP);
        INSERT INTO customers SELECT seq + 9007199254740990, concat('person', seq, '@initech.example.org'),
            if(seq <= 300, concat('219-09-', 1000 + seq), NULL), if(seq <= 300, 4539578763621486, NULL),
            if(seq <= 300, concat('{{\"contact\": {{\"mail\": \"p', seq, '@home.example.net\"}}}}'), NULL), now()
            FROM seq_1_to_9000;
        ANALYZE TABLE customers;
        CREATE DATABASE `Odd/Base`;
        CREATE TABLE `Odd/Base`.`Näme ``x`` %2F` (`E-Mail` TEXT, `a``b` INT, code VARBINARY(8), PRIMARY KEY (code, `a``b`));
        INSERT INTO `Odd/Base`.`Näme ``x`` %2F`
            SELECT concat('q', seq, '@initech.example.org'), seq % 40, concat('c', floor(seq / 40)) FROM seq_0_to_399;
        CREATE TABLE empty (id INT PRIMARY KEY, email TEXT);
        CREATE TABLE `lines` (line TEXT);
        INSERT INTO `lines` SELECT concat('customer ', seq, ' paid with credit card {CARD} today') FROM seq_1_to_500;
        CREATE TABLE isam (line TEXT) ENGINE = MyISAM;
        INSERT INTO isam SELECT concat('customer ', seq, ' paid with credit card {CARD} today') FROM seq_1_to_5;
        CREATE TABLE `long` (id INT PRIMARY KEY, body LONGTEXT);
        INSERT INTO `long` VALUES (1, concat('credit card {CARD} ', repeat('word ', 600000))), (2, 'none');
        CREATE TABLE blobs (id BINARY(2) PRIMARY KEY, content BLOB);
        INSERT INTO blobs VALUES ('ab', concat(x'00ff10', 'credit card {CARD} ', x'0001'));
        CREATE TABLE days (day DATE, code VARCHAR(8) CHARACTER SET latin1, email TEXT, PRIMARY KEY (day, code)) PARTITION BY KEY (day);
        INSERT INTO days SELECT '2024-01-01' + INTERVAL seq % 30 DAY, concat('é', seq), concat('d', seq, '@initech.example.org') FROM seq_1_to_600;
        CREATE TABLE partly (id INT PRIMARY KEY, email TEXT, card TEXT);
        INSERT INTO partly VALUES (1, 'a@initech.example.org', '{CARD}');
        CREATE TABLE written (card TEXT);
        CREATE VIEW seen AS SELECT * FROM customers;
        GRANT SELECT ON `Odd/Base`.* TO reader@'%';
        GRANT SELECT ON shop.customers TO reader@'%';
        GRANT SELECT ON shop.empty TO reader@'%';
        GRANT SELECT ON shop.lines TO reader@'%';
        GRANT SELECT ON shop.isam TO reader@'%';
        GRANT SELECT ON shop.long TO reader@'%';
        GRANT SELECT ON shop.blobs TO reader@'%';
        GRANT SELECT ON shop.days TO reader@'%';
        GRANT SELECT (id, email) ON shop.partly TO reader@'%';
        GRANT INSERT ON shop.written TO reader@'%';
        "
    ));
}

#[test]
fn tables_of_mariadb_are_found_and_left_as_they_are() {
    let bench = Bench::new();
    let server = mariadb();
    fill(&server);
    const WRITES: &str = "SHOW GLOBAL STATUS WHERE variable_name IN ('Handler_delete', 'Handler_update', 'Innodb_rows_inserted')";
    let before = server.run(WRITES);
    scan(&bench, &url(&server, ""), &[]).expect(3);
    assert_eq!(server.run(WRITES), before, "a scan writes nothing");
    bench.expect_coverage(&[
        ("Odd%2FBase/Näme `x` %252F", "full"),
        ("shop/blobs", "full"),
        ("shop/customers", "full"),
        ("shop/days", "full"),
        ("shop/empty", "full"),
        ("shop/isam", "full"),
        ("shop/lines", "full"),
        ("shop/long", "table_limit"),
        ("shop/partly", "denied"),
        ("shop/written", "denied"),
    ]);
    assert_eq!(
        bench.pairs(FOUND),
        pairs(&[
            ("Odd%2FBase/Näme `x` %252F", "email high 400"),
            ("shop/blobs", "payment_card high 1"),
            ("shop/customers", "email high 9300"),
            ("shop/customers", "payment_card high 300"),
            ("shop/customers", "us_ssn high 300"),
            ("shop/days", "email high 600"),
            ("shop/isam", "payment_card high 5"),
            ("shop/lines", "payment_card high 500"),
            ("shop/long", "payment_card high 1"),
            ("shop/partly", "email high 1"),
        ])
    );
    let rows = TABLES.map(|table| bench.sorted_rows(table));
    scan(&bench, &url(&server, ""), &["--threads", "1"]).expect(3);
    assert_eq!(TABLES.map(|table| bench.sorted_rows(table)), rows, "with one thread");
    let sampled = ["2", "1"].map(|threads| {
        scan(&bench, &url(&server, "/shop/customers"), &["--max-table-rows", "1000", "--threads", threads]).expect(0);
        let records = bench.pairs("SELECT coverage_reason, records_read FROM assets WHERE path = 'shop/customers' AND records_read < 9000");
        assert_eq!(records, pairs(&[("table_limit", "1000")]));
        TABLES.map(|table| bench.sorted_rows(table))
    });
    assert_eq!(sampled[0], sampled[1]);
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
fn a_locked_table_of_mariadb_is_one_reason_and_no_wait() {
    let bench = Bench::new();
    let server = mariadb();
    server.run("USE shop; CREATE TABLE locked (id INT PRIMARY KEY); CREATE TABLE free (email TEXT); INSERT INTO free VALUES ('a@initech.example.org')");
    server.run("GRANT SELECT ON shop.* TO reader@'%'");
    let session = server.session("LOCK TABLES shop.locked WRITE; SELECT sleep(600)").stdout(Stdio::null()).spawn().unwrap();
    let _locked = Locked(session);
    while server.run("SELECT count(*) FROM information_schema.processlist WHERE info LIKE 'SELECT sleep%'") == "0" {
        std::thread::yield_now();
    }
    scan(&bench, &url(&server, "/shop"), &[]).expect(3);
    bench.expect_coverage(&[("shop/free", "full"), ("shop/locked", "locked")]);
}

#[test]
fn doctor_says_what_a_user_of_mariadb_may_do() {
    let bench = Bench::new();
    let server = mariadb();
    server.run("CREATE TABLE shop.a (x INT); GRANT SELECT, INSERT ON shop.* TO reader@'%'");
    let target = url(&server, "/shop");
    let told = Ended::of(bench.command(["doctor", &target]).env("MYSQL_PWD", PASSWORD).output().unwrap()).expect(0).stdout;
    for part in ["identity  reader@%", "1 tables in 1 databases", "– read-only user", "– TLS"] {
        assert!(told.contains(part), "{part} is missing in:\n{told}");
    }
    let with_password = target.replace("reader@", &format!("reader:{PASSWORD}@"));
    assert!(!bench.run(["doctor", &with_password]).expect(0).stdout.contains(PASSWORD));
    let wrong = bench.run(["doctor", &target]).expect(2).stdout;
    assert!(wrong.contains("MYSQL_PWD"), "{wrong}");
    let missing = Ended::of(bench.command(["doctor", &url(&server, "/none")]).env("MYSQL_PWD", PASSWORD).output().unwrap()).expect(2);
    assert!(missing.stdout.contains("there is no such database"), "{}", missing.stdout);
}
