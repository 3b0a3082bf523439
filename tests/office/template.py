#!/usr/bin/env python3
"""The template through a real spreadsheet program.

LibreOffice opens the template, fills cells in, works out what each column's validation says of them,
and saves as XLSX and ODS. What the validation lets pass, `check` must take without a word, and what it
stops, `check` must refuse; the rows that passed, saved in either format, pass `check --strict`, and the
validations are still there.

    python3 tests/office/template.py target/debug/partner-import [DIRECTORY]

Needs what round-trip.py needs.
"""

import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

import openpyxl

USUAL = {"Name": "Customer {row}", "Level": "EndCustomer", "State": "InTrial", "Country": "Germany"}
LONG = "x" * 4096
# Values as they are typed: texts, and numbers for dates and ids.
TYPED = {
    "Name": ["Nordwind", "x" * 255, "x" * 256, "two\nlines", "n/a", "TBD", "-", "Müller & Söhne <3", " "],
    "Parent": ["Customer 2"],
    "Level": ["EndCustomer", "endcustomer", "EndCostumer"],
    "ServiceType": ["AllInclusive", "SoftwareOnly", "Both"],
    "State": ["InTrial", "InProduction"],
    "Country": ["Germany", "DE", "Korea", "Germny", "Côte d’Ivoire", "AT"],
    "DeviceCountry": ["Switzerland", "XX"],
    "ExternalCode": ["C-1", "twice", "twice", LONG, LONG + "x", "null", "a\nb"],
    "ZipCode": ["01067", "SW1A 1AA", "a\nb"],
    "City": ["Dresden", LONG, LONG + "x"],
    "PhoneNumber": ["+49 351 5550100", "12", "123", "(0351) 555/01-00", "call Bob", "1" * 40, "1" * 41],
    "FaxNumber": ["030 1234", "no"],
    "WebsiteAddress": ["https://www.acme.example", "www.acme.example", "acme.de/@us", "ann@acme.de",
                       "ftp://acme.de", "acme", "www acme.de", "https://acme.de/@us"],
    "TrialRegistrationTime": [25569, 25568, 2958464, 2958465, 46447],
    "TrialExpirationTime": [25569, 25568, 2958463, 2958464],
    "CreateDefaultAccount": ["yes", "no", "perhaps"],
    "ResponsibleUserId": [0, -1, 2147483647, 2147483648],
    "BillingContactPersonId": [0, -1, 2147483647, 2147483648],
    "LocationId": [0, -1, 2147483647, 2147483648],
    "RegionId": [0, 2147483648],
    "ParentId": [0, 2147483648],
}

SCRIPT = """
import json, os, time, uno
from com.sun.star.beans import PropertyValue
def value(name, what):
    one = PropertyValue(); one.Name, one.Value = name, what; return one
work = json.load(open({work!r}))
local = uno.getComponentContext()
resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
for attempt in range(120):
    try:
        context = resolver.resolve("uno:pipe,name={pipe};urp;StarOffice.ComponentContext"); break
    except Exception:
        time.sleep(0.5)
desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
document = desktop.loadComponentFromURL("file://" + work["file"], "_blank", 0, (value("Hidden", True),))
sheet = document.Sheets.getByName("Customers")
for cell, typed in work["cells"].items():
    if isinstance(typed, str):
        sheet.getCellRangeByName(cell).String = typed
    else:
        sheet.getCellRangeByName(cell).Value = float(typed)
said = {{}}
for cell, rule in work["rules"].items():
    target = sheet.getCellRangeByName(cell)
    target.setFormula(rule)
    said[cell] = [target.Value, target.Error, target.Formula]
    target.setString("")
for name, filter in work["saves"]:
    document.storeToURL("file://" + name, (value("FilterName", filter),))
document.close(True)
json.dump(said, open({said!r}, "w"))
try: desktop.terminate()
except Exception: pass
os._exit(0)
"""


def office(work, directory):
    """Lets LibreOffice do the work; gives what the rules said."""
    profile = tempfile.mkdtemp()
    pipe = f"template{time.time_ns()}"
    todo, said = directory / "work.json", directory / "said.json"
    todo.write_text(json.dumps(work))
    process = subprocess.Popen([
        "soffice", "--headless", "--norestore", f"-env:UserInstallation=file://{profile}",
        f"--accept=pipe,name={pipe};urp;"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    script = SCRIPT.format(work=str(todo), said=str(said), pipe=pipe)
    try:
        subprocess.run(["/usr/bin/python3", "-c", script], check=True, timeout=240)
        process.wait(60)
    finally:
        process.kill()
        shutil.rmtree(profile, ignore_errors=True)
    return json.loads(said.read_text())


def formula(rule, cell, row):
    """What a validation says of a cell, as a formula for LibreOffice; none for what it never stops."""
    one, other = rule.formula1, rule.formula2
    moved = [re.sub(r"(\$[A-Z]+)2(?![0-9])", rf"\g<1>{row}", text or "") for text in (one, other)]
    one, other = moved
    if rule.type == "custom":
        text = one
    elif rule.type == "list" and one.startswith("List"):
        text = f"SUMPRODUCT(--({one}={cell}))>0"
    elif rule.type in ("whole", "date"):
        text = f"AND(ISNUMBER({cell}),{cell}>={one},{cell}<={other})"
    else:
        return None
    # The bridge takes semicolons between arguments, outside of texts.
    pieces = text.split('"')
    return "=" + '"'.join(piece if at % 2 else piece.replace(",", ";") for at, piece in enumerate(pieces))


def check(tool, file, *more):
    done = subprocess.run([tool, "check", str(file), *more], capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


def codes_by_row(tool, file):
    """The codes of errors and warnings about single cells, by row."""
    code, out, err = check(tool, file, "--format", "json", "--all")
    found = {}
    for one in json.loads(out)["diagnostics"]:
        if one["severity"] != "note":
            found.setdefault(one["row"], []).append(one["code"])
    return found


def main():
    tool = str(pathlib.Path(sys.argv[1]).resolve())
    directory = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else tempfile.mkdtemp()).resolve()
    directory.mkdir(parents=True, exist_ok=True)
    template = directory / "template.xlsx"
    template.unlink(missing_ok=True)
    subprocess.run([tool, "template", str(template)], check=True, capture_output=True)
    sheet = openpyxl.load_workbook(template)["Customers"]
    columns = {cell.value: cell.column_letter for cell in sheet[1]}
    rules = {}
    for rule in sheet.data_validations.dataValidation:
        rules[str(rule.sqref).split(":")[0].rstrip("0123456789")] = rule
    assert len(rules) == len(columns)

    cells, formulas, cases, row = {}, {}, [], 1
    for header, values in TYPED.items():
        for typed in values:
            row += 1
            for name, usual in USUAL.items():
                cells[f"{columns[name]}{row}"] = usual.format(row=row)
            cell = f"{columns[header]}{row}"
            cells[cell] = typed
            rule = formula(rules[columns[header]], "$" + cell, row)
            if rule:
                formulas[f"BZ{row}"] = rule
            cases.append((row, header, typed, rules[columns[header]].errorStyle))
    saved = directory / "typed.xlsx"
    work = {"file": str(template), "cells": cells, "rules": formulas,
            "saves": [(str(saved), "Calc MS Excel 2007 XML")]}
    said = office(work, directory)
    found = codes_by_row(tool, saved)
    differences, passed = [], []
    for row, header, typed, style in cases:
        # Names, parents and codes are held against other rows too; those rules are not a cell's.
        codes = [code for code in found.get(row, []) if code[0] == "V" or code == "D104"]
        # Of the rows with the same code the check names the later one, the program all.
        twice = header == "ExternalCode" and typed == "twice"
        verdict = said.get(f"BZ{row}")
        stops = verdict is not None and not (verdict[0] == 1 and verdict[1] == 0)
        if stops != bool(codes) and not twice:
            differences.append((header, str(typed)[:40], "stopped" if stops else "passed", codes, verdict))
        if not stops and not codes and not found.get(row):
            passed.append((header, typed))
    for difference in differences:
        print("differs:", *difference)
    assert not differences
    print(f"{len(cases)} cells: what LibreOffice lets pass is what check takes")

    cells = {}
    for row, (header, typed) in enumerate(passed, 2):
        for name, usual in USUAL.items():
            cells[f"{columns[name]}{row}"] = usual.format(row=row)
        cells[f"{columns[header]}{row}"] = typed
    saves = [(str(directory / "filled.xlsx"), "Calc MS Excel 2007 XML"), (str(directory / "filled.ods"), "calc8")]
    office({"file": str(template), "cells": cells, "rules": {}, "saves": saves}, directory)
    for name, _ in saves:
        code, out, err = check(tool, name, "--strict")
        assert code == 0 and "0 errors, 0 warnings" in out, out + err
        assert f"{len(passed)} accepted" in out, out
    again = openpyxl.load_workbook(directory / "filled.xlsx")
    kept = again["Customers"].data_validations.dataValidation
    assert {rule.type for rule in kept} >= {"list", "whole", "date", "custom"}, kept
    assert len(again.defined_names) >= 10, list(again.defined_names)
    print(f"filled in and saved as XLSX and ODS, {len(passed)} rows pass without a warning")


main()
