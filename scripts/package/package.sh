#!/bin/sh
# Builds what is handed out: an archive with the static binary, a Debian package, an SBOM, and checksums. Takes the folder to put them into,
# and optionally a binary that is built already. All times in what it makes are SOURCE_DATE_EPOCH, by default that of the last commit.
set -eu

out=$1
binary=${2:-}
target=${TARGET:-x86_64-unknown-linux-musl}
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
mkdir -p "$out"
out=$(cd "$out" && pwd)
cd "$root"
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}
export SOURCE_DATE_EPOCH TARGET="$target"
version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)
name=terrier-$version-${target%%-*}-linux
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
umask 022

tree=$work/$name
mkdir -p "$tree/completions" "$tree/examples"
if [ -z "$binary" ]; then
    "$here/build.sh" "$tree/terrier"
    "$here/smoke.sh" "$tree/terrier"
else
    cp "$binary" "$tree/terrier"
    chmod 0755 "$tree/terrier"
fi

# Only the machine's own binary can be asked for what comes with it.
native=$tree/terrier
[ -n "${NATIVE_TERRIER:-}" ] && native=$NATIVE_TERRIER
"$native" completions bash >"$tree/completions/terrier.bash"
"$native" completions zsh >"$tree/completions/_terrier"
"$native" completions fish >"$tree/completions/terrier.fish"
"$native" man >"$tree/terrier.1"
"$native" config schema >"$tree/config.schema.json"
cp docs/examples/*.yaml "$tree/examples/"
cp LICENSE docs/operations.md "$tree/"
"$here/sbom.py" --target "$target" --sbom "$out/$name.cdx.json" --licences "$tree/THIRD-PARTY-LICENCES.txt"

find "$work" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" --mode=u=rwX,go=rX -C "$work" -cf - "$name" | gzip -9 -n >"$out/$name.tar.gz"

if command -v dpkg-deb >/dev/null; then
    "$here/deb.sh" "$tree" "$version" "$out"
else
    echo "without dpkg-deb: no .deb is made"
fi
cd "$out"
sha256sum -- *.tar.gz *.deb *.cdx.json 2>/dev/null >SHA256SUMS || [ -s SHA256SUMS ]
echo "made in $out:"
cat SHA256SUMS
