#!/usr/bin/env python3
"""Counts the instructions that the engine executes under valgrind's callgrind, and compares them with the figures that were checked in.

  scripts/instructions.py PROGRAM            prints them; ends with 1 if there are more than the figures and their tolerance allow
  scripts/instructions.py PROGRAM --update   writes the figures anew

Instructions are counted instead of time because a busy machine does not change them. valgrind knows no AVX-512, so the program runs the
engine with AVX2: what only AVX-512 does is not guarded. PROGRAM is `engine-once` of benches/engine.
"""

import argparse
import json
import pathlib
import platform
import re
import subprocess
import sys
import tempfile
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent
BENCH = ROOT / "benches" / "engine"
FIGURES = BENCH / "instructions.json"
WORK = ["compile", "mixed", "mixed-clean"]
# Two builds of the same code, and the same build on two processors, differ by some tenths of a per cent.
TOLERANCE = 0.03


def count(program, work):
    """Returns the instructions of the work alone: what prepares it is not counted."""
    with tempfile.TemporaryDirectory() as scratch:
        command = ["valgrind", "--tool=callgrind", "--collect-atstart=no", "--toggle-collect=*engine_once::counted*"]
        command += [f"--callgrind-out-file={scratch}/out", str(program), work]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    collected = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or collected is None or collected[1] == "0":
        sys.exit(f"`{work}` cannot be counted:\n{done.stderr[-2000:]}")
    return int(collected[1])


def other_versions():
    """Returns the packages that the measured program has in another version than Terrier."""
    def versions(lock):
        named = {}
        for package in tomllib.loads(lock.read_text())["package"]:
            named.setdefault(package["name"], set()).add(package["version"])
        return named

    terrier = versions(ROOT / "Cargo.lock")
    return sorted(name for name, those in versions(BENCH / "Cargo.lock").items() if not those <= terrier.get(name, those))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--update", action="store_true", help="write the figures anew")
    arguments = parser.parse_args()

    if platform.machine() != "x86_64" or "avx2" not in pathlib.Path("/proc/cpuinfo").read_text():
        print("not counted: the figures are those of a processor with AVX2")
        return
    if others := other_versions():
        sys.exit(f"benches/engine/Cargo.lock and Cargo.lock differ in: {', '.join(others)}; what is counted must be what is built")

    counted = {work: count(arguments.program, work) for work in WORK}
    if arguments.update:
        FIGURES.write_text(json.dumps(counted, indent=2) + "\n")
    expected = json.loads(FIGURES.read_text())
    too_many = False
    for work, instructions in counted.items():
        change = instructions / expected[work] - 1
        verdict = "ok"
        if change > TOLERANCE:
            verdict, too_many = "MORE", True
        elif change < -TOLERANCE:
            verdict = "fewer: run `make instructions INSTRUCTIONS=--update`, so that they stay so few"
        print(f"{work:<12} {instructions:>14,} instructions, {expected[work]:>14,} expected, {change:+7.2%}  {verdict}")
    if too_many:
        sys.exit(f"more instructions than expected and {TOLERANCE:.0%}: see `Instruction counts` in docs/testing.md")


if __name__ == "__main__":
    main()
