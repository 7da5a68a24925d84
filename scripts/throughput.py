#!/usr/bin/env python3
"""Measures whole scans beside the engine alone, against the release binaries: what listing, reading, decompressing, parsing, counting and
recording cost on top of the classification that `terrier bench` measures.

  text, clean     files of 64 MiB of what the bench calls `mixed` and `mixed-clean`, from the page cache
  ndjson          the bench's `records` as JSON lines, gzip
  parquet         the same records as Parquet, zstd
  s3              the files of `text` from a real S3 server on loopback, which runs on the same processors

The engine is measured directly before each scan, and processor time is compared: programs that run beside it change that little. Prints a
table; with --profile also in which part of the program each scan's time passes, where `perf` can be run. Needs Linux and what
`make test-deps` installs.
"""

import argparse
import collections
import gzip
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import time
import zlib

from soak import BUCKET, SeaweedFS

MIB = 1024 * 1024
FILE = 64 * MIB
THREADS = 2
# Functions are told apart by the names of their crates.
PARTS = [
    ("matching and weighing", r"terrier_classify"),
    ("patterns' automata", r"regex_automata|aho_corasick|memchr"),
    ("hashing", r"blake3|sha2|sha3|hmac|xxhash|digest|crypto"),
    ("copying and allocating", r"__mem|malloc|_int_free|cfree|realloc"),
    ("decompression", r"zlib_rs|flate2|zstd|ZSTD|HUF_|FSE_"),
    ("reading formats", r"terrier_extract|parquet|arrow|csv|simdutf8|encoding_rs|terrier_content"),
    ("stores and network", r"terrier_stores|object_store|aws_|hyper|h2::|rustls|tokio|reqwest|bytes|ring|futures"),
    ("recording", r"terrier_findings|terrier_query|datafusion"),
    ("scanning", r"terrier_scan|terrier_cli|crossbeam"),
]


def processor_seconds(work):
    """Returns for how long processors ran the work, in whatever threads."""
    began = time.process_time()
    work()
    return time.process_time() - began


class Throughput:
    def __init__(self, arguments, work):
        self.bin = pathlib.Path(arguments.bin).resolve()
        self.arguments, self.work = arguments, work
        self.server = None
        self.key = work / "key"
        self.key.write_bytes(bytes(range(32)))
        self.key.chmod(0o600)
        self.lines = []

    def generate(self, kind, size, path):
        with open(path, "wb") as file:
            subprocess.run([self.bin / "terrier-sim", "corpus", "--kind", kind, "--bytes", str(size)], check=True, stdout=file)

    def engine(self, kind):
        """Returns the bytes that the engine takes per second of processor time, with one thread."""
        command = [self.bin / "terrier", "bench", "--kinds", kind, "--size", "64M", "--threads", "1", "--format", "json"]
        told = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["kinds"][0]
        return told["bytes"] / min(each["processor_seconds"] or each["seconds"] for each in told["passes"])

    def scan(self, name, target):
        """Scans; returns the wall time and the processor time of the program and its workers."""
        out = self.work / f"out-{name}"
        command = [self.bin / "terrier", "scan", target, "--out", out, "--key-file", self.key, "--threads", THREADS, "--quiet"]
        if str(target).startswith("s3://"):
            command += ["--endpoint-url", self.server.endpoint]
        profile = self.work / "perf.data"
        if self.arguments.profile:
            command = ["perf", "record", "-q", "-e", "cpu-clock", "-F", "499", "-o", profile, "--", *command]
        before, began = os.times(), time.monotonic()
        subprocess.run([str(part) for part in command], check=True, env={**os.environ, **SeaweedFS.ENVIRONMENT}, stdin=subprocess.DEVNULL)
        wall, after = time.monotonic() - began, os.times()
        shutil.rmtree(out)
        used = after.children_user + after.children_system - before.children_user - before.children_system
        if self.arguments.profile:
            self.print_profile(name, profile)
        return wall, used

    def print_profile(self, name, profile):
        command = ["perf", "report", "-i", str(profile), "--stdio", "--no-children", "--no-inline", "-F", "overhead,dso,symbol", "-w", "0,0,0"]
        told = subprocess.run(command, capture_output=True, text=True).stdout
        shares, rest = collections.Counter(), []
        for line in told.splitlines():
            found = re.match(r"\s*([\d.]+)%\s+(\S+)\s+\[(.)\]\s+(.*)", line)
            if not found:
                continue
            share, mode, symbol = float(found[1]), found[3], found[4]
            part = "kernel" if mode == "k" else next((part for part, crates in PARTS if re.search(crates, symbol)), "else")
            shares[part] += share
            if part == "else":
                rest.append(f"{share:.1f} % {symbol[:60]}")
        print(f"where the time of {name} goes: " + ", ".join(f"{part} {share:.1f} %" for part, share in shares.most_common()))
        print("  else: " + "; ".join(rest[:6]), flush=True)

    def report(self, name, size, cores, parts, wall, used):
        """Adds a line: what the parts take alone per gigabyte, and what the scan takes. The size is that of the content, decompressed."""
        gigabytes = size / 1e9
        alone = sum(parts.values())
        told = ", ".join(f"{part} {seconds / gigabytes:.2f}" for part, seconds in parts.items())
        line = f"| {name} | {gigabytes:.2f} | {size / wall / 1e9:.3f} | {cores * size / used / 1e9:.3f} | {used / gigabytes:.2f} | {told} | {alone / used:.0%} |"
        self.lines.append(line)
        print(line, flush=True)

    def folder(self, kind):
        folder = self.work / kind
        folder.mkdir()
        first = folder / "0000.txt"
        self.generate(kind, FILE, first)
        for number in range(1, max(1, round(self.arguments.gib * 1024 * MIB / FILE))):
            shutil.copyfile(first, folder / f"{number:04}.txt")
        files = list(folder.iterdir())
        for file in files:
            file.read_bytes()
        return folder, sum(file.stat().st_size for file in files)

    def text(self, name, kind):
        folder, size = self.folder(kind)
        rate = self.engine(kind)
        self.report(name, size, THREADS, {"engine": size / rate}, *self.scan(name, folder))
        shutil.rmtree(folder)

    def measure_text(self):
        self.text("text with values", "mixed")

    def measure_clean(self):
        self.text("text without values", "mixed-clean")

    def measure_s3(self):
        self.server = SeaweedFS(self.work / "seaweed")
        folder, size = self.folder("mixed")
        for file in folder.iterdir():
            self.server.put_file(f"text/{file.name}", file)
        shutil.rmtree(folder)
        rate = self.engine("mixed")
        self.report("text from S3", size, THREADS, {"engine": size / rate}, *self.scan("s3", f"s3://{BUCKET}/text/"))

    def records(self):
        """Returns JSON lines, and how many bytes of values they hold."""
        lines = self.work / "records.ndjson"
        self.generate("records", FILE, lines)
        return lines, FILE

    def copies(self, first, count):
        for number in range(1, count):
            shutil.copyfile(first, first.with_name(f"{number:04}{''.join(first.suffixes)}"))

    def measure_ndjson(self):
        lines, values = self.records()
        folder = self.work / "ndjson"
        folder.mkdir()
        first = folder / "0000.ndjson.gz"
        content = lines.read_bytes()
        first.write_bytes(gzip.compress(content, 6))
        compressed = first.read_bytes()
        decode = min(processor_seconds(lambda: zlib.decompress(compressed, 31)) for _ in range(3))
        count = self.arguments.files
        self.copies(first, count)
        rate = self.engine("records")
        parts = {"gzip": count * decode, "engine": count * values / rate}
        self.report("gzip'd NDJSON", count * len(content), THREADS, parts, *self.scan("ndjson", folder))
        shutil.rmtree(folder)

    def measure_parquet(self):
        import pyarrow
        import pyarrow.json
        import pyarrow.parquet

        lines, values = self.records()
        folder = self.work / "parquet"
        folder.mkdir()
        first = folder / "0000.parquet"
        pyarrow.parquet.write_table(pyarrow.json.read_json(lines), first, compression="zstd", row_group_size=128 * 1024)
        pyarrow.set_cpu_count(1)
        decode = min(processor_seconds(lambda: pyarrow.parquet.read_table(first, use_threads=False, pre_buffer=False)) for _ in range(3))
        count = self.arguments.files
        self.copies(first, count)
        rate = self.engine("records")
        parts = {"decoding": count * decode, "engine": count * values / rate}
        self.report("zstd Parquet", count * values, THREADS, parts, *self.scan("parquet", folder))
        shutil.rmtree(folder)


def main():
    measurements = ["text", "clean", "ndjson", "parquet", "s3"]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", default="target/release", help="folder of the release binaries")
    parser.add_argument("--only", choices=measurements, action="append", help="measure only this; may be repeated")
    parser.add_argument("--gib", type=float, default=8, help="GiB of text (8)")
    parser.add_argument("--files", type=int, default=16, help="files of 64 MiB of records (16)")
    parser.add_argument("--work", help="folder for the scratch data (default: a temporary one)")
    parser.add_argument("--profile", action="store_true", help="print where the time of each scan goes, with perf")
    arguments = parser.parse_args()

    work = pathlib.Path(tempfile.mkdtemp(prefix="terrier-throughput-", dir=arguments.work or "/var/tmp"))
    throughput = Throughput(arguments, work)
    header = "| Scan | GB | GB/s, wall time | GB/s of two idle cores | processor s/GB | of which alone | the parts' share |"
    try:
        for name in arguments.only or measurements:
            getattr(throughput, f"measure_{name}")()
    finally:
        if throughput.server:
            throughput.server.stop()
        shutil.rmtree(work, ignore_errors=True)
    print("\n" + "\n".join([header, "|" + "---|" * 7, *throughput.lines]))


if __name__ == "__main__":
    main()
