use std::fmt;

/// Names a store by its URI without credentials: `s3://bucket`, `file:///srv/data`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StoreId(String);

impl StoreId {
    /// Takes a URI.
    pub fn new(uri: impl Into<String>) -> Self {
        Self(uri.into())
    }

    /// Returns the URI.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StoreId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The kind of service a store is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StoreKind {
    /// A folder of a file system, local or mounted.
    Folder,
    /// An S3 bucket, or a bucket of a service that speaks S3.
    S3,
    /// A container of Azure Blob Storage.
    Azure,
    /// A bucket of Google Cloud Storage.
    Gcs,
    /// A virtual estate, whose assets are computed and stored nowhere.
    Sim,
    /// A PostgreSQL server, or one that speaks its protocol.
    Postgres,
    /// A MySQL or MariaDB server.
    Mysql,
    /// A Redis server, or one that speaks its protocol.
    Redis,
}

impl StoreKind {
    /// Returns the name used in the tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Folder => "folder",
            Self::S3 => "s3",
            Self::Azure => "azure",
            Self::Gcs => "gcs",
            Self::Sim => "sim",
            Self::Postgres => "postgres",
            Self::Mysql => "mysql",
            Self::Redis => "redis",
        }
    }

    /// Tells whether its assets are tables, which open as rows, not as bytes.
    pub fn holds_tables(self) -> bool {
        matches!(self, Self::Postgres | Self::Mysql | Self::Redis)
    }

    /// Reads the name used in the tables.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Folder, Self::S3, Self::Azure, Self::Gcs, Self::Sim, Self::Postgres, Self::Mysql, Self::Redis]
            .into_iter()
            .find(|kind| kind.as_str() == name)
    }
}

/// A fact about the estate that may be beyond what the scan was allowed to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fact {
    /// Established.
    Yes,
    /// Established to be false.
    No,
    /// Not asked, or the permission to ask was missing.
    #[default]
    Unknown,
}

impl Fact {
    /// Returns the name used in the tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Unknown => "unknown",
        }
    }

    /// Reads the name used in the tables.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Yes, Self::No, Self::Unknown].into_iter().find(|fact| fact.as_str() == name)
    }
}
