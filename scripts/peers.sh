#!/bin/sh
# Compares Terrier's classifier with other engines and scanners: installs them, builds benches/peers and runs it. Takes Cargo's target
# folder, where all of it is kept; what follows is passed on. What cannot be installed is named in the table instead of ending the run.
set -eu

target=$1
shift
cd "$(dirname "$0")/.."
cargo=${CARGO:-cargo}
tools=$target/peers-tools

scripts/ensure-tools.sh python3-venv pkg-config hyperscan
features=
if scripts/has-hyperscan.sh; then
    features='--features hyperscan'
fi
# Debian's is years older, and slower.
"$cargo" install --quiet --locked --root "$tools" ripgrep@15.2.0 || echo "ripgrep cannot be built" >&2
python3 benches/peers/scanners.py --install --venv "$tools/venv"

# shellcheck disable=SC2086 # the features are meant to be split
"$cargo" build --release --locked --manifest-path benches/peers/Cargo.toml --target-dir "$target/peers" $features
"$target/peers/release/terrier-peers" --tools "$tools" --json "$target/peers.json" "$@"
echo
echo "The same as JSON: $target/peers.json"
