use sqlx::Row;
use sqlx::postgres::PgConnection;
use terrier_model::Reason;

use super::Inner;
use super::failure::failed;
use super::statement;
use crate::StoreError;
use crate::database::listing::Catalogue;
use crate::preflight::{ActionCheck, Preflight, Verdict};
use crate::store::{ListShard, Scope};

/// Who asks, whether the session refuses to write, and whether it is encrypted. Proxies keep no statistics of TLS.
const SESSION: &str = "\
    SELECT current_user::text, current_setting('transaction_read_only') = 'on',
        (SELECT s.ssl FROM pg_stat_ssl s WHERE s.pid = pg_backend_pid()),
        (SELECT r.rolsuper FROM pg_roles r WHERE r.rolname = current_user)";

/// Tables that the role could write to.
const WRITABLE: &str = "\
    SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
        AND has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')";

struct Session {
    user: String,
    refuses_to_write: bool,
    encrypted: Option<bool>,
    superuser: bool,
}

#[derive(Default)]
struct Counts {
    databases: u64,
    closed: u64,
    tables: u64,
    denied: u64,
    writable: i64,
}

pub(super) async fn check(inner: &Inner, scope: &Scope) -> Result<Preflight, StoreError> {
    let mut counts = Counts::default();
    let mut session = None;
    let shard = ListShard::whole(scope);
    for database in inner.databases(&shard, None).await? {
        let tables = inner.tables(&database).await?;
        if tables.first().is_some_and(|table| table.names.is_empty()) {
            counts.closed += 1;
            continue;
        }
        counts.databases += 1;
        counts.tables += tables.len() as u64;
        counts.denied += tables.iter().filter(|table| table.unreadable == Some(Reason::Denied)).count() as u64;
        let mut lease = inner.lease(&database).await?;
        counts.writable += writable(&mut lease.connection).await?;
        if session.is_none() {
            session = Some(ask(&mut lease.connection).await?);
        }
        inner.connections.give_back(lease);
    }
    let user = match &session {
        Some(session) => session.user.clone(),
        None => inner.server.user()?,
    };
    Ok(Preflight { identity: Some(user), account: None, region: None, actions: actions(&counts, session.as_ref()) })
}

async fn ask(connection: &mut PgConnection) -> Result<Session, StoreError> {
    let cannot = |error: sqlx::Error| failed(&error, "cannot ask who is asking");
    let row = statement(SESSION).fetch_one(connection).await.map_err(cannot)?;
    let read = || {
        Ok(Session {
            user: row.try_get(0)?,
            refuses_to_write: row.try_get(1)?,
            encrypted: row.try_get(2)?,
            superuser: row.try_get::<Option<bool>, _>(3)?.unwrap_or(false),
        })
    };
    read().map_err(cannot)
}

async fn writable(connection: &mut PgConnection) -> Result<i64, StoreError> {
    let cannot = |error: sqlx::Error| failed(&error, "cannot ask for privileges");
    let row = statement(WRITABLE).fetch_one(connection).await.map_err(cannot)?;
    row.try_get(0).map_err(cannot)
}

fn actions(counts: &Counts, session: Option<&Session>) -> Vec<ActionCheck> {
    let Counts { databases, closed, tables, denied, writable } = counts;
    let mut actions = vec![
        ActionCheck {
            action: "CONNECT".into(),
            verdict: if *databases > 0 { Verdict::Allowed } else { Verdict::Denied },
            required: true,
            detail: match closed {
                0 => format!("to {databases} databases"),
                closed => {
                    format!("to {databases} databases; {closed} more are closed to the role: GRANT CONNECT ON DATABASE, or pg_hba.conf")
                }
            },
        },
        ActionCheck {
            action: "SELECT".into(),
            verdict: if denied < tables || *tables == 0 { Verdict::Allowed } else { Verdict::Denied },
            required: true,
            detail: match denied {
                0 => format!("on all {tables} tables"),
                denied => format!(
                    "on {} of {tables} tables; for the others GRANT USAGE ON SCHEMA and GRANT SELECT ON ALL TABLES IN SCHEMA, or pg_read_all_data",
                    tables - denied
                ),
            },
        },
    ];
    let Some(session) = session else { return actions };
    actions.push(ActionCheck {
        action: "read-only session".into(),
        verdict: if session.refuses_to_write { Verdict::Allowed } else { Verdict::Denied },
        required: true,
        detail: "the server refuses writes of this session; a statement ends after 60 s, a wait for a lock after 2 s".into(),
    });
    let can_write = session.superuser || *writable > 0;
    actions.push(ActionCheck {
        action: "read-only role".into(),
        verdict: if can_write { Verdict::Denied } else { Verdict::Allowed },
        required: false,
        detail: match (session.superuser, writable) {
            (true, _) => "the role is a superuser; a scan writes nothing, but give it a role that can only read: docs/databases.md".into(),
            (false, 0) => "the role cannot write to any table".into(),
            (false, tables) => {
                format!("the role could write to {tables} tables; a scan writes nothing, but give it a role that can only read")
            }
        },
    });
    actions.push(ActionCheck {
        action: "TLS".into(),
        verdict: match session.encrypted {
            Some(true) => Verdict::Allowed,
            Some(false) => Verdict::Denied,
            None => Verdict::Unknown,
        },
        required: false,
        detail: match session.encrypted {
            Some(true) => "the connection is encrypted; only ?sslmode=verify-full checks who the server is".into(),
            _ => "over a network add ?sslmode=verify-full".into(),
        },
    });
    actions
}
