#!/bin/sh
# Fills fuzz/corpus from the fixtures and samples.
set -eu
cd "$(dirname "$0")/.."
mkdir -p fuzz/corpus/text fuzz/corpus/workbook fuzz/corpus/countries fuzz/corpus/classify
find samples tests/fixtures -name '*.csv' -size -64k | while read -r file; do
    cp "$file" "fuzz/corpus/text/$(echo "$file" | tr / _)"
done
find samples tests/fixtures -name '*.xls*' -size -64k -o -name '*.*ods' -size -64k | while read -r file; do
    cp "$file" "fuzz/corpus/workbook/$(echo "$file" | tr / _)"
done
cut -f1 tools/countries/variants.tsv | split -l 1 -a 4 - fuzz/corpus/countries/variant-
printf '{"jsonrpc":"2.0","id":"1","visa":"v","result":{"result":7}}' >fuzz/corpus/classify/good
printf '{"jsonrpc":"2.0","id":"1","error":{"code":-1,"message":"no","data":9}}' >fuzz/corpus/classify/error
