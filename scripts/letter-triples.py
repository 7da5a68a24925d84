#!/usr/bin/env python3
"""Counts how letters follow each other in names and words, for crates/terrier-classify/src/validate/letter_triples.txt.

    scripts/letter-triples.py FOLDER... > crates/terrier-classify/src/validate/letter_triples.txt

Reads source code and documentation. A token counts if three files hold it, so that what one file keeps to itself (keys, hashes, noise)
teaches nothing; it counts by the logarithm of the number of files. A triple's figure is how many half bits more likely its last sign is
among random letters and digits than behind the two before it. Written as 28 x 28 lines of 28 letters, `a` for -10 half bits to `z` for 15.
"""
import collections
import math
import os
import re
import sys

SIGNS = "_abcdefghijklmnopqrstuvwxyz0"  # `_` for all that is no letter or digit and for word ends, `0` for every digit
COUNT = len(SIGNS)
TOKEN = re.compile(rb"[A-Za-z][A-Za-z0-9_.-]{1,40}")
HEXADECIMAL = re.compile(r"(?=.*[0-9].*[0-9])[0-9a-f]{6,}", re.IGNORECASE)
SUFFIXES = (".py", ".rs", ".md", ".txt", ".html", ".rst", ".pl", ".pm", ".toml", ".yaml", ".json", ".js", ".c", ".h", "copyright", "README")
RANDOM = [0.10] + [0.65 / 26] * 26 + [0.25]


def signs(token):
    """Turns a token into signs; a hump ends a word."""
    places, previous = [], ""
    for character in token:
        if previous.islower() and character.isupper():
            places.append(0)
        places.append(SIGNS.index("0" if character.isdigit() else character.lower() if character.isalpha() else "_"))
        previous = character
    return [0, 0, *places, 0]


def tokens(folders):
    """Returns in how many files each token stands."""
    files = collections.Counter()
    for folder in folders:
        for path, _, names in os.walk(folder):
            for name in sorted(names):
                file = os.path.join(path, name)
                if name.endswith(SUFFIXES) and os.path.isfile(file):
                    with open(file, "rb") as source:
                        files.update(set(TOKEN.findall(source.read(400_000))))
    return files


def main():
    triples = [[[0.0] * COUNT for _ in range(COUNT)] for _ in range(COUNT)]
    for token, files in tokens(sys.argv[1:]).items():
        token = token.decode()
        if files < 3 or len(re.findall("[0-9][A-Za-z]", token)) >= 2 or any(map(HEXADECIMAL.fullmatch, re.split("[_.-]", token))):
            continue
        places = signs(token)
        for a, b, c in zip(places, places[1:], places[2:]):
            triples[a][b][c] += math.log2(1 + files)
    pairs = [[sum(triples[a][b][c] for a in range(COUNT)) for c in range(COUNT)] for b in range(COUNT)]
    single = [sum(pairs[b][c] for b in range(COUNT)) for c in range(COUNT)]
    alone = [(count + 1) / (sum(single) + COUNT) for count in single]
    for a in range(COUNT):
        for b in range(COUNT):
            line = ""
            for c in range(COUNT):
                behind_one = (pairs[b][c] + 20 * alone[c]) / (sum(pairs[b]) + 20)
                behind_two = (triples[a][b][c] + 30 * behind_one) / (sum(triples[a][b]) + 30)
                half_bits = round(2 * math.log2(RANDOM[c] / behind_two))
                line += chr(ord("k") + max(-10, min(15, half_bits)))
            print(line)


main()
