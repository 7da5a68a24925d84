use std::time::Duration;

/// What extraction may spend on one asset. Exceeding a limit ends the asset, or the member, with a coverage reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes that decompression may yield in all, over all members and levels. Default 64 GiB.
    pub decompressed_bytes: u64,
    /// How many times the asset's size decompression may yield in all, once past [`Limits::ratio_free_bytes`]. Default 250.
    pub ratio: u64,
    /// Bytes that decompression may yield whatever their ratio: small files may be as dense as they like. Default 64 MiB.
    pub ratio_free_bytes: u64,
    /// Containers and compression layers inside each other. Default 8.
    pub depth: u32,
    /// Members of an asset, over all levels. Default 100,000.
    pub members: u64,
    /// Largest member that is held in memory because its format needs random access (a Parquet file in a zip). Default 128 MiB.
    pub buffered_bytes: u64,
    /// Address space of a worker process. Default 1 GiB.
    pub worker_memory: u64,
    /// Processor time that a worker may spend on one asset. Default 600 seconds.
    pub worker_cpu_seconds: u64,
    /// How long a worker may stay silent; time that the caller takes does not count. Default 120 seconds.
    pub worker_silence: Duration,
    /// Assets after which a worker is replaced by a fresh one. Default 256.
    pub worker_assets: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            decompressed_bytes: 64 << 30,
            ratio: 250,
            ratio_free_bytes: 64 << 20,
            depth: 8,
            members: 100_000,
            buffered_bytes: 128 << 20,
            worker_memory: 1 << 30,
            worker_cpu_seconds: 600,
            worker_silence: Duration::from_secs(120),
            worker_assets: 256,
        }
    }
}

impl Limits {
    /// Returns how much memory a decoder may take for its dictionary: a quarter of a worker's, since layers lie inside each other.
    pub(crate) fn dictionary_bytes(&self) -> u64 {
        self.worker_memory / 4
    }
}
