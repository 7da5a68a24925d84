use std::fmt;

use terrier_content::Sensitive;
use terrier_model::StoreKind;

use crate::TargetError;
use crate::target::strip_scheme;

/// The schemes of databases, the usual one of each protocol first.
const SCHEMES: [(&str, StoreKind); 6] = [
    ("postgres", StoreKind::Postgres),
    ("postgresql", StoreKind::Postgres),
    ("mysql", StoreKind::Mysql),
    ("mariadb", StoreKind::Mysql),
    ("redis", StoreKind::Redis),
    ("rediss", StoreKind::Redis),
];

/// A database server, or a part of it: `postgres://[user[:password]@]host[:port][/database[/schema]][?parameters]`.
///
/// The password never leaves: `Debug` prints the kind only, and [`DatabaseTarget::without_password`] is what may be shown.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseTarget {
    kind: StoreKind,
    scheme: &'static str,
    /// As typed, percent-encoded.
    user: Option<String>,
    password: Option<Sensitive<String>>,
    /// Host and port as typed.
    server: String,
    /// Database, schema and so on, decoded.
    path: Vec<String>,
    /// As typed; may hold a password.
    parameters: Vec<Sensitive<String>>,
}

impl DatabaseTarget {
    /// Reads an address; `None` where its scheme is not a database's.
    pub(crate) fn parse(text: &[u8]) -> Option<Result<Self, TargetError>> {
        let with_scheme = SCHEMES.iter().find_map(|(scheme, kind)| {
            let rest = strip_scheme(text, format!("{scheme}://").as_bytes())?;
            Some((*scheme, *kind, rest))
        });
        let (scheme, kind, rest) = with_scheme?;
        let read = std::str::from_utf8(rest).map_err(|_| TargetError::BadDatabase).and_then(|rest| Self::read(kind, scheme, rest));
        Some(read)
    }

    fn read(kind: StoreKind, scheme: &'static str, rest: &str) -> Result<Self, TargetError> {
        let (before, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, path) = before.split_once('/').unwrap_or((before, ""));
        // A password that is not encoded would end up in what is shown.
        if path.contains('@') || authority.matches('@').count() > 1 || before.contains('#') {
            return Err(TargetError::BadDatabase);
        }
        let (user_info, server) = authority.rsplit_once('@').map_or((None, authority), |(user, server)| (Some(user), server));
        let parameters: Vec<_> = query.split('&').filter(|pair| !pair.is_empty()).map(|pair| Sensitive::new(pair.to_owned())).collect();
        if server.is_empty() && parameters.is_empty() {
            return Err(TargetError::NoServer);
        }
        if !server.bytes().all(is_server_byte) {
            return Err(TargetError::BadDatabase);
        }
        let (user, password) = match user_info.map(|info| info.split_once(':').unwrap_or((info, ""))) {
            Some((user, password)) => (user, password),
            None => ("", ""),
        };
        let path = path.split('/').filter(|part| !part.is_empty()).map(decode).collect::<Option<_>>().ok_or(TargetError::BadDatabase)?;
        let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let password = filled(password).map(Sensitive::new);
        Ok(Self { kind, scheme, user: filled(user), password, server: server.to_owned(), path, parameters })
    }

    /// Returns the protocol.
    pub fn kind(&self) -> StoreKind {
        self.kind
    }

    /// Returns the database, where the address names one.
    pub fn database(&self) -> Option<&str> {
        self.path.first().map(String::as_str)
    }

    /// Returns what the keys of its assets begin with.
    pub fn prefix(&self) -> Vec<u8> {
        // A table is named to its end; whatever is above it ends in a slash.
        let whole = if self.kind == StoreKind::Postgres { 3 } else { 2 };
        let mut prefix = self.path.iter().map(|part| escape(part)).collect::<Vec<_>>().join("/");
        if !self.path.is_empty() && self.path.len() < whole {
            prefix.push('/');
        }
        prefix.into_bytes()
    }

    /// Returns the address without what must not be shown; connecting by it takes the password from the environment.
    pub fn without_password(&self) -> String {
        let open: Vec<_> = self.parameters.iter().map(|pair| pair.expose().as_str()).filter(|pair| !is_secret(pair)).collect();
        let path = self.path.iter().map(|part| encode(part)).collect::<Vec<_>>().join("/");
        self.assemble(None, &path, &open)
    }

    /// Returns the whole address of one database of the server, for the driver.
    #[cfg(any(feature = "postgres", feature = "mysql", feature = "redis"))]
    pub(crate) fn expose_url(&self, scheme: &'static str, database: &str) -> String {
        let all: Vec<_> = self.parameters.iter().map(|pair| pair.expose().as_str()).collect();
        let password = self.password.as_ref().map(|password| password.expose().as_str());
        Self { scheme, ..self.clone() }.assemble(password, &encode(database), &all)
    }

    /// Tells whether the address has a password.
    #[cfg(any(feature = "mysql", feature = "redis"))]
    pub(crate) fn has_password(&self) -> bool {
        self.password.is_some()
    }

    /// Returns the scheme, the usual one of its protocol.
    #[cfg(feature = "redis")]
    pub(crate) fn scheme(&self) -> &'static str {
        self.scheme
    }

    fn assemble(&self, password: Option<&str>, path: &str, parameters: &[&str]) -> String {
        let mut url = format!("{}://", self.scheme);
        if self.user.is_some() || password.is_some() {
            url.push_str(self.user.as_deref().unwrap_or_default());
            if let Some(password) = password {
                url.push(':');
                url.push_str(password);
            }
            url.push('@');
        }
        url.push_str(&self.server);
        if !path.is_empty() {
            url.push('/');
            url.push_str(path);
        }
        for (index, pair) in parameters.iter().enumerate() {
            url.push(if index == 0 { '?' } else { '&' });
            url.push_str(pair);
        }
        url
    }

    /// Tells whether one of two addresses lies inside the other.
    pub fn overlaps(&self, other: &Self) -> bool {
        let shorter = self.path.len().min(other.path.len());
        (self.kind, &self.server) == (other.kind, &other.server) && self.path[..shorter] == other.path[..shorter]
    }
}

impl fmt::Debug for DatabaseTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Database({})", self.kind.as_str())
    }
}

fn is_server_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b':' | b'[' | b']' | b'%')
}

/// Tells whether a parameter may hold what opens a door.
fn is_secret(pair: &str) -> bool {
    let name = pair.split('=').next().unwrap_or_default().to_ascii_lowercase();
    // Values of `options` are settings of the session, in which anything may stand.
    ["pass", "pwd", "secret", "token", "options"].iter().any(|part| name.contains(part))
}

/// Percent-decodes; `None` where that gives no text.
fn decode(text: &str) -> Option<String> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => {
                let digits = [bytes.next()?, bytes.next()?];
                u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(decoded).ok()
}

/// Percent-encodes all but what is plain everywhere.
fn encode(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// Makes the part of a key: `/` separates parts, so a name's own becomes `%2F`, and `%` becomes `%25`.
pub(super) fn escape(name: &str) -> String {
    name.replace('%', "%25").replace('/', "%2F")
}

/// Reads the parts of a key back.
#[cfg(any(feature = "postgres", feature = "mysql", feature = "redis"))]
pub(super) fn parts(key: &[u8]) -> Option<Vec<String>> {
    let key = std::str::from_utf8(key).ok()?;
    Some(key.split('/').map(|part| part.replace("%2F", "/").replace("%25", "%")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(text: &str) -> DatabaseTarget {
        DatabaseTarget::parse(text.as_bytes()).unwrap().unwrap()
    }

    fn check(text: &str, shown: &str, prefix: &str) {
        let target = target(text);
        assert_eq!((target.without_password().as_str(), String::from_utf8_lossy(&target.prefix()).as_ref()), (shown, prefix), "{text}");
        assert!(!format!("{target:?}").contains("canary"));
    }

    #[test]
    fn addresses_are_shown_without_their_passwords() {
        check("postgres://h", "postgres://h", "");
        check("POSTGRES://u:canary@h:5/d", "postgres://u@h:5/d", "d/");
        check("postgresql://u:canary@[::1]/d?sslmode=require&password=canary", "postgresql://u@[::1]/d?sslmode=require", "d/");
        check("postgres://h/d/s", "postgres://h/d/s", "d/s/");
        check("postgres://h/d/s/t", "postgres://h/d/s/t", "d/s/t");
        check("postgres://h/a%2Fb%25", "postgres://h/a%2Fb%25", "a%2Fb%25/");
        check("postgres:///d?host=/run/postgresql", "postgres:///d?host=/run/postgresql", "d/");
        check("mysql://:canary@h/d/t", "mysql://h/d/t", "d/t");
        check("rediss://u:can%2Fary@h/0", "rediss://u@h/0", "0/");
    }

    #[test]
    fn what_might_show_a_password_is_refused() {
        for text in ["mysql://u:canary/x@h", "postgres://u:canary@x@h", "redis://u:canary#@h", "postgres://h h", "mysql://h/%ff"] {
            assert_eq!(DatabaseTarget::parse(text.as_bytes()), Some(Err(TargetError::BadDatabase)), "{text}");
        }
        assert_eq!(DatabaseTarget::parse(b"s3://b"), None);
    }

    #[test]
    fn targets_overlap_where_one_holds_the_other() {
        assert!(target("postgres://h").overlaps(&target("postgres://u@h/d")));
        assert!(!target("postgres://h/d").overlaps(&target("postgres://h/e")));
        assert!(!target("postgres://h").overlaps(&target("postgres://h:2")));
    }

    #[test]
    #[cfg(feature = "postgres")]
    fn keys_read_back() {
        for name in ["plain", "a/b", "a%2Fb", "%25", "%", "é\"'"] {
            assert_eq!(parts(format!("d/{}", escape(name)).as_bytes()), Some(vec!["d".to_owned(), name.to_owned()]));
        }
    }
}
