#!/usr/bin/env python3
"""Measures scanners written in Python, each with its own default rules, over the beginning of the text that Terrier is measured with.

Makes a virtual environment for them where there is none. Prints one JSON object per scanner and text, and one for each scanner that is
not there, with the reason. The Rust program beside it starts this one and puts both into one table.
"""

import argparse
import contextlib
import importlib.metadata
import json
import logging
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PASSES = 3

# Larger pieces are not faster, smaller ones slower.
PIECE = 16 << 10

# Some forty stretches of the kinds of text that it is mixed of; less would not be a mixture.
LEAST = 256 << 10

PACKAGES = {
    "Presidio": "presidio-analyzer==2.2.366",
    "DataFog": "datafog==4.9.0",
    "scrubadub": "scrubadub==2.0.1",
    "detect-secrets": "detect-secrets==1.5.0",
}

NOT_TO_BE_HAD = {
    "gitleaks": "its authors publish it in no registry of Rust, Python or npm packages, nor is it in Debian 12; others' packages of it are not used",
    "TruffleHog": "its authors publish version 3 in none of these either; version 2, of 2021, is there for Python and reads histories of git only",
}


def presidio(_stack):
    import tldextract
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer.nlp_engine import NoOpNlpEngine

    # It would fetch the newest list of top-level domains; the one that it brings along will do.
    tldextract.tldextract.TLD_EXTRACTOR.suffix_list_urls = ()
    engine = NoOpNlpEngine(models=[{"lang_code": "en", "model_name": "none"}])
    engine.load()
    registry = RecognizerRegistry()
    registry.load_predefined_recognizers(languages=["en"], nlp_engine=engine)
    analyzer = AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=["en"])
    does = (
        f"the {len(registry.recognizers)} recognisers that are on for English, without a language model: patterns, checksums and telephone "
        "numbers, spans with scores; context words are not used, as they need the model"
    )
    return does, pieces, lambda piece: analyzer.analyze(text=piece, language="en")


def datafog(_stack):
    os.environ["DATAFOG_NO_TELEMETRY"] = "1"
    from datafog import engine

    does = "its regex engine: some ten kinds of values, spans, few validators"
    return does, pieces, lambda piece: engine.scan(text=piece, engine="regex").entities


def scrubadub(_stack):
    import scrubadub

    scrubber = scrubadub.Scrubber()
    does = "the detectors that are on for en_US: " + ", ".join(sorted(scrubber._detectors)) + "; spans"
    return does, pieces, lambda piece: list(scrubber.iter_filth(piece))


def detect_secrets(stack):
    from detect_secrets.core import scan
    from detect_secrets.settings import default_settings

    stack.enter_context(default_settings())
    does = "credentials only: its default plugins and filters, line by line, entropy among them; no check with the issuers' services"
    return does, files, lambda path: list(scan.scan_file(path))


SCANNERS = {"Presidio": presidio, "DataFog": datafog, "scrubadub": scrubadub, "detect-secrets": detect_secrets}


def pieces(text, _folder):
    """Cuts a text at ends of lines."""
    cut, lines, length = [], [], 0
    for line in text.splitlines(keepends=True):
        lines.append(line)
        length += len(line)
        if length >= PIECE:
            cut.append("".join(lines))
            lines, length = [], 0
    return cut + (["".join(lines)] if lines else [])


def files(text, folder):
    """Writes each piece into a file, for what takes files only."""
    paths = []
    for number, piece in enumerate(pieces(text, folder)):
        path = Path(folder) / f"{number:05}.txt"
        path.write_text(piece)
        paths.append(str(path))
    return paths


def measure(scan, units, sizes, seconds):
    """Returns bytes, times of the passes, what was found and the share of a processor, over as many units as take so many seconds."""

    def run(count):
        return sum(len(scan(unit)) for unit in units[:count])

    run(1)
    count = least = min(len(units), LEAST // PIECE)
    while True:
        start = time.process_time()
        run(count)
        took = time.process_time() - start
        if count == len(units) or took >= seconds / 4:
            count = max(least, min(len(units), int(count * seconds / max(took, 1e-9))))
            break
        count = min(len(units), 2 * count)
    times, found = [], 0
    wall = time.perf_counter()
    for _ in range(PASSES):
        start = time.process_time()
        found = run(count)
        times.append(time.process_time() - start)
    share = sum(times) / (time.perf_counter() - wall)
    return {"bytes": sum(sizes[:count]), "seconds": times, "found": found, "processor_share": share}


def measure_all(names, texts, seconds, missing):
    # They warn of every language and model that is not there.
    logging.disable(logging.WARNING)
    for name in names:
        if name in NOT_TO_BE_HAD or name in missing:
            print(json.dumps({"peer": name, "absent": NOT_TO_BE_HAD.get(name) or missing[name]}), flush=True)
            continue
        version = importlib.metadata.version(PACKAGES[name].split("==")[0])
        with contextlib.ExitStack() as stack:
            does, cut, scan = SCANNERS[name](stack)
            for kind, path in texts:
                text = Path(path).read_text()
                sizes = [len(piece.encode()) for piece in pieces(text, None)]
                folder = stack.enter_context(tempfile.TemporaryDirectory())
                figures = measure(scan, cut(text, folder), sizes, seconds)
                print(json.dumps({"peer": name, "version": version, "does": does, "kind": kind, **figures}), flush=True)


def install(venv):
    """Makes the environment and returns why packages are missing, by scanner. A second run costs nothing."""
    stamp = venv / "scanners.json"
    if stamp.exists():
        known = json.loads(stamp.read_text())
        if known["packages"] == PACKAGES and not known["missing"]:
            return {}
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    missing = {}
    for name, package in PACKAGES.items():
        pip = [venv / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", package]
        done = subprocess.run(pip, stdout=sys.stderr, stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode:
            missing[name] = f"pip cannot install {package}: {(done.stderr.strip().splitlines() or ['no reason given'])[-1]}"
    stamp.write_text(json.dumps({"packages": PACKAGES, "missing": missing}))
    return missing


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--list", action="store_true", help="print the names of the scanners")
    parser.add_argument("--install", action="store_true", help="only install them")
    parser.add_argument("--venv", type=Path, help="where their environment is or is made")
    parser.add_argument("--peer", action="append", help="which to measure; all where none is named")
    parser.add_argument("--text", action="append", default=[], help="KIND=FILE")
    parser.add_argument("--seconds", type=float, default=1.5, help="about how long a pass takes")
    parser.add_argument("--missing", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    names = [*PACKAGES, *NOT_TO_BE_HAD]
    if arguments.list:
        print("\n".join(names))
        return
    if arguments.missing is not None:
        texts = [text.split("=", 1) for text in arguments.text]
        measure_all(arguments.peer or names, texts, arguments.seconds, json.loads(arguments.missing))
        return
    missing = install(arguments.venv)
    if not arguments.install:
        # One thread each, whatever the libraries below them would do.
        environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        inside = [arguments.venv / "bin/python", __file__, *sys.argv[1:], "--missing", json.dumps(missing)]
        sys.exit(subprocess.run(inside, env=environment, check=False).returncode)


if __name__ == "__main__":
    main()
