#!/bin/sh
# Makes up a company's share, scans it and says where the findings lie. Takes the folder of the release binaries.
set -eu

bin=$1
cd "$(dirname "$0")/.."
rm -rf demo
mkdir -p demo
"$bin/terrier-sim" estate demo/estate --seed 1 --scale small --truth demo/truth.ndjson

# The share holds a few damaged files, as real ones do, so the scan ends with 3: done, but not everything could be read.
status=0
"$bin/terrier" scan ./demo/estate --out ./demo/findings || status=$?
case $status in
    0 | 3) ;;
    *) exit "$status" ;;
esac
"$bin/terrier" report --findings ./demo/findings --html ./demo/report.html

cat <<END

The share:    demo/estate         (what is truly in it: demo/truth.ndjson)
The findings: demo/findings       Parquet; DuckDB, pandas and Spark read it as it is
The report:   demo/report.html    one page, opens in any browser

Ask on:
  $bin/terrier show --findings demo/findings --worst
  $bin/terrier query --findings demo/findings "SELECT class, sum(count) AS n FROM findings WHERE tier = 'high' GROUP BY class ORDER BY n DESC"
END
