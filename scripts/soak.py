#!/usr/bin/env python3
"""Proves the promises that take too long for every test run, against the release binaries and a real S3 server.

  big      one text object of 4 GiB, from disk and from S3: peak memory under 400 MiB with --memory 256M
  many     200,000 objects of 2 KiB, from disk and from S3: the same
  kill     kill -9 at 20 random points of a scan, then the same command again: it continues, loses nothing and repeats nothing

Prints a table of figures and ends with 1 if a promise does not hold. Needs Linux (/proc) and what `make test-deps` installs.
"""

import argparse
import http.client
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

MIB = 1024 * 1024
MEMORY = "256M"
PEAK_BOUND = 400 * MIB
BUCKET = "soak"
# What differs between two runs of the same scan, or says when something happened.
OWN_TO_A_RUN = {"run_id", "started", "ended"}


class Measured:
    """A finished process: how it ended, how long it took, how much memory it held at most."""

    def __init__(self, code, seconds, peak, tree, log):
        self.code, self.seconds, self.peak, self.tree, self.log = code, seconds, peak, tree, log


def descendants(pid):
    """Returns the process and all that it started."""
    found, waiting = [], [pid]
    while waiting:
        current = waiting.pop()
        found.append(current)
        try:
            for task in os.listdir(f"/proc/{current}/task"):
                with open(f"/proc/{current}/task/{task}/children") as children:
                    waiting.extend(int(child) for child in children.read().split())
        except OSError:
            pass
    return found


def memory(pid, field):
    """Returns a figure of /proc/PID/status in bytes; 0 when the process is gone."""
    try:
        with open(f"/proc/{pid}/status") as status:
            for line in status:
                if line.startswith(field):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def run(command, environment=None, kill_after=None):
    """Runs a command and watches its memory. The high-water mark is the kernel's, so that sampling loses no peak of the
    process itself; the sum over it and its workers is sampled."""
    with tempfile.TemporaryFile() as log:
        began = time.monotonic()
        process = subprocess.Popen(
            [str(part) for part in command],
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        peak = tree = 0
        while process.poll() is None:
            peak = max(peak, memory(process.pid, "VmHWM:"))
            tree = max(tree, sum(memory(pid, "VmRSS:") for pid in descendants(process.pid)))
            if kill_after is not None and time.monotonic() - began >= kill_after:
                os.killpg(process.pid, signal.SIGKILL)
                kill_after = None
            time.sleep(0.005 if kill_after is not None else 0.02)
        seconds = time.monotonic() - began
        log.seek(0)
        return Measured(process.returncode, seconds, peak, max(tree, peak), log.read().decode(errors="replace"))


class SeaweedFS:
    """A real S3 server on loopback, with a folder of its own."""

    ENVIRONMENT = {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test-secret",
        "AWS_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    }

    def __init__(self, folder):
        folder.mkdir(parents=True)
        names = [f"{part}.port{kind}" for part in ("s3", "master", "volume", "filer") for kind in ("", ".grpc")]
        ports = free_ports(len(names))
        self.port = ports[0]
        program = pathlib.Path(sys.executable).parent / "weed"
        command = [program, "server", *(f"-{name}={port}" for name, port in zip(names, ports)), f"-dir={folder}"]
        command += ["-s3", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-volume.max=200", "-master.volumeSizeLimitMB=1024"]
        command += ["-s3.port.iceberg=0", "-s3.port.lance=0", "-master.telemetry=false"]
        self.process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self.wait()

    def wait(self):
        import boto3

        client = boto3.client("s3", endpoint_url=self.endpoint, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test-secret")
        for _ in range(240):
            try:
                client.create_bucket(Bucket=BUCKET)
                client.put_object(Bucket=BUCKET, Key="probe", Body=b"1")
                client.delete_object(Bucket=BUCKET, Key="probe")
                return
            except Exception:
                if self.process.poll() is not None:
                    sys.exit("the S3 server ended; run this again")
                time.sleep(0.5)
        sys.exit("the S3 server does not take objects")

    def put(self, connection, key, body, length):
        connection.request("PUT", f"/{BUCKET}/{key}", body=body, headers={"Content-Length": str(length)})
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            sys.exit(f"the S3 server refused an object with status {answer.status}")

    def put_file(self, key, path):
        with open(path, "rb") as file:
            self.put(http.client.HTTPConnection("127.0.0.1", self.port, blocksize=MIB), key, file, path.stat().st_size)

    def put_folder(self, prefix, folder):
        files = sorted(path for path in folder.rglob("*") if path.is_file())

        def put_some(part):
            connection = http.client.HTTPConnection("127.0.0.1", self.port)
            for path in part:
                body = path.read_bytes()
                self.put(connection, f"{prefix}/{path.relative_to(folder)}", body, len(body))

        threads = [threading.Thread(target=put_some, args=(files[start::8],)) for start in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def stop(self):
        self.process.kill()
        self.process.wait()


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def rows(out, table, latest=None):
    """Reads a result table as any user would. Rows come without what is a run's own, in one order."""
    import pyarrow.parquet

    found = []
    for file in sorted(out.glob(f"{table}/run=*/*.parquet")):
        if latest is None or file.parent.name == f"run={latest}":
            found += pyarrow.parquet.ParquetFile(file).read().to_pylist()
    plain = [{name: value for name, value in row.items() if name not in OWN_TO_A_RUN} for row in found]
    return sorted(json.dumps(row, sort_keys=True, default=str) for row in plain)


class Soak:
    def __init__(self, arguments, work):
        self.bin = pathlib.Path(arguments.bin).resolve()
        self.work = work
        self.shrink = 64 if arguments.quick else 1
        self.dice = random.Random(arguments.seed)
        self.results = []
        self.server = None
        self.key = work / "key"
        self.key.write_bytes(bytes(range(32)))
        self.key.chmod(0o600)

    def sim(self, *arguments, stdout=None):
        subprocess.run([self.bin / "terrier-sim", *map(str, arguments)], check=True, stdout=stdout or subprocess.DEVNULL)

    def s3(self):
        self.server = self.server or SeaweedFS(self.work / "seaweed")
        return self.server

    def scan(self, target, out, *more, **options):
        command = [self.bin / "terrier", "scan", target, "--out", out, "--key-file", self.key, *more]
        if str(target).startswith("s3://"):
            command += ["--endpoint-url", self.s3().endpoint]
        return run(command, environment=SeaweedFS.ENVIRONMENT, **options)

    def judge(self, name, holds, figures):
        self.results.append((name, holds, figures))
        print(f"{'pass' if holds else 'FAIL'}  {name:<24} {figures}", flush=True)

    def bounded(self, name, target, objects, size):
        """Scans with little memory; judges memory and that everything was read."""
        out = self.work / f"out-{name.replace(' ', '-')}"
        done = self.scan(target, out, "--memory", MEMORY, "--quiet")
        read = [json.loads(row) for row in rows(out, "assets")]
        whole = sum(1 for row in read if row["coverage_method"] == "full" and row["bytes_read"] == row["bytes_total"])
        holds = done.code == 0 and done.tree < PEAK_BOUND and whole == objects == len(read)
        rate = size / done.seconds / 1e6
        self.judge(
            name,
            holds,
            f"exit {done.code}, {whole:,} of {objects:,} objects in full, {done.seconds:.1f} s, {rate:.0f} MB/s, {objects / done.seconds:,.0f} objects/s, "
            f"peak {done.peak / MIB:.0f} MiB, with workers {done.tree / MIB:.0f} MiB (bound {PEAK_BOUND // MIB})",
        )
        if done.code != 0:
            print(done.log[-2000:])
        shutil.rmtree(out, ignore_errors=True)

    def big(self):
        size = 4 * 1024 * MIB // self.shrink
        folder = self.work / "big"
        folder.mkdir()
        with open(folder / "corpus.txt", "wb") as file:
            self.sim("text", "--bytes", size, "--hit-every", 2048, "--seed", 1, stdout=file)
        self.bounded("big disk", folder, 1, size)
        self.s3().put_file("big/corpus.txt", folder / "corpus.txt")
        shutil.rmtree(folder)
        self.bounded("big s3", f"s3://{BUCKET}/big/", 1, size)

    def many(self):
        count = 200_000 // self.shrink
        folder = self.work / "many"
        self.sim("objects", folder, "--count", count, "--bytes", 2048, "--seed", 1)
        self.bounded("many disk", folder, count, count * 2048)
        self.s3().put_folder("many", folder)
        shutil.rmtree(folder)
        self.bounded("many s3", f"s3://{BUCKET}/many/", count, count * 2048)

    def kill(self):
        target = self.work / "share"
        self.sim("estate", target, "--scale", "tiny" if self.shrink > 1 else "small")
        self.sim("objects", target / "objects", "--count", 40_000 // self.shrink, "--bytes", 2048, "--seed", 2)
        undisturbed = self.work / "undisturbed"
        whole = self.scan(target, undisturbed, "--quiet")
        if whole.code not in (0, 3):
            self.judge("kill", False, f"the undisturbed scan ended with {whole.code}: {whole.log[-500:]}")
            return
        expected = {table: rows(undisturbed, table) for table in ("findings", "assets", "columns", "combinations", "fingerprints")}
        continued = kept = 0
        complaints, points = [], []
        for number in range(60):
            if len(points) == 20:
                break
            point = self.dice.uniform(0.02, 0.98) * whole.seconds
            out = self.work / f"killed-{number}"
            first = self.scan(target, out, "--quiet", kill_after=point)
            # Scans do not all take the same time: one that was over before its kill proves nothing, and another point is drawn.
            if first.code != -signal.SIGKILL:
                continue
            points.append(point)
            before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in out.glob("_commits/*/*.json")}
            second = self.scan(target, out, "--quiet")
            after = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in out.glob("_commits/*/*.json")}
            runs = {path.parent.name for path in after}
            at = f"kill at {point:.2f} s of {whole.seconds:.2f} s"
            if second.code != whole.code:
                complaints.append(f"{at}: the second scan ended with {second.code}: {second.log[-500:]}")
            if len(runs) != 1:
                complaints.append(f"{at}: {len(runs)} runs instead of one that is continued")
            if any(after.get(path) != commit for path, commit in before.items()):
                complaints.append(f"{at}: a committed shard was committed again")
            for table, rows_expected in expected.items():
                if rows(out, table) != rows_expected:
                    complaints.append(f"{at}: `{table}` differs from the undisturbed scan")
            continued += bool(before)
            kept += len(before)
            shutil.rmtree(out, ignore_errors=True)
        self.judge(
            "kill -9",
            len(points) == 20 and not complaints and continued > 0,
            f"{len(points)} kills between {min(points, default=0):.2f} and {max(points, default=0):.2f} s of {whole.seconds:.2f} s, {continued} with shards to keep, {kept} shards kept",
        )
        for complaint in complaints:
            print(f"      {complaint}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", default="target/release", help="folder of the release binaries")
    parser.add_argument("--only", choices=["big", "many", "kill"], action="append", help="run only this proof; may be repeated")
    parser.add_argument("--work", help="folder for some 10 GiB of scratch data (default: a temporary one)")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32), help="seed of the kill points")
    parser.add_argument("--quick", action="store_true", help="a sixty-fourth of the size: tests this script, proves nothing")
    arguments = parser.parse_args()

    work = pathlib.Path(tempfile.mkdtemp(prefix="terrier-soak-", dir=arguments.work or "/var/tmp"))
    print(f"seed {arguments.seed}, scratch {work}", flush=True)
    soak = Soak(arguments, work)
    try:
        for proof in arguments.only or ["kill", "big", "many"]:
            getattr(soak, proof)()
    finally:
        if soak.server:
            soak.server.stop()
        shutil.rmtree(work, ignore_errors=True)

    print()
    width = max(len(name) for name, _, _ in soak.results)
    for name, holds, figures in soak.results:
        print(f"{name:<{width}}  {'pass' if holds else 'FAIL'}  {figures}")
    sys.exit(0 if all(holds for _, holds, _ in soak.results) else 1)


if __name__ == "__main__":
    main()
