#!/usr/bin/env python3
"""Asks scanners written in Python, each with its own default rules, for the spans of labelled corpora of text.

Writes one file of JSON lines per scanner, in the form that `terrier eval --score` reads. The scanners and how they are installed are those
of scanners.py; what their names for findings are among the common types stands in entities.toml.
"""

import argparse
import contextlib
import json
import logging
import os
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import scanners

ENTITIES = tomllib.loads((Path(__file__).parent / "entities.toml").read_text())


def presidio(scan, record):
    """It gives code points, and a score."""
    for found in scan(record["text"]):
        yield found.start, found.end, found.entity_type, found.score


def datafog(scan, record):
    for found in scan(record["text"]):
        yield found.start, found.end, found.type, None


def scrubadub(scan, record):
    for found in scan(record["text"]):
        yield found.beg, found.end, found.type, None


def detect_secrets(scan, record):
    """It reads files, whose names matter to it, and tells lines and values: the value is looked for in its line."""
    lines = record["text"].split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / Path(record.get("path", "record.txt")).name
        path.write_text(record["text"], newline="")
        for found in scan(str(path)):
            line = min(max(found.line_number, 1), len(lines)) - 1
            at = lines[line].find(found.secret_value or "")
            start = starts[line] + max(at, 0)
            length = len(found.secret_value) if at >= 0 and found.secret_value else len(lines[line])
            yield start, start + length, found.type, None


ADAPTERS = {"Presidio": presidio, "DataFog": datafog, "scrubadub": scrubadub, "detect-secrets": detect_secrets}


def tier(peer, score):
    """Where a scanner gives no score, it is sure of all it says."""
    tiers = ENTITIES[peer].get("tiers", {})
    return next((name for name, least in tiers.items() if score is not None and score >= least), "high")


def predict(peer, scan, record):
    """Returns what a scanner says of a record, in the form that is scored."""
    types = ENTITIES[peer]["types"]
    spans = []
    for start, end, name, score in ADAPTERS[peer](scan, record):
        common = types.get(name, types.get("*"))
        if common and start < end:
            spans.append({"start": start, "end": end, "ctype": common, "tier": tier(peer, score), "class": name})
    spans.sort(key=lambda span: (span["start"], span["end"], span["ctype"]))
    return {"id": record["id"], "spans": spans}


def records(corpora):
    """Yields the records of all corpora of text."""
    for path in corpora:
        files = [path] if path.is_file() else sorted(path.rglob("*.jsonl"))
        for file in files:
            with file.open(encoding="utf-8", newline="\n") as lines:
                for line in lines:
                    record = json.loads(line) if line.strip() else {}
                    if "text" in record and "spans" in record:
                        yield record


def ask(peers, corpora, out):
    # They warn of every language and model that is not there.
    logging.disable(logging.WARNING)
    for peer in peers:
        with contextlib.ExitStack() as stack, (out / f"{peer}.jsonl").open("w", encoding="utf-8") as lines:
            does, _, scan = scanners.SCANNERS[peer](stack)
            print(f"{peer}: {does}", file=sys.stderr, flush=True)
            for record in records(corpora):
                lines.write(json.dumps(predict(peer, scan, record)) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--venv", type=Path, required=True, help="where the scanners' environment is or is made")
    parser.add_argument("--out", type=Path, required=True, help="the folder for the predictions")
    parser.add_argument("--peer", action="append", help="which to ask; all where none is named")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("corpora", type=Path, nargs="+")
    arguments = parser.parse_args()
    peers = arguments.peer or list(ADAPTERS)
    if unknown := [peer for peer in peers if peer not in ADAPTERS]:
        parser.error(f"there is no scanner {unknown[0]}; there are {', '.join(ADAPTERS)}")
    if arguments.inside:
        ask(peers, arguments.corpora, arguments.out)
        return
    arguments.out.mkdir(parents=True, exist_ok=True)
    missing = scanners.install(arguments.venv)
    for name, reason in {**scanners.NOT_TO_BE_HAD, **missing}.items():
        print(f"{name} is not measured: {reason}", file=sys.stderr)
    for peer in peers:
        (arguments.out / f"{peer}.jsonl").unlink(missing_ok=True)
    asked = [f"--peer={peer}" for peer in peers if peer not in missing]
    if asked:
        common = [f"--venv={arguments.venv}", f"--out={arguments.out}", *map(str, arguments.corpora)]
        inside = [arguments.venv / "bin/python", __file__, "--inside", *asked, *common]
        sys.exit(subprocess.run(inside, env=os.environ | {"OMP_NUM_THREADS": "1"}, check=False).returncode)


if __name__ == "__main__":
    main()
