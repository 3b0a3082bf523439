#!/bin/sh
# Fills fuzz/corpus from the fixtures and samples. Needs Python 3.
set -eu
cd "$(dirname "$0")/.."
mkdir -p fuzz/corpus
exec python3 - <<'PYTHON'
import pathlib, zipfile

corpus = pathlib.Path("fuzz/corpus")

def keep(target, name, content):
    folder = corpus / target
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(content)

files = [f for top in ("samples", "tests/fixtures") for f in pathlib.Path(top).rglob("*")]
for file in sorted(f for f in files if f.is_file() and f.stat().st_size < 64 << 10):
    name, content = "_".join(file.parts), file.read_bytes()
    if file.suffix in (".csv", ".tsv", ".txt"):
        keep("text", name, content)
        keep("check", name, content)
    elif file.suffix in (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".fods"):
        keep("workbook", name, content)
        if zipfile.is_zipfile(file):
            with zipfile.ZipFile(file) as book:
                try:
                    parts = [(part, book.read(part)) for part in book.namelist()]
                except Exception:
                    continue  # Damaged on purpose.
            wanted = [p for p in parts if p[0].endswith((".xml", ".rels", ".bin", "mimetype"))]
            flat = b"".join(b"\n=== " + part.encode() + b"\n" + data for part, data in wanted)
            if len(flat) < 48 << 10:
                keep("package", name, flat)

for line, text in enumerate(pathlib.Path("crates/countries/tools/variants.tsv").read_text().splitlines()):
    keep("countries", f"variant-{line}", text.split("\t")[0].encode())

for name, body in {
    "good": '{"jsonrpc":"2.0","id":"1","visa":"v","result":{"result":7}}',
    "error": '{"jsonrpc":"2.0","id":"1","error":{"code":-1,"message":"no","data":9}}',
    "page": "<html><body>502 Bad Gateway</body></html>",
}.items():
    keep("classify", name, b"\xc8\x00" + body.encode())
PYTHON
