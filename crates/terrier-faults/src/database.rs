//! Real database servers, each with a folder and a port of its own, stopped when dropped.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::server::free_ports;

/// How long a server may take to start on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// The password of the servers' own administrator.
const ADMIN_PASSWORD: &str = "admin-secret";

/// A process that is ended by a signal which lets it clean up.
struct Served {
    process: Child,
    port: u16,
    signal: &'static str,
    folder: TempDir,
}

impl Served {
    /// Starts servers until one stays up and is ready: a port that was free may have been taken since.
    fn start(
        signal: &'static str,
        prepare: impl Fn(&Path),
        command: impl Fn(&Path, u16) -> Command,
        ready: impl Fn(&Path, u16) -> bool,
    ) -> Self {
        let started = Instant::now();
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        prepare(folder.path());
        loop {
            let port = free_ports(1)[0];
            let mut command = command(folder.path(), port);
            let spawned = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
            let mut process = spawned.unwrap_or_else(|error| {
                panic!("{} cannot be started: {error}; make test-deps installs it", command.get_program().display())
            });
            while started.elapsed() < PATIENCE && process.try_wait().is_ok_and(|ended| ended.is_none()) {
                if ready(folder.path(), port) {
                    return Self { process, port, signal, folder };
                }
                std::thread::sleep(Duration::from_millis(50));
            }
            let _ = process.kill();
            assert!(started.elapsed() < PATIENCE, "{} did not start within {PATIENCE:?}", command.get_program().display());
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.signal).arg(self.process.id().to_string()).status();
        let _ = self.process.wait();
    }
}

fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output().expect("id tells who runs the tests");
    output.stdout.starts_with(b"0")
}

/// Prepares a program to run as a user of its own where the tests run as root, which some servers refuse.
fn as_user(user: &str, program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid", user, "--regid", user, "--clear-groups", "--"]).arg(program);
    command
}

fn give_to(user: &str, folder: &Path) {
    if is_root() {
        run(Command::new("chown").arg(user).arg(folder));
    }
}

#[track_caller]
fn run(command: &mut Command) -> Output {
    let output = command.stdin(Stdio::null()).output();
    let output =
        output.unwrap_or_else(|error| panic!("{} cannot be started: {error}; make test-deps installs it", command.get_program().display()));
    assert!(output.status.success(), "{command:?}\n{}", String::from_utf8_lossy(&output.stderr));
    output
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
}

/// PostgreSQL, with passwords; its superuser is `postgres`.
pub struct PostgresServer(Served);

impl PostgresServer {
    /// Starts a server with nothing in it.
    pub fn start() -> Self {
        let prepare = |folder: &Path| {
            let (data, password) = (folder.join("data"), folder.join("password"));
            std::fs::write(&password, ADMIN_PASSWORD).expect("the folder can be written to");
            give_to("postgres", folder);
            give_to("postgres", &password);
            let mut command = as_user("postgres", &postgres_program("initdb"));
            command.current_dir(folder).arg("-D").arg(data).arg("--pwfile").arg(password);
            run(command.args(["-U", "postgres", "-A", "scram-sha-256", "--no-sync", "-E", "UTF8", "--locale", "C.UTF-8"]));
        };
        let command = |folder: &Path, port: u16| {
            let mut command = as_user("postgres", &postgres_program("postgres"));
            command.current_dir(folder).arg("-D").arg(folder.join("data")).arg("-k").arg(folder).args(["-p", &port.to_string()]);
            command.args(["-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "autovacuum=off"]);
            command
        };
        let ready = |_: &Path, port: u16| psql(port, "postgres", "SELECT 1").output().is_ok_and(|output| output.status.success());
        Self(Served::start("-QUIT", prepare, command, ready))
    }

    /// Runs statements as the superuser in a database, and returns what they say.
    #[track_caller]
    pub fn run(&self, database: &str, sql: &str) -> String {
        text(&run(&mut psql(self.port(), database, sql)))
    }

    /// Prepares a session of the superuser that lasts as long as its statements: to hold locks.
    pub fn session(&self, database: &str, sql: &str) -> Command {
        psql(self.port(), database, sql)
    }

    /// Returns the port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.0.port
    }

    /// Returns the folder of its socket.
    pub fn socket_folder(&self) -> &Path {
        self.0.folder.path()
    }
}

fn psql(port: u16, database: &str, sql: &str) -> Command {
    let mut command = Command::new("psql");
    command.args([
        "-h",
        "127.0.0.1",
        "-p",
        &port.to_string(),
        "-U",
        "postgres",
        "-d",
        database,
        "-X",
        "-q",
        "-A",
        "-t",
        "-v",
        "ON_ERROR_STOP=1",
    ]);
    command.args(["-c", sql]).env("PGPASSWORD", ADMIN_PASSWORD);
    command
}

/// Debian keeps the programs of servers out of the path, by version.
fn postgres_program(name: &str) -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().filter_map(Result::ok);
    let found = versions.map(|version| version.path().join("bin").join(name)).filter(|program| program.exists()).max();
    found.unwrap_or_else(|| PathBuf::from(name))
}

/// MariaDB; its administrator is `root`.
pub struct MariadbServer(Served);

impl MariadbServer {
    /// Starts a server with nothing in it.
    pub fn start() -> Self {
        let prepare = |folder: &Path| {
            give_to("mysql", folder);
            let mut command = as_user("mysql", Path::new("mariadb-install-db"));
            command.args(["--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve"]);
            run(command.current_dir(folder).arg(format!("--datadir={}", folder.join("data").display())));
        };
        let command = |folder: &Path, port: u16| {
            let mut command = as_user("mysql", Path::new("/usr/sbin/mariadbd"));
            command.current_dir(folder).args([
                "--no-defaults",
                "--bind-address=127.0.0.1",
                "--skip-name-resolve",
                "--innodb-flush-log-at-trx-commit=0",
                "--innodb-stats-auto-recalc=0",
            ]);
            command.arg(format!("--datadir={}", folder.join("data").display())).arg(format!("--port={port}"));
            command
                .arg(format!("--socket={}", folder.join("socket").display()))
                .arg(format!("--pid-file={}", folder.join("pid").display()));
            command
        };
        let ready = |folder: &Path, _: u16| mariadb(folder, "SELECT 1").output().is_ok_and(|output| output.status.success());
        Self(Served::start("-TERM", prepare, command, ready))
    }

    /// Runs statements as the administrator, and returns what they say.
    #[track_caller]
    pub fn run(&self, sql: &str) -> String {
        text(&run(&mut mariadb(self.0.folder.path(), sql)))
    }

    /// Prepares a session of the administrator that lasts as long as its statements: to hold locks.
    pub fn session(&self, sql: &str) -> Command {
        mariadb(self.0.folder.path(), sql)
    }

    /// Returns the port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.0.port
    }
}

fn mariadb(folder: &Path, sql: &str) -> Command {
    let mut command = Command::new("mariadb");
    command.arg("--no-defaults").arg(format!("--socket={}", folder.join("socket").display()));
    command.args(["--user=root", "--batch", "--skip-column-names", "--default-character-set=utf8mb4", "-e", sql]);
    command
}

/// Redis, in memory only.
pub struct RedisServer(Served);

impl RedisServer {
    /// Starts a server with nothing in it.
    pub fn start() -> Self {
        let command = |folder: &Path, port: u16| {
            let mut command = Command::new("redis-server");
            command.current_dir(folder).args(["--bind", "127.0.0.1", "--save", "", "--port", &port.to_string()]);
            command
        };
        let ready = |_: &Path, port: u16| redis(port).arg("PING").output().is_ok_and(|output| output.stdout.starts_with(b"PONG"));
        Self(Served::start("-TERM", |_| {}, command, ready))
    }

    /// Runs a command in a logical database, and returns what it says.
    #[track_caller]
    pub fn run(&self, database: u8, command: &[&str]) -> String {
        text(&run(redis(self.port()).args(["-n", &database.to_string()]).args(command)))
    }

    /// Returns the port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.0.port
    }
}

fn redis(port: u16) -> Command {
    let mut command = Command::new("redis-cli");
    command.args(["-p", &port.to_string()]);
    command
}
