"""Writes the files that src/ embeds."""

import struct

EMPTY = 0xFFFFFF


def hash_key(key):
    """FNV-1a, folded to 32 bits; src/table.rs computes the same."""
    value = 0xCBF29CE484222325
    for byte in key:
        value = ((value ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return (value ^ (value >> 32)) & 0xFFFFFFFF


def write(lines, folder):
    """names.txt: sorted lines `key<TAB>verdict`; names.idx: their offsets, three bytes each, where
    the key's hash says, or in the next free place after it."""
    text, offsets = b"", {}
    parts = []
    size = 0
    for key, verdict in sorted((k.encode(), v.encode()) for k, v in lines.items()):
        assert b"\t" not in key and b"\n" not in key
        offsets[key] = size
        line = key + b"\t" + verdict + b"\n"
        parts.append(line)
        size += len(line)
    text = b"".join(parts)
    places = 1
    while places < len(offsets) * 5 // 4:
        places *= 2
    slots = [EMPTY] * places
    for key, offset in offsets.items():
        place = hash_key(key) & (places - 1)
        while slots[place] != EMPTY:
            place = (place + 1) & (places - 1)
        slots[place] = offset
    (folder / "names.txt").write_bytes(text)
    (folder / "names.idx").write_bytes(b"".join(struct.pack("<I", slot)[:3] for slot in slots))
    print(f"names.txt: {len(text)} bytes, names.idx: {places} places")


def write_codes(packages, path):
    """The official list: alpha-2, alpha-3, numeric, English name."""
    cldr = {}
    for code, name in packages.cldr_territories("en"):
        cldr.setdefault(code, name)
    lines = [
        "//! ISO 3166-1's official list with CLDR's English names.",
        "//!",
        "//! Written by `crates/countries/tools/generate.py`: do not edit.",
        "",
        "/// Alpha-2, alpha-3, numeric, English short name; sorted by alpha-2.",
        f"pub(super) static COUNTRIES: [(&str, &str, u16, &str); {len(packages.iso)}] = [",
    ]
    # CLDR calls it by the name of the whole island, which is no country's.
    cldr["MF"] = "St. Martin (French part)"
    for c in packages.iso:
        lines.append(f'    ("{c["alpha_2"]}", "{c["alpha_3"]}", {int(c["numeric"])}, "{cldr[c["alpha_2"]]}"),')
    lines.append("];")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
