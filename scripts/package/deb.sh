#!/bin/sh
# Makes a Debian package of the unpacked archive. Takes its folder, the version, and the folder to put the package into.
set -eu

tree=$1 version=$2 out=$3
case ${TARGET:?} in
    x86_64-*) arch=amd64 ;;
    aarch64-*) arch=arm64 ;;
    *) echo "no Debian architecture is known for $TARGET" >&2 && exit 1 ;;
esac
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
chmod 0755 "$root"

put() { install -D -m "$1" "$2" "$root/$3"; }
put 0755 "$tree/terrier" usr/bin/terrier
put 0644 "$tree/completions/terrier.bash" usr/share/bash-completion/completions/terrier
put 0644 "$tree/completions/_terrier" usr/share/zsh/vendor-completions/_terrier
put 0644 "$tree/completions/terrier.fish" usr/share/fish/vendor_completions.d/terrier.fish
put 0644 "$tree/terrier.1" usr/share/man/man1/terrier.1
gzip -9 -n "$root/usr/share/man/man1/terrier.1"
doc=usr/share/doc/terrier
put 0644 "$tree/operations.md" $doc/operations.md
put 0644 "$tree/config.schema.json" $doc/config.schema.json
put 0644 "$tree/THIRD-PARTY-LICENCES.txt" $doc/THIRD-PARTY-LICENCES.txt
gzip -9 -n "$root/$doc/THIRD-PARTY-LICENCES.txt"
for example in "$tree"/examples/*.yaml; do
    put 0644 "$example" "$doc/examples/$(basename "$example")"
done
cat >"$root/$doc/copyright" <<'END'
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: terrier
Source: https://github.com/terrier-scan/terrier

Files: *
Copyright: the authors of Terrier
License: Apache-2.0
 On Debian systems the text stands in /usr/share/common-licenses/Apache-2.0.
Comment:
 The binary holds libraries of others, whose licences are in THIRD-PARTY-LICENCES.txt.gz beside this file.
END
chmod 0644 "$root/$doc/copyright"

mkdir -m 0755 "$root/DEBIAN"
size=$(du -sk --apparent-size "$root/usr" | cut -f1)
cat >"$root/DEBIAN/control" <<END
Package: terrier
Version: $version
Architecture: $arch
Maintainer: the authors of Terrier <noreply@terrier-scan.invalid>
Installed-Size: $size
Section: admin
Priority: optional
Recommends: ca-certificates
Suggests: tesseract-ocr
Homepage: https://github.com/terrier-scan/terrier
Description: find sensitive data where it lies
 Terrier scans folders and buckets for sensitive data, says how sure it is,
 which law covers it and what could not be read, and writes only metadata,
 as Parquet tables. Content never leaves the machine.
 .
 The program is one static binary. Jobs are described by files:
 /usr/share/doc/terrier/examples and operations.md beside it.
END
(cd "$root" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum >DEBIAN/md5sums)
chmod 0644 "$root/DEBIAN/control" "$root/DEBIAN/md5sums"
find "$root" -exec touch --no-dereference --date="@${SOURCE_DATE_EPOCH:?}" {} +
dpkg-deb --root-owner-group -Zxz --build "$root" "$out/terrier_${version}_$arch.deb" >/dev/null
