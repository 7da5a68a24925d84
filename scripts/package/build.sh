#!/bin/sh
# Builds the static binary into the file that is given. TARGET is what for: x86_64-unknown-linux-musl, or aarch64-unknown-linux-musl where a
# compiler for that is installed. Paths of this machine are not in it, so that two checkouts build the same. PROFILE=dev builds sooner what runs
# slower, to try the packaging.
set -eu

out=$1
target=${TARGET:-x86_64-unknown-linux-musl}
profile=${PROFILE:-release}
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root"
cargo=${CARGO:-cargo}
cargo_home=${CARGO_HOME:-${HOME:-/root}/.cargo}

if ! rustc --print target-libdir --target "$target" | { read -r libdir && [ -d "$libdir" ]; }; then
    if ! command -v rustup >/dev/null; then
        echo "Rust's standard library for $target is missing; install it with your Rust, or with rustup: rustup target add $target" >&2
        exit 1
    fi
    rustup target add "$target"
fi
case $target in
    "$(uname -m)"-*) scripts/ensure-tools.sh musl-gcc ;;
    *)
        arch=${target%%-*}
        if ! command -v "$arch-linux-musl-gcc" >/dev/null; then
            echo "a C compiler for $target is missing: $arch-linux-musl-gcc, from a cross toolchain of musl" >&2
            exit 1
        fi
        export "CARGO_TARGET_$(echo "$target" | tr 'a-z-' 'A-Z_')_LINKER=$arch-linux-musl-gcc"
        ;;
esac

RUSTFLAGS="--remap-path-prefix=$root=. --remap-path-prefix=$cargo_home=cargo ${RUSTFLAGS:-}"
CARGO_INCREMENTAL=0
export RUSTFLAGS CARGO_INCREMENTAL
"$cargo" build --profile "$profile" --locked --target "$target" -p terrier-cli
target_dir=$("$cargo" metadata --no-deps --format-version 1 | sed -n 's/.*"target_directory":"\([^"]*\)".*/\1/p')
mkdir -p "$(dirname "$out")"
[ "$profile" = dev ] && profile=debug
cp "$target_dir/$target/$profile/terrier" "$out.unstripped"
strip=strip
command -v "${target%%-*}-linux-musl-strip" >/dev/null && strip="${target%%-*}-linux-musl-strip"
"$strip" "$out.unstripped" -o "$out"
rm "$out.unstripped"
chmod 0755 "$out"
