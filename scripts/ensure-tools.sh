#!/bin/sh
# Makes sure that the named tools are there. As root on a system with apt-get it installs what is missing; else it says which
# packages to install and fails. Takes any of: cc make git cargo python3 python3-venv pkg-config tesseract musl-gcc postgres mariadbd redis-server strace, and two that nothing needs, so that it is all right
# where they cannot be installed: hyperscan, the library of the engine's second backend, and valgrind, which counts its instructions.
set -eu

present() {
    case $1 in
        python3-venv) python3 -c 'import ensurepip, venv' >/dev/null 2>&1 ;;
        hyperscan) "$(dirname "$0")/has-hyperscan.sh" ;;
        # Debian keeps it out of the path, by version.
        postgres) ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || command -v postgres >/dev/null 2>&1 ;;
        mariadbd) [ -x /usr/sbin/mariadbd ] || command -v mariadbd >/dev/null 2>&1 ;;
        *) command -v "$1" >/dev/null 2>&1 ;;
    esac
}

package() {
    case $1 in
        # The linker comes with the compiler; the headers of the C library do not.
        cc) echo 'gcc libc6-dev' ;;
        hyperscan) case $(uname -m) in x86_64) echo libhyperscan-dev ;; *) echo libvectorscan-dev ;; esac ;;
        tesseract) echo tesseract-ocr ;;
        musl-gcc) echo musl-tools ;;
        postgres) echo 'postgresql postgresql-client' ;;
        mariadbd) echo 'mariadb-server mariadb-client' ;;
        *) echo "$1" ;;
    esac
}

missing=
optional=
for tool in "$@"; do
    present "$tool" && continue
    case $tool in hyperscan | valgrind)
        optional="$optional $(package "$tool")"
        continue
        ;;
    esac
    if [ "$tool" = cargo ]; then
        echo "Rust is missing; install it as https://rustup.rs says, then open a new shell" >&2
        exit 1
    fi
    missing="$missing $(package "$tool")"
done
[ -n "$missing$optional" ] || exit 0

if [ -n "$optional" ] && { [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; }; then
    echo "without$optional: what needs that is left out"
    optional=
    [ -n "$missing" ] || exit 0
fi
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "these packages are missing:$missing" >&2
    echo "install them (Debian: sudo apt-get install$missing) and run this again" >&2
    exit 1
fi

install() {
    echo "installing: $*"
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

apt-get update -qq || [ -z "$missing" ]
# shellcheck disable=SC2086 # the list is meant to be split
[ -z "$missing" ] || install $missing ca-certificates
for one in $optional; do
    install "$one" || echo "without $one: what needs that is left out"
done
