//! The `terrier-sim` command: writes made-up content for demos, tests and measurements.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::builder::PossibleValuesParser;
use clap::{Parser, Subcommand, ValueEnum};
use terrier_sim::benchmark::{Content, Kind, SEED, corpus, write_json_lines};
use terrier_sim::estate::{Scale, write_folder};
use terrier_sim::labelled::{Generator, archives_of, classes, tables_of, write_lines};
use terrier_sim::text::{TextPlan, TextStream};
#[cfg(feature = "virtual-estate")]
use terrier_sim::virtual_estate::{self, Address, Estate};

/// Writes made-up content that looks like a company's, with the truth about what is in it
///
/// The same seed gives the same bytes everywhere. Nothing in the output belongs to a real person.
#[derive(Debug, Parser)]
#[command(version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write a share with folders for every department, in every format
    Estate {
        /// Folder to write into; created where it is missing, and must be empty
        dir: PathBuf,
        /// Seed of everything
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// How much to write: 180 files and 14 MB, the same with a twentieth of the rows, or 750 files and 84 MB
        #[arg(long, value_enum, default_value_t = ScaleName::Small)]
        scale: ScaleName,
        /// File for the truth, one JSON object per line: asset, class, count, unreadable. Must lie outside the folder
        #[arg(long)]
        truth: Option<PathBuf>,
    },
    /// Write mixed text to the standard output: 40 % CSV, 35 % JSON logs, 25 % prose
    Text {
        /// How many bytes
        #[arg(long)]
        bytes: u64,
        /// Plant one sensitive value per this many bytes, or `none`
        #[arg(long, default_value = "2048", value_parser = hit_every)]
        hit_every: HitEvery,
        /// Seed of everything
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Write what `terrier bench` classifies to the standard output: text, or records as JSON, one per line
    Corpus {
        /// Kind of content
        #[arg(long, value_parser = PossibleValuesParser::new(Kind::ALL.map(Kind::as_str)))]
        kind: String,
        /// How many bytes at least; records are counted without names and quotes
        #[arg(long)]
        bytes: usize,
        /// Seed of everything
        #[arg(long, default_value_t = SEED)]
        seed: u64,
    },
    /// Write many small text files, a thousand to a folder
    Objects {
        /// Folder to write into; created where it is missing
        dir: PathBuf,
        /// How many files
        #[arg(long)]
        count: u64,
        /// Bytes of each
        #[arg(long, default_value_t = 2048)]
        bytes: u64,
        /// Plant one sensitive value per this many bytes, or `none`
        #[arg(long, default_value = "2048", value_parser = hit_every)]
        hit_every: HitEvery,
        /// Seed of everything
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Write the labelled benchmark: texts, tables and nested archives with the place of every value in them
    ///
    /// OUT will hold `text.jsonl` and `tables.jsonl`, one record a line; the folder `archives` with `archives.jsonl`, the truth of
    /// every member; and `classes.json`, the name under which scanners are compared on each class. Offsets are code points.
    Labelled {
        /// Folder to write into; created where it is missing, and must be empty
        #[arg(long)]
        out: PathBuf,
        /// How many texts; there is a table for twenty and an archive for a hundred of them
        #[arg(long, default_value_t = 2000)]
        records: u64,
        /// Seed of everything
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Serve a virtual estate on loopback as the S3 bucket `estate`, until it is interrupted
    ///
    /// Any access key is taken. Scan it with: terrier scan s3://estate --endpoint-url http://127.0.0.1:PORT
    #[cfg(feature = "virtual-estate")]
    Serve {
        #[command(flatten)]
        estate: VirtualArgs,
        /// Port to listen on; 0 for any that is free
        #[arg(long, default_value_t = 9300)]
        port: u16,
    },
    /// Write the S3 Inventory of a virtual estate: a manifest, its checksum, and files in Parquet
    ///
    /// Plan from it with: terrier plan s3://estate --inventory DIR/manifest.json
    #[cfg(feature = "virtual-estate")]
    Inventory {
        #[command(flatten)]
        estate: VirtualArgs,
        /// Folder to write into; created where it is missing, and must be empty
        #[arg(long)]
        out: PathBuf,
    },
    /// Write the truth about a virtual estate, one JSON object per dataset
    #[cfg(feature = "virtual-estate")]
    Truth {
        #[command(flatten)]
        estate: VirtualArgs,
        /// Look at every object, to count those that hold each class
        #[arg(long)]
        count: bool,
    },
}

#[cfg(feature = "virtual-estate")]
#[derive(Debug, clap::Args)]
struct VirtualArgs {
    /// Seed of everything
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many objects: 10k, 1M, 1e9
    #[arg(long, default_value = "10k")]
    scale: String,
    /// What it is made of
    #[arg(long)]
    profile: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ScaleName {
    Tiny,
    Small,
    Medium,
}

/// How many bytes there are per planted value, if any is planted.
#[derive(Debug, Clone, Copy)]
struct HitEvery(Option<u64>);

fn hit_every(argument: &str) -> Result<HitEvery, String> {
    match argument {
        "none" => Ok(HitEvery(None)),
        "0" => Err("must be at least 1, or `none`".to_owned()),
        number => number.parse().map(|every| HitEvery(Some(every))).map_err(|_| "must be a number of bytes or `none`".to_owned()),
    }
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().command {
        Command::Estate { dir, seed, scale, truth } => estate(&dir, seed, scale, truth.as_deref()),
        Command::Text { bytes, hit_every, seed } => text(TextPlan { seed, bytes, hit_every: hit_every.0 }),
        Command::Corpus { kind, bytes, seed } => write_corpus(&kind, bytes, seed),
        Command::Labelled { out, records, seed } => labelled(&out, records, seed),
        #[cfg(feature = "virtual-estate")]
        Command::Serve { estate, port } => serve(&estate, port),
        #[cfg(feature = "virtual-estate")]
        Command::Inventory { estate, out } => inventory(&estate, &out),
        #[cfg(feature = "virtual-estate")]
        Command::Truth { estate, count } => truth(&estate, count),
        Command::Objects { dir, count, bytes, hit_every, seed } => objects(&dir, count, TextPlan { seed, bytes, hit_every: hit_every.0 }),
    }
}

#[cfg(feature = "virtual-estate")]
fn virtually(args: &VirtualArgs) -> anyhow::Result<Estate> {
    let profile = args.profile.as_ref().map(|profile| format!("/{profile}")).unwrap_or_default();
    let address: Address = format!("{}/{}{profile}", args.seed, args.scale).parse()?;
    Ok(Estate::at(&address)?)
}

#[cfg(feature = "virtual-estate")]
fn serve(args: &VirtualArgs, port: u16) -> anyhow::Result<()> {
    let estate = virtually(args)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start the runtime")?;
    runtime.block_on(async {
        let objects = estate.len();
        let server = virtual_estate::server::Server::bind(estate.into(), port).await.context("cannot listen on that port of loopback")?;
        writeln!(io::stdout(), "serving {objects} objects as s3://{} on http://{}", virtual_estate::server::BUCKET, server.address()?)?;
        Ok(server.serve().await?)
    })
}

#[cfg(feature = "virtual-estate")]
fn inventory(args: &VirtualArgs, out: &Path) -> anyhow::Result<()> {
    empty_folder(out)?;
    let estate = virtually(args)?;
    let bucket = virtual_estate::server::BUCKET;
    virtual_estate::write_inventory(&estate, bucket, out).with_context(|| format!("cannot write the inventory to {}", out.display()))?;
    writeln!(io::stdout(), "wrote the inventory of {} objects of s3://{bucket} to {}", estate.len(), out.display())?;
    Ok(())
}

#[cfg(feature = "virtual-estate")]
fn truth(args: &VirtualArgs, count: bool) -> anyhow::Result<()> {
    let estate = virtually(args)?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    for dataset in estate.datasets() {
        let line = serde_json::to_string(&estate.truth_of(&dataset, count))?;
        if let Err(error) = writeln!(out, "{line}") {
            return written(Err(error));
        }
    }
    written(out.flush())
}

/// Creates a folder, or takes one that is empty.
fn empty_folder(dir: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(dir).with_context(|| format!("cannot create {}", dir.display()))?;
    if fs::read_dir(dir).with_context(|| format!("cannot list {}", dir.display()))?.next().is_some() {
        bail!("{} is not empty; remove it or name another folder", dir.display());
    }
    Ok(())
}

fn estate(dir: &Path, seed: u64, scale: ScaleName, truth_file: Option<&Path>) -> anyhow::Result<()> {
    empty_folder(dir)?;
    if let Some(file) = truth_file {
        refuse_inside(file, dir)?;
    }
    let scale = match scale {
        ScaleName::Tiny => Scale::Tiny,
        ScaleName::Small => Scale::Small,
        ScaleName::Medium => Scale::Medium,
    };
    let truth = write_folder(seed, scale, dir)?;
    if let Some(file) = truth_file {
        fs::write(file, truth.ndjson()).with_context(|| format!("cannot write {}", file.display()))?;
    }
    writeln!(io::stdout(), "wrote {} files, {:.1} MB, to {}", truth.files, truth.bytes as f64 / 1e6, dir.display())?;
    Ok(())
}

/// The truth inside the scanned folder would be scanned itself.
fn refuse_inside(file: &Path, dir: &Path) -> anyhow::Result<()> {
    let dir = fs::canonicalize(dir).with_context(|| format!("cannot resolve {}", dir.display()))?;
    let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let parent = fs::canonicalize(parent).with_context(|| format!("cannot resolve {}; create it first", parent.display()))?;
    if parent.starts_with(&dir) {
        bail!("{} lies inside the estate; name a file outside of it", file.display());
    }
    Ok(())
}

fn text(plan: TextPlan) -> anyhow::Result<()> {
    written(io::copy(&mut io::BufReader::with_capacity(1 << 20, TextStream::new(plan)), &mut io::stdout().lock()).map(|_| ()))
}

fn write_corpus(kind: &str, bytes: usize, seed: u64) -> anyhow::Result<()> {
    let kind = Kind::ALL.into_iter().find(|known| known.as_str() == kind).context("no such kind")?;
    let content = corpus(kind, seed, bytes).content;
    let mut out = io::BufWriter::with_capacity(1 << 20, io::stdout().lock());
    let all = match &content {
        Content::Text(text) => out.write_all(text),
        Content::Records(batches) => batches.iter().try_for_each(|batch| write_json_lines(batch, &mut out)),
    };
    written(all.and_then(|()| out.flush()))
}

/// Whoever reads may have seen enough.
fn written(result: io::Result<()>) -> anyhow::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result.context("cannot write to the standard output"),
    }
}

fn labelled(out: &Path, records: u64, seed: u64) -> anyhow::Result<()> {
    empty_folder(out)?;
    let generator = Generator::new(seed);
    let lines = |name: &str| -> anyhow::Result<io::BufWriter<fs::File>> {
        let path = out.join(name);
        let file = fs::File::create(&path).with_context(|| format!("cannot create {}", path.display()))?;
        Ok(io::BufWriter::with_capacity(1 << 20, file))
    };
    let mut texts = lines("text.jsonl")?;
    write_lines(&mut texts, (0..records).map(|number| generator.document(number))).context("cannot write the texts")?;
    texts.flush().context("cannot write the texts")?;
    let mut tables = lines("tables.jsonl")?;
    write_lines(&mut tables, (0..tables_of(records)).map(|number| generator.table(number))).context("cannot write the tables")?;
    tables.flush().context("cannot write the tables")?;
    let folder = out.join("archives");
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let mut truth = lines("archives.jsonl")?;
    for number in 0..archives_of(records) {
        let archive = generator.archive(number);
        let path = folder.join(&archive.file);
        fs::write(&path, &archive.bytes).with_context(|| format!("cannot write {}", path.display()))?;
        write_lines(&mut truth, archive.members).context("cannot write the truth of the archives")?;
    }
    truth.flush().context("cannot write the truth of the archives")?;
    let mut names = lines("classes.json")?;
    write_lines(&mut names, [classes()]).context("cannot write the names of the classes")?;
    names.flush().context("cannot write the names of the classes")?;
    let counts = (tables_of(records), archives_of(records));
    writeln!(io::stdout(), "wrote {records} texts, {} tables and {} archives to {}", counts.0, counts.1, out.display())?;
    Ok(())
}

fn objects(dir: &Path, count: u64, plan: TextPlan) -> anyhow::Result<()> {
    for number in 0..count {
        let folder = dir.join(format!("{:05}", number / 1000));
        if number % 1000 == 0 {
            fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
        }
        let path = folder.join(format!("{number:08}.txt"));
        let mut bytes = Vec::new();
        let mut stream = TextStream::new(TextPlan { seed: plan.seed.wrapping_add(number), ..plan });
        io::copy(&mut stream, &mut bytes).with_context(|| format!("cannot write {}", path.display()))?;
        fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}
