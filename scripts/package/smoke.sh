#!/bin/sh
# Looks whether a binary is static and does its work, with nothing around it where this can be had.
set -eu

terrier=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
fail() {
    echo "$*" >&2
    exit 1
}
case $(ldd "$terrier" 2>&1 || true) in
    *"not a dynamic executable"* | *"statically linked"*) ;;
    *) fail "$terrier is not static" ;;
esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/estate" "$work/usr/bin"
printf 'name,card\nAda Lovelace,4539578763621486\n' >"$work/estate/people.csv"
(cd "$work/estate" && tar -cf people.tar people.csv && gzip -n -k people.csv)
od -An -tx1 -N32 /dev/urandom | tr -d ' \n' >"$work/key"
chmod 0600 "$work/key"
# Sure values are in it, so 1 is what a scan that works ends with.
status=0
env -i "$terrier" scan "$work/estate" --out "$work/findings" --key-file "$work/key" --quiet --fail-on payment_card:high || status=$?
[ "$status" = 1 ] || fail "the scan ended with $status"
counted=$(env -i "$terrier" query "SELECT count(*) AS n FROM findings WHERE class = 'payment_card' AND tier = 'high'" --findings "$work/findings" --format csv)
[ "$counted" = "n
3" ] || fail "three files hold a card, and found was: $counted"

# As in the image: a root that holds nothing else, and a user without a name. Workers find the program through /proc, and start with /dev/null,
# both of which a container has.
if [ "$(id -u)" = 0 ] && command -v unshare >/dev/null && command -v chroot >/dev/null; then
    cp "$terrier" "$work/usr/bin/terrier"
    mkdir -p "$work/proc" "$work/dev" "$work/out"
    chown 65532:65532 "$work/out" "$work/key"
    chmod 0755 "$work"
    status=0
    unshare --mount --pid --fork sh -c "mount -t proc proc '$work/proc' && mount --bind /dev '$work/dev' && exec chroot --userspec=65532:65532 '$work' \
        /usr/bin/terrier scan /estate --out /out --key-file /key --quiet --fail-on payment_card:high" 2>"$work/told" || status=$?
    case $status in
        1)
            [ "$(env -i "$terrier" query "SELECT count(*) AS n FROM findings WHERE class = 'payment_card'" --findings "$work/out" --format csv)" = "n
3" ] || fail "alone in its root it found less: do its workers start?"
            echo "it also works alone in its root, as user 65532"
            ;;
        *) grep -q -i 'mount\|unshare\|permitted' "$work/told" || fail "alone in its root the scan ended with $status: $(cat "$work/told")" ;;
    esac
fi
echo "$("$terrier" --version | head -n 1): static, and finds what there is to find"
