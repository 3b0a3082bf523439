"""The ways in which people write one and the same name."""

import re

AND = {
    "en": ["and"], "de": ["und"], "fr": ["et"], "es": ["y", "e"], "it": ["e", "ed"], "pt": ["e"], "nl": ["en"],
    "pl": ["i"], "cs": ["a"], "sk": ["a"], "sv": ["och"], "da": ["og"], "nb": ["og"], "nn": ["og"], "no": ["og"],
    "fi": ["ja"], "et": ["ja"], "hu": ["és"], "ro": ["și", "şi"], "tr": ["ve"], "el": ["και"], "ru": ["и"],
    "uk": ["і", "та", "й"], "bg": ["и"], "hr": ["i"], "bs": ["i"], "sr": ["и", "i"], "sl": ["in"], "lv": ["un"],
    "lt": ["ir"], "id": ["dan"], "ms": ["dan"], "vi": ["và"], "ca": ["i"], "gl": ["e"], "eu": ["eta"],
    "sq": ["dhe"], "af": ["en"], "cy": ["a", "ac"], "ga": ["agus"], "is": ["og"], "mk": ["и"], "be": ["і"],
}
# Where a name in parentheses only explains the one before it.
EXPLAINED = set("MM FK MK CI CZ SZ TL CV BY SY VE BO BN LA RU VN TZ MD CC PS VA NZ IR".split())
GERMANIC = {"de": ("ae", "oe", "ue"), "da": ("ae", "oe", "ue"), "nb": ("ae", "oe", "ue"), "no": ("ae", "oe", "ue"),
            "nn": ("ae", "oe", "ue"), "sv": ("ae", "oe", "ue"), "any": ("ae", "oe", "ue")}
SHORTER = [
    (r"\bRepublic\b", ["Rep"]), (r"\bDemocratic\b", ["Dem"]), (r"\bFederated\b", ["Fed"]),
    (r"\bFederation\b", ["Fed"]), (r"\bIslands\b", ["Is", "Isl", "Isles", "Island"]), (r"\bIsland\b", ["Is", "Isl"]),
    (r"\bTerritory\b", ["Terr"]), (r"\bUnited\b", ["Utd"]), (r"^North\b", ["N"]), (r"^South\b", ["S"]),
    (r"^Northern\b", ["N"]), (r"^Western\b", ["W"]), (r"\bIslamic\b", ["Isl"]),
]


def _ands(name, language):
    words = AND.get(language, [])
    yield name
    for word in words:
        swapped = re.sub(rf"(?<=\w)[ ]+{word}[ ]+(?=\w)", " & ", name, flags=re.IGNORECASE)
        if swapped != name:
            yield swapped
            if language == "en":
                yield swapped.replace(" & ", " ")
    if "&" in name:
        for word in words:
            yield re.sub(r"\s*&\s*", f" {word} ", name)
        if language == "en":
            yield name.replace("&", " ")


def _saints(name, language):
    yield name
    if language in ("en", "fr", "any"):
        yield re.sub(r"\bSaint\b", "St", name)
        yield re.sub(r"\bSainte\b", "Ste", name)
        yield re.sub(r"\b(St\.|St)(?=[ -])", "Saint", name)
    if language == "de":
        yield re.sub(r"\bSankt\b", "St", name)
        yield re.sub(r"\bSt\.", "Sankt", name)
    if language == "pt":
        yield re.sub(r"\bSão\b", "S", name)


def _shorter(name, language):
    yield name
    if language != "en":
        return
    for pattern, replacements in SHORTER:
        if re.search(pattern, name):
            for replacement in replacements:
                yield re.sub(pattern, replacement, name)
    both = re.sub(r"\bRepublic\b", "Rep", re.sub(r"\bDemocratic\b", "Dem", name))
    if both != name:
        yield both
        yield re.sub(r"\bRep of\b", "Rep", both)


def _digraphs(name, language):
    yield name
    if language in GERMANIC:
        a, o, u = GERMANIC[language]
        table = {"ä": a, "ö": o, "ü": u, "Ä": a.title(), "Ö": o.title(), "Ü": u.title(), "ø": o, "Ø": o.title()}
        if language != "de":
            table |= {"å": "aa", "Å": "Aa"}
        yield "".join(table.get(c, c) for c in name)


def _turned(name, language):
    """Republic of X, also as X Republic of and X Republic."""
    yield name
    if language != "en":
        return
    if match := re.fullmatch(r"(?:[Tt]he )?(.*\b(?:Republic|Kingdom|State|States|Commonwealth|Federation))( of(?: the)?) ([^,()]+)", name):
        kind, of, rest = match.groups()
        yield f"{rest} {kind}{of}"
        yield f"{rest} {kind}"
        yield f"{rest} {kind} of"
        yield f"{kind} of {rest}"


def forms(name, code, language):
    """All forms of `name`, itself among them."""
    starts = {name}
    if language != "any" and code in EXPLAINED and (match := re.fullmatch(r"(.+?)\s*[(（].*[)）]", name)):
        starts.add(match.group(1))
    result = set()
    for start in starts:
        for turned in _turned(start, language):
            for joined in _ands(turned, language):
                for saint in _saints(joined, language):
                    for short in _shorter(saint, language):
                        result.update(_digraphs(short, language))
    if language in ("en", "any"):
        result |= {re.sub(r"\b([Tt]he) (?=\w)", r"\1", form) for form in result}
    return result
