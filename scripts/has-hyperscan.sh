#!/bin/sh
# Tells by its exit status whether a program can be linked to Hyperscan or Vectorscan here, as the feature `hyperscan` does.
set -eu

out=$(mktemp)
trap 'rm -f "$out"' EXIT
echo 'int hs_valid_platform(void); int main(void) { return hs_valid_platform(); }' |
    cc -x c - -o "$out" -lhs >/dev/null 2>&1
