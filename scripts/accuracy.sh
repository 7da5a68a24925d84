#!/bin/sh
# Scores Terrier and other scanners on labelled corpora, side by side: installs the others, asks them, and prints one report. Takes Cargo's
# target folder, where all of it is kept, and the file or folder of the corpora; what follows is passed on to `terrier eval`.
# TERRIER is the program to ask, by default the release.
set -eu

target=$1
corpora=${2:-}
if [ -z "$corpora" ]; then
    echo "name the corpora: make accuracy CORPORA=DIR; docs/accuracy.md describes their form" >&2
    exit 2
fi
shift 2
here=$(dirname "$0")
terrier=${TERRIER:-$target/release/terrier}
out=$target/accuracy

"$here/ensure-tools.sh" python3-venv
python3 "$here/../benches/peers/predict.py" --venv "$target/peers-tools/venv" --out "$out" "$corpora"
set -- "$corpora" "$@"
for said in "$out"/*.jsonl; do
    [ -e "$said" ] || continue
    name=$(basename "$said" .jsonl)
    set -- "$@" --score "$said" --as "$name"
done
"$terrier" eval "$@"
"$terrier" eval "$@" --format json > "$target/accuracy.json"
echo
echo "The same as JSON: $target/accuracy.json. What each of the others said: $out"
