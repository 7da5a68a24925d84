#!/usr/bin/env python3
"""Writes what the binary is made of: a CycloneDX document, and the licences of every crate in it with their texts."""

import argparse
import datetime
import json
import os
import pathlib
import re
import subprocess
import sys
import uuid

ROOT = pathlib.Path(__file__).resolve().parents[2]
ROOT_CRATE = "terrier-cli"


def metadata(target):
    command = [os.environ.get("CARGO", "cargo"), "metadata", "--locked", "--format-version", "1", "--filter-platform", target]
    return json.loads(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)


def linked(meta):
    """The crates that the binary is linked with, and what each of them depends on: no tools of the build, no tests."""
    nodes = {node["id"]: node for node in meta["resolve"]["nodes"]}
    packages = {package["id"]: package for package in meta["packages"]}
    root = next(package["id"] for package in meta["packages"] if package["name"] == ROOT_CRATE)

    def is_macro(package):
        return any("proc-macro" in target["kind"] for target in packages[package]["targets"])

    found, open_ = {}, [root]
    while open_:
        package = open_.pop()
        if package in found:
            continue
        normal = [dep["pkg"] for dep in nodes[package]["deps"] if any(kind["kind"] is None for kind in dep["dep_kinds"])]
        found[package] = sorted({dep for dep in normal if not is_macro(dep)})
        open_ += found[package]
    return packages, root, found


def checksums():
    lock = (ROOT / "Cargo.lock").read_text()
    entries = re.findall(r'\[\[package\]\]\nname = "([^"]+)"\nversion = "([^"]+)"(?:\nsource = "[^"]+")?(?:\nchecksum = "([0-9a-f]{64})")?', lock)
    return {(name, version): checksum for name, version, checksum in entries}


def reference(package):
    return f"pkg:cargo/{package['name']}@{package['version']}"


def component(package, checksum, kind="library"):
    licence = (package["license"] or "").replace("/", " OR ")
    if not licence:
        sys.exit(f"{package['name']} {package['version']} states no licence; deny.toml should have stopped it")
    described = {
        "type": kind,
        "bom-ref": reference(package),
        "name": package["name"],
        "version": package["version"],
        "purl": reference(package),
        "licenses": [{"expression": licence}],
    }
    if checksum:
        described["hashes"] = [{"alg": "SHA-256", "content": checksum}]
    if package.get("repository"):
        described["externalReferences"] = [{"type": "vcs", "url": package["repository"]}]
    return described


def document(packages, root, found, target):
    sums = checksums()
    epoch = int(os.environ.get("SOURCE_DATE_EPOCH", "0"))
    by_name = sorted(found, key=lambda id_: (packages[id_]["name"], packages[id_]["version"]))
    components = [component(packages[id_], sums.get((packages[id_]["name"], packages[id_]["version"]))) for id_ in by_name if id_ != root]
    content = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "timestamp": datetime.datetime.fromtimestamp(epoch, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": component(packages[root], None, "application"),
            "properties": [{"name": "terrier:target", "value": target}],
        },
        "components": components,
        "dependencies": [{"ref": reference(packages[id_]), "dependsOn": sorted({reference(packages[dep]) for dep in found[id_]})} for id_ in by_name],
    }
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(content, sort_keys=True))
    return {"serialNumber": f"urn:uuid:{serial}", **content}


def licence_texts(packages, found):
    """The texts that licences demand to be handed on, each once, under the crates that brought it."""
    texts, without = {}, []
    for id_ in sorted(found, key=lambda id_: (packages[id_]["name"], packages[id_]["version"])):
        package = packages[id_]
        name = f"{package['name']} {package['version']} ({package['license']})"
        if package["source"] is None:
            continue
        folder = pathlib.Path(package["manifest_path"]).parent
        files = sorted(path for path in folder.iterdir() if re.match(r"(?i)(licen[cs]e|copying|notice|copyright|unlicense)", path.name) and path.is_file())
        for path in files:
            texts.setdefault(path.read_text(errors="replace").strip(), []).append(name)
        if not files:
            without.append(name)
    page = ["Terrier is linked with the crates below. Each text stands under the crates that brought it.", ""]
    for text, names in texts.items():
        page += ["=" * 80, *names, "-" * 80, text, ""]
    if without:
        page += ["=" * 80, "Crates whose packages bring no text; their licences are named:", *without, ""]
    return "\n".join(page)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", required=True)
    parser.add_argument("--sbom", type=pathlib.Path, required=True)
    parser.add_argument("--licences", type=pathlib.Path, required=True)
    args = parser.parse_args()
    packages, root, found = linked(metadata(args.target))
    args.sbom.write_text(json.dumps(document(packages, root, found, args.target), indent=1, sort_keys=True) + "\n")
    args.licences.write_text(licence_texts(packages, found))


main()
