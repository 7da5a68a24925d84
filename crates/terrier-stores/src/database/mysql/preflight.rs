use sqlx::Row;
use sqlx::mysql::MySqlConnection;

use super::Inner;
use super::failure::failed;
use super::statement;
use crate::StoreError;
use crate::database::listing::Catalogue;
use crate::preflight::{ActionCheck, Preflight, Verdict};
use crate::store::{ListShard, Scope};

/// Who asks, whether the session refuses to write, and whether it is encrypted.
const SESSION: &str = "SELECT CAST(CURRENT_USER() AS CHAR)";
const CIPHER: &str = "SHOW SESSION STATUS LIKE 'Ssl_cipher'";

/// Privileges to change something, at any level, of those that the user may know of: the user's own.
const WRITING: &str = "\
    SELECT count(*) FROM (
        SELECT privilege_type FROM information_schema.user_privileges
        UNION ALL SELECT privilege_type FROM information_schema.schema_privileges
        UNION ALL SELECT privilege_type FROM information_schema.table_privileges
    ) AS held
    WHERE privilege_type IN ('INSERT', 'UPDATE', 'DELETE', 'DROP', 'ALTER', 'CREATE', 'SUPER', 'FILE', 'DELETE HISTORY')";

pub(super) async fn check(inner: &Inner, scope: &Scope) -> Result<Preflight, StoreError> {
    let databases = inner.databases(&ListShard::whole(scope), None).await?;
    let mut tables = 0;
    for database in &databases {
        tables += inner.tables(database).await?.len();
    }
    let mut lease = inner.lease().await?;
    let asked = ask(&mut lease.connection).await.map_err(|error| failed(&error, "cannot ask who is asking"))?;
    inner.connections.give_back(lease);
    Ok(Preflight { identity: Some(asked.user.clone()), account: None, region: None, actions: actions(databases.len(), tables, &asked) })
}

struct Asked {
    user: String,
    encrypted: bool,
    writing: i64,
}

async fn ask(connection: &mut MySqlConnection) -> Result<Asked, sqlx::Error> {
    let user = statement(SESSION).fetch_one(&mut *connection).await?.try_get(0)?;
    let cipher: Option<String> = match statement(CIPHER).fetch_optional(&mut *connection).await? {
        Some(row) => row.try_get_unchecked(1)?,
        None => None,
    };
    let writing = statement(WRITING).fetch_one(connection).await?.try_get(0)?;
    Ok(Asked { user, encrypted: cipher.is_some_and(|cipher| !cipher.is_empty()), writing })
}

fn actions(databases: usize, tables: usize, asked: &Asked) -> Vec<ActionCheck> {
    vec![
        ActionCheck {
            action: "SELECT".into(),
            verdict: if databases > 0 { Verdict::Allowed } else { Verdict::Denied },
            required: true,
            detail: format!("{tables} tables in {databases} databases are seen; the server hides what the user has no privilege on"),
        },
        ActionCheck {
            action: "read-only session".into(),
            verdict: Verdict::Allowed,
            required: true,
            detail: "the server refuses writes of this session; a statement ends after 60 s, a wait for a lock after 2 s".into(),
        },
        ActionCheck {
            action: "read-only user".into(),
            verdict: if asked.writing > 0 { Verdict::Denied } else { Verdict::Allowed },
            required: false,
            detail: match asked.writing {
                0 => "the user cannot write to any table".into(),
                _ => "the user could write; a scan writes nothing, but give it a user with SELECT only: docs/databases.md".into(),
            },
        },
        ActionCheck {
            action: "TLS".into(),
            verdict: if asked.encrypted { Verdict::Allowed } else { Verdict::Denied },
            required: false,
            detail: match asked.encrypted {
                true => "the connection is encrypted; only ?ssl-mode=verify_identity checks who the server is".into(),
                false => "over a network add ?ssl-mode=verify_identity".into(),
            },
        },
    ]
}
