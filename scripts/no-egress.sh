#!/bin/sh
# Runs a command in a network of its own that has nothing but loopback, and watches it and all that it starts: whoever tries to reach any
# other address, and be it in vain, makes this fail. Needs Linux, strace and python3, and the right to make namespaces: root, or users'
# namespaces switched on.
set -eu

for tool in unshare strace python3; do
    command -v "$tool" >/dev/null || {
        echo "$tool is missing; install it (Debian: apt-get install util-linux strace python3)" >&2
        exit 1
    }
done
[ "$(id -u)" = 0 ] && user= || user=--map-root-user
# shellcheck disable=SC2086 # empty means no argument
unshare --net $user true 2>/dev/null || {
    echo "no network namespace can be made here; run this as root, or allow users' namespaces (kernel.unprivileged_userns_clone=1)" >&2
    exit 1
}

log=$(mktemp)
trap 'rm -f "$log"' EXIT
# SIOCSIFFLAGS with IFF_UP and IFF_RUNNING: loopback is down in a new namespace.
up='import fcntl, socket, struct; fcntl.ioctl(socket.socket(), 0x8914, struct.pack("16sh", b"lo", 0x41))'
status=0
# shellcheck disable=SC2016,SC2086 # the variables are the inner shell's
unshare --net $user sh -c '
    python3 -c "$1" || exit 1
    log=$2
    shift 2
    exec strace -f -qq --seccomp-bpf -e trace=connect,sendto,sendmsg,sendmmsg -e signal=none -o "$log" -- "$@"
' sh "$up" "$log" "$@" || status=$?

elsewhere=$(grep -E 'inet_addr\(|inet_pton\(' "$log" | grep -vE 'inet_addr\("127\.|inet_pton\(AF_INET6, "(::1|::ffff:127\.[0-9.]+)"' || true)
if [ -n "$elsewhere" ]; then
    echo "tried to reach another address than loopback:" >&2
    echo "$elsewhere" | head -n 20 >&2
    exit 1
fi
if [ "$status" = 0 ] && ! grep -q 'inet_addr("127\.' "$log"; then
    echo "no connection was seen at all, so nothing was proved" >&2
    exit 1
fi
exit "$status"
