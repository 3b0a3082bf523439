"""Checks that look for names which would send a customer to the wrong country."""

from collections import defaultdict

from fold import fold


def own_names(packages):
    """language -> code -> CLDR's key for the country."""
    names = defaultdict(dict)
    for code, name, locale, _ in packages.cldr():
        language = locale.split("-")[0]
        names[language].setdefault(code, set()).add(fold(name))
    return names


def names_another(own, name, code, language):
    """The country that a translated name seems to be of instead, if any.

    Translators slip by a line: such a name has in it what CLDR calls another country in that
    language, and not what it calls this one.
    """
    names = own.get(language)
    if not names:
        return None
    key = fold(name)
    if any(mine in key for mine in names.get(code, ())):
        return None
    ideographic = language in ("zh", "ja", "ko", "yue")
    for other, theirs in names.items():
        if other != code and any((len(their) > 4 or ideographic and len(their) > 1) and their in key for their in theirs):
            # Part of a longer name of its own: "Guinea" in "Equatorial Guinea".
            if not any(their in mine for mine in names.get(code, ()) for their in theirs):
                if (code, other) not in {("SH", "AC"), ("GS", "GE"), ("TW", "CN"), ("HK", "CN"), ("MO", "CN"), ("PF", "FR"), ("GF", "FR"), ("TF", "FR"), ("MF", "FR"), ("GP", "FR"), ("RE", "FR"), ("VI", "US"), ("UM", "US"), ("PS", "IL"), ("GB", "IE"), ("IE", "GB"), ("VA", "IT"), ("FK", "AR"), ("BQ", "NL"), ("SX", "NL"), ("AX", "FI"), ("IO", "IN"), ("AU", "US"), ("KP", "KR"), ("KR", "KP"), ("SS", "SD"), ("GW", "GN"), ("GQ", "GN"), ("PG", "GN"), ("BY", "RU"), ("MX", "US"), ("IO", "GB"), ("VG", "GB"), ("GF", "GY"), ("DO", "DM"), ("CD", "CG"), ("SX", "MF"), ("MF", "SX"), ("TF", "AQ"), ("UM", "IN"), ("UM", "IS"), ("VC", "GD"), ("AS", "US"), ("PM", "FR")}:
                    return other
    return None


def bare_names(table, fold):
    """Refuses what is one of two Congos, Koreas or Virgin Islands without saying which."""
    by_locale = defaultdict(dict)
    for code, name, locale, _ in table.packages.cldr():
        by_locale[locale].setdefault(code, set()).add(fold(name))
    for mine, other in (("CG", "CD"), ("CD", "CG"), ("KR", "KP"), ("VI", "VG"), ("VG", "VI")):
        for locale, names in by_locale.items():
            for key in names.get(mine, ()):
                if key in table.refused or key in table.curated:
                    continue
                stem = key[:-1] if len(key) > 4 and key.isalpha() and not key.isascii() or len(key) > 4 else key
                if len(key) < 9 and any(stem in longer and key != longer and len(longer) > len(key) + 2 for longer in names.get(other, ())):
                    table.refused[key] = ("A", sorted((mine, other), reverse=mine in ("KP",)))
                    table.dropped.append(f"bare\t{locale}\t{mine}\t{key}")


def osa(left, right, limit):
    """Optimal string alignment distance, or limit + 1."""
    if abs(len(left) - len(right)) > limit:
        return limit + 1
    before, last = None, list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        row = [i]
        for j, b in enumerate(right, 1):
            cost = min(last[j] + 1, row[-1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
        before, last = last, row
    return last[-1]


def deletes(key):
    return {key} | {key[:i] + key[i + 1:] for i in range(len(key))}


class Near:
    """Finds names one slip away."""

    def __init__(self, names):
        self.names = names
        self.by_delete = defaultdict(list)
        for key in names:
            for shorter in deletes(key):
                self.by_delete[shorter].append(key)

    def all(self, key):
        seen = set()
        for shorter in deletes(key):
            for other in self.by_delete.get(shorter, ()):
                if other not in seen and other != key and osa(key, other, 1) == 1:
                    seen.add(other)
        return seen

    def other(self, key, code):
        return next((o for o in sorted(self.all(key)) if self.names[o] != code), None)


def places(packages):
    """Keys of cities and subdivisions, and the countries they are in."""
    found = defaultdict(set)
    for code, name in packages.cities(15_000):
        found[fold(name)].add(code)
    for code, name, locale in packages.cldr_subdivisions():
        if locale == "en":
            found[fold(name)].add(code[:2].upper())
    return found


def report(packages, accepted, fold):
    """What a reviewer should look at; not a failure in itself."""
    lines = []
    for code, name, locale in packages.cldr_subdivisions():
        key = fold(name)
        if key in accepted and accepted[key][0] != code[:2].upper():
            lines.append(f"subdivision\t{locale}\t{code}\t{name}\tis {accepted[key][0]}")
    for code, name in packages.cities(100_000):
        key = fold(name)
        if key in accepted and not accepted[key][1] and accepted[key][0] != code:
            lines.append(f"city\t{code}\t{name}\tis {accepted[key][0]}")
    names = {k: c for k, (c, first) in accepted.items()}
    near = Near(names)
    for key, (code, first) in sorted(accepted.items()):
        if first:
            for other in sorted(near.all(key)):
                if names[other] != code:
                    lines.append(f"near\t{key}\t{code}\t{other}\t{names[other]}")
    return lines
