"""Writes the country tables that src/ embeds.

    python3 crates/countries/tools/generate.py [--cache DIR] [--without SOURCE,...] [--report FILE]

Reads the packages pinned in sources.py and the reviewed lists beside this file, and writes
names.txt, names.idx and src/code_table.rs.
Names that two countries share must be listed in collisions.tsv, or it fails and says which.
"""

import argparse
import sys
from collections import defaultdict
from pathlib import Path

import checks
import index
from fold import fold
from forms import forms
from sources import Packages, fetch

HERE = Path(__file__).parent
CRATE = HERE.parent
ROOT = CRATE.parent.parent

# Beside CLDR, translations are taken in these languages only: those with many users and reviewers.
WELL_KEPT = set(
    "af ar be bg bs ca cs cy da de el en es et eu fa fi fr ga gl he hi hr hu id is it ja ka kk ko lt"
    " lv mk ms nb nl nn no pl pt ro ru sk sl sq sr sv th tr uk ur uz vi zh".split()
)
THREE_LETTERS = {
    "ara": "ar", "bre": "br", "ces": "cs", "cym": "cy", "deu": "de", "est": "et", "fin": "fi", "fra": "fr",
    "hrv": "hr", "hun": "hu", "ind": "id", "ita": "it", "jpn": "ja", "kor": "ko", "nld": "nl", "per": "fa",
    "pol": "pl", "por": "pt", "rus": "ru", "slk": "sk", "spa": "es", "srp": "sr", "swe": "sv", "tur": "tr",
    "urd": "ur", "zho": "zh", "eng": "en", "ell": "el", "bul": "bg", "ron": "ro", "dan": "da", "nor": "no",
    "nob": "nb", "nno": "nn", "slv": "sl", "lav": "lv", "lit": "lt", "ukr": "uk", "heb": "he", "hin": "hi",
    "tha": "th", "vie": "vi", "mkd": "mk", "sqi": "sq", "isl": "is", "gle": "ga", "cat": "ca", "bar": "de",
    "msa": "ms", "kat": "ka", "bos": "bs", "bel": "be", "kaz": "kk", "cnr": "sr", "roh": "rm", "gsw": "de",
}
# The languages whose names are taken even where a slip of the pen leads from one to another.
CORE = set(
    "de fr es it nl pt pl cs sv da nb no nn fi hu ro tr el ru uk bg hr sk sl et lv lt ja zh ko ar he hi th vi id ca"
    .split()
)
# English first, then the languages of CORE, then those that CLDR covers well, then the rest.
USUAL, MAJOR, OTHER, MINOR = 1, 2, 3, 4
# English names as other languages spell them, which are the misspellings of English, too.
ENGLISH_LIKE = {"hi-Latn", "kok-Latn", "pcm"}
REASONS = set("ARFSKMN")
# country-to-iso and countrynames are only measured on: they have adjectives, cities and misspellings.
SOURCES = [
    "cldr", "iso_codes", "world_countries", "i18n_iso", "un_ocha", "coco", "countryguess",
    "locale_map", "country_list", "geonames", "countrycode",
]


class Problem(Exception):
    pass


def rows(name, columns):
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            fields = line.split("\t")
            if len(fields) != columns:
                raise Problem(f"{name}: {columns} columns wanted: {line[:80]}")
            yield fields


def base_language(locale):
    base = locale.replace("_", "-").split("-")[0].split("@")[0]
    return THREE_LETTERS.get(base, base)


def tier(packages, source, locale):
    """How much a name counts, or None where the source is not to be trusted in that language."""
    language = base_language(locale)
    if source == "cldr":
        if language == "en":
            return USUAL
        if locale in ENGLISH_LIKE:
            return None
        if language in CORE:
            return MAJOR
        return OTHER if locale in packages.modern or language in packages.modern else MINOR
    if language == "en" or source in ("coco", "countryguess", "locale_map", "country_list", "geonames"):
        return USUAL
    if "@" in locale:
        return None
    if language in CORE or locale == "alt":
        return MAJOR
    return OTHER if language in WELL_KEPT else None


class Table:
    """Names on their way into the table."""

    def __init__(self, packages):
        self.packages = packages
        self.claims = defaultdict(lambda: defaultdict(set))  # key -> code -> {(tier, source, locale)}
        self.spelt = defaultdict(set)  # (key, code) -> keys with the marks kept
        self.curated = {}  # key -> code
        self.refused = {}  # key -> (reason, suggestions)
        self.dropped = []

    def claim(self, name, code, rank, source, locale):
        # What is refused is refused in all its forms.
        known = fold(name) in self.refused
        for form in [name] if known else forms(name, code, base_language(locale)):
            key = fold(form)
            if key:
                self.claims[key][code].add((rank, source, locale))
                self.spelt[key, code].add(fold(form, keep_marks=True))

    def read_curated(self):
        for code, names in rows("variants.tsv", 2):
            if code not in self.packages.codes:
                raise Problem(f"variants.tsv: no such code: {code}")
            for name in names.split("; "):
                for form in forms(name, code, "any"):
                    key = fold(form)
                    if self.curated.setdefault(key, code) != code:
                        raise Problem(f"variants.tsv: {name}: both {self.curated[key]} and {code}")
                    self.spelt[key, code].add(fold(form, keep_marks=True))
        self.short = {}
        for name, code, _ in rows("short.tsv", 3):
            self.short[fold(name)] = code
            self.curated[fold(name)] = code

    def read_refused(self):
        for reason, suggestions, names in rows("refused.tsv", 3):
            codes = suggestions.split()
            if reason not in REASONS or not set(codes) <= self.packages.codes:
                raise Problem(f"refused.tsv: {reason} {suggestions}")
            for name in names.split("; "):
                for form in forms(name, "", "en") if reason in "AF" and len(name) > 4 else [name]:
                    old = self.refused.setdefault(fold(form), (reason, codes))
                    if old[0] != reason and reason != "M":
                        raise Problem(f"refused.tsv: {name}: both {old[0]} and {reason}")

    def read_packages(self, without):
        own = checks.own_names(self.packages)
        for source in SOURCES:
            if source in without:
                continue
            for code, name, locale, label in getattr(self.packages, source)():
                rank = tier(self.packages, source, locale)
                if rank is None:
                    continue
                other = source != "cldr" and checks.names_another(own, name, code, base_language(locale))
                if other:
                    self.dropped.append(f"foreign\t{label}:{locale}\t{code}\t{name}\tsays {other}")
                else:
                    self.claim(name, code, rank, label, locale)


def refuse_half_islands(table):
    """CLDR calls the north of Saint Martin by the whole island's name."""
    for locale in table.packages.cldr_locales():
        for code, name in table.packages.cldr_territories(locale):
            key = fold(name)
            if code == "MF" and "(" not in name and key not in table.curated:
                table.refused.setdefault(key, ("A", ["MF", "SX"]))


KINGDOMS = set("BE BH BT DK ES GB JO KH LS MA NL NO SA SE SZ TH TO".split())
# Monarchies, parts of others, and those whose neighbour has the same name: no "Republic of X".
NO_REPUBLICS = set(
    "AD AE AG AU BN BS BZ CA CD CG CN DM DO GD JM JP KN KP KR KW LC LI LU MC MY NZ OM PG QA SB TV TW VA VC VN WS"
    .split()
) | KINGDOMS


def claim_kinds_of_state(table):
    """Republic of X, and Kingdom of X, by the usual English names."""
    sovereign = {code for code, _ in table.packages.capitals()}
    for listed in SOVEREIGNS.values():
        sovereign -= set(listed.split())
    for code, name, locale, _ in list(table.packages.cldr()):
        if locale != "en" or code not in sovereign or len(name) < 4 or not name.replace(" ", "").isalpha():
            continue
        if any(word in name for word in ("Republic", "Kingdom", "Island", "States")):
            continue
        if code in KINGDOMS:
            table.claim(f"Kingdom of {name}", code, USUAL, "kind", "en")
        elif code not in NO_REPUBLICS and code not in DEPENDENT:
            table.claim(f"Republic of {name}", code, USUAL, "kind", "en")


# Not independent, though world-countries gives them a capital.
DEPENDENT = set(
    "AI BM VG KY FK GI MS PN SH TC IO GS GG JE IM GL FO AX SJ BV CX CC NF HM CK NU TK PS EH AQ XK SX CW AW".split()
)


def refuse_regions(table):
    """CLDR's regions and other territories are refused in the languages of WELL_KEPT."""
    kinds = {"XK": ("K", []), "IC": ("S", ["ES"]), "EA": ("S", ["ES"]), "AC": ("S", ["SH"]),
             "TA": ("S", ["SH"]), "DG": ("S", ["IO"]), "CP": ("S", ["FR"]), "CQ": ("S", ["GG"]),
             "ZZ": ("M", []), "XA": ("N", []), "XB": ("N", [])}
    regions = {}
    for code, name, locale in table.packages.cldr_regions():
        key = fold(name)
        if key:
            kept = base_language(locale) in WELL_KEPT
            region = regions.setdefault(key, (kinds.get(code, ("R", [])), kept, code, locale, set()))
            region[4].add(fold(name, keep_marks=True))
            if kept and not region[1]:
                regions[key] = (region[0], kept, code, locale, region[4])
    return regions


def decide(table, regions):
    """key -> what the table says of it; collects what nobody has reviewed."""
    collisions = {fold(k): (k, v) for k, v, _ in rows("collisions.tsv", 3)}
    packages = table.packages
    accepted, refused, unreviewed, used = {}, dict(table.refused), [], set()
    usual = {k for k, codes in table.claims.items() if any(r == USUAL for c in codes.values() for r, _, _ in c)}
    for key in sorted(set(table.claims) | set(table.curated)):
        codes = table.claims.get(key, {})
        if key in table.curated:
            if key in refused:
                raise Problem(f"both in variants.tsv and in refused.tsv: {key}")
            code = table.curated[key]
            others = set(codes) - {code}
            if key in regions and regions[key][1] and not (key in usual) and key not in collisions:
                unreviewed.append((key, "-", f"variants.tsv: {code} and region {regions[key][2:4]}"))
            if others and key not in collisions:
                unreviewed.append((key, code, f"variants.tsv against {describe(codes)}"))
            used.add(key)
            if keep_short(table, key, code, accepted):
                accepted[key] = (code, "usual" if key in usual and not others else "listed")
            continue
        if key in refused:
            continue
        if key in collisions:
            used.add(key)
            decision = collisions[key][1]
            if decision == "-":
                refused[key] = ("A", sorted(codes))
                by_marks(table, key, codes, accepted, regions[key][4] if key in regions else set())
                continue
            codes = {decision: codes[decision]}
        elif len(codes) > 1:
            unreviewed.append((key, "-", describe(codes)))
            continue
        elif key in regions and key not in usual:
            unreviewed.append((key, "-", f"{describe(codes)} and region {regions[key][2:4]}"))
            continue
        (code, claims), = codes.items()
        if keep_short(table, key, code, accepted):
            accepted[key] = (code, "usual" if min(claims)[0] == USUAL else "")
    for key, ((reason, codes), wanted, *_) in regions.items():
        if wanted and key not in accepted and key not in refused and not (key.isascii() and len(key) < 3):
            refused[key] = (reason, codes)
    for key in set(collisions) - used:
        print(f"note: collisions.tsv: nothing to decide for {key}", file=sys.stderr)
    if unreviewed:
        for key, proposal, why in unreviewed:
            print(f"{key}\t{proposal}\t{why}", file=sys.stderr)
        raise Problem(f"{len(unreviewed)} names are not reviewed: add them to collisions.tsv")
    return accepted, refused


# Parts of countries are known in the languages whose headers we know, and in four other scripts.
PARTS = (CORE | {"en"}) - set("uk bg ko ar he hi th".split())
# Territories that ISO 3166-2 lists as parts of their country as well.
SOVEREIGNS = {
    "FR": "GF GP MQ RE YT MF BL PM PF NC WF TF", "US": "PR GU VI AS MP UM", "NL": "AW CW SX BQ", "NO": "SJ BV",
    "CN": "HK MO TW", "FI": "AX", "GB": "GG JE IM GI", "DK": "GL FO", "AU": "CC CX NF HM",
}
# Towns with fewer inhabitants are no surprise for those who write a country beside them.
LARGE_TOWN = 200_000


def refuse_places(packages, accepted, refused):
    """Parts of countries, all capitals and large towns, with their countries to suggest."""
    found = defaultdict(dict)
    by_hand = set()
    for code, names in rows("parts.tsv", 2):
        for part in names.split("; "):
            found[fold(part)][code] = None
            by_hand.add(fold(part))
    sources = [
        packages.parts(PARTS),
        ((code[:2].upper(), name) for code, name, locale in packages.cldr_subdivisions() if locale == "en"),
        packages.capitals(),
        packages.cities(LARGE_TOWN),
    ]
    own = {code: set() for code in packages.codes}
    for code, name, locale, _ in packages.cldr():
        own[code].add(fold(name))
    for source in sources:
        for code, name in source:
            key = fold(name)
            territories = SOVEREIGNS.get(code, "").split()
            if code in packages.codes and not any(key in own[of] for of in [code, *territories]):
                found[key].setdefault(code)
    shared = []
    for key, codes in sorted(found.items()):
        codes = list(codes)
        short = len(key) < (2 if min(key, default="") > "\u2e80" else 4)
        if key in accepted:
            code, rank = accepted[key]
            others = [other for other in codes if other != code]
            if others and rank != "usual":
                shared.append(f"shared\t{code}\t{key}\ta part of {' '.join(others)}")
        elif key in refused:
            reason, known = refused[key]
            if reason == "S":
                refused[key] = ("S", list(dict.fromkeys([*known, *codes])))
        elif key in by_hand or not short and not key.isdigit():
            refused[key] = ("S", codes[:6])
    return shared


def describe(codes):
    return "; ".join(
        f"{code}: " + " ".join(sorted({f"{s}:{l}" for _, s, l in claims}, key=lambda x: (len(x), x))[:3])
        for code, claims in sorted(codes.items())
    )


def keep_short(table, key, code, accepted):
    """Whether the key may be used without its marks; with them it may be in any case."""
    latin = key.isascii()
    if not latin or len(key) > 3:
        return True
    if table.short.get(key) == code:
        return True
    for marked in table.spelt[key, code]:
        if marked != key and not marked.isascii():
            accepted[marked] = (code, "")
    return False


def by_marks(table, key, codes, accepted, regions):
    """Accepts the spellings with marks that only one country has, and no region."""
    for code in codes:
        for marked in table.spelt[key, code]:
            others = {m for c in codes if c != code for m in table.spelt[key, c]}
            if marked != key and marked not in others | regions:
                accepted[marked] = (code, "")


def is_usual(table, key, code):
    return key in table.curated or min(table.claims[key][code])[0] == USUAL


def screen_minor(table, accepted_usual):
    """Drops names of lesser known languages that a slip of the pen makes another country's."""
    near = checks.Near(accepted_usual)
    places = checks.places(table.packages)
    languages = {fold(name) for name in table.packages.language_names(CORE | {"en"})}
    near_usual = checks.Near({k: c for k, c in accepted_usual.items() if is_usual(table, k, c)})
    for key in list(table.claims):
        codes = table.claims[key]
        if key in table.curated or min(min(c)[0] for c in codes.values()) < MINOR:
            # A minor language never contests a name of a major one.
            contested = len({min(claims)[0] for claims in codes.values()}) > 1
            for code in [c for c, claims in codes.items() if min(claims)[0] == MINOR]:
                if len(codes) > 1:
                    table.dropped.append(f"minor\t{describe({code: codes[code]})}\t{key}\tcontested")
                    del codes[code]
            if key not in table.curated and all(min(c)[0] == OTHER for c in codes.values()):
                code = next(iter(codes))
                reason = None
                if len(codes) == 1 and (other := near_usual.other(key, code)):
                    reason = f"near {other}"
                elif places.get(key, {code}) != {code}:
                    reason = f"a place in {' '.join(sorted(places[key]))}"
                elif key in languages:
                    reason = "a language"
                elif contested:
                    reason = "two countries"
                if reason:
                    table.dropped.append(f"other\t{describe(codes)}\t{key}\t{reason}")
                    del table.claims[key]
            continue
        code = next(iter(codes))
        reason = None
        if len(codes) > 1:
            reason = "two countries"
        elif places.get(key, {code}) != {code}:
            reason = "a place elsewhere"
        elif key in languages:
            reason = "a language"
        elif key.isascii() and len(key) < 6:
            reason = "short"
        elif other := near.other(key, code):
            reason = f"near {other}"
        elif slip := next((o for o in near_usual.all(key) if o not in table.curated), None):
            reason = f"as {slip} misspelt"
        if reason:
            table.dropped.append(f"minor\t{describe(codes)}\t{key}\t{reason}")
            del table.claims[key]


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--cache", type=Path, default=ROOT / "target/countries")
    arguments.add_argument("--without", default="")
    arguments.add_argument("--report", type=Path)
    options = arguments.parse_args()
    fetch(options.cache)
    packages = Packages(options.cache)
    for line in (CRATE / "fold_samples.tsv").read_text(encoding="utf-8").split("\n"):
        if line and not line.startswith("#"):
            text, key, marked = line.split("\t")
            if (fold(text), fold(text, keep_marks=True)) != (key, marked):
                raise Problem(f"fold_samples.tsv: {text}: {fold(text)} {fold(text, keep_marks=True)}")
    table = Table(packages)
    table.read_refused()
    table.read_curated()
    table.read_packages(set(filter(None, options.without.split(","))))
    checks.bare_names(table, fold)
    refuse_half_islands(table)
    claim_kinds_of_state(table)
    usual = {k: next(iter(c)) for k, c in table.claims.items() if len(c) == 1 and min(next(iter(c.values())))[0] < MINOR}
    screen_minor(table, usual | table.curated)
    accepted, refused = decide(table, refuse_regions(table))
    table.dropped += refuse_places(packages, accepted, refused)
    clash = [k for k in refused if k.isascii() and (k.upper() in packages.codes or k.upper() in packages.alpha3)]
    if set(clash) - {"na", "nga", "niu"}:
        raise Problem(f"refused.tsv has codes of countries: {clash}")
    spell = {"usual": str.upper, "listed": str.title, "": str.lower}
    lines = {key: spell[rank](code) for key, (code, rank) in accepted.items()}
    for key, (reason, codes) in refused.items():
        if key in lines:
            raise Problem(f"accepted and refused: {key}")
        lines[key] = f"{reason}:{','.join(codes)}"
    index.write(lines, CRATE)
    index.write_codes(packages, CRATE / "src/code_table.rs")
    print(f"{len(accepted)} names accepted, {len(refused)} refused")
    if options.report:
        options.report.write_text(
            "\n".join(table.dropped + checks.report(packages, accepted, fold)) + "\n", encoding="utf-8"
        )


if __name__ == "__main__":
    try:
        main()
    except Problem as problem:
        sys.exit(f"error: {problem}")
