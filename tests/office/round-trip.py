#!/usr/bin/env python3
"""The round trip of results.xlsx through a real spreadsheet program.

Makes a workbook with everything a person may have put into it, imports it into the sandbox, holds
the copy against the original (openpyxl, xmllint), lets LibreOffice open it, mend a cell and save it,
and imports that: only the rows that were open may be sent.

    python3 tests/office/round-trip.py target/debug/partner-import [DIRECTORY]

Needs openpyxl, xmllint and soffice with its Python bridge (apt-get install python3-openpyxl
libxml2-utils libreoffice-calc python3-uno). DIRECTORY keeps the files; `--keep-saved FILE` copies
what LibreOffice has saved, which the test tests/it/round_trip.rs reads.
"""

import collections
import csv
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile

import openpyxl
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.table import Table

TITLES = ["ID", "ImportStatus", "ImportCode", "ImportMessage"]
HEADER = ["Customer", "Zip", "Phone", "Level", "State", "Country", "Since"]
ROWS = [
    ["Nord GmbH", "01067", "+49 351 123456", "EndCustomer", "InTrial", "DE", 45000],
    ["Süd & Söhne", "80331", "+49 89 123456", "EndCostumer", "InTrial", "DE", 45001],
    ["Øst <Lager>", "01001", "+45 33 12 34 56", "EndCustomer", "InTrial", "Korea", 45002],
    ["West", "00501", "+1 212 555 0100", "EndCustomer", "InProduction", "US", 45003],
]


def make(path):
    """A workbook as people have it: title, styles, notes, a chart, other sheets."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Kunden '26"
    sheet["A1"] = "Customers of 2026"
    sheet["A1"].font = Font(size=20, bold=True, color="FF1F4E78")
    sheet.merge_cells("A1:J1")
    for column, text in enumerate(HEADER, 1):
        cell = sheet.cell(3, column, text)
        cell.font = Font(bold=True, color="FFFFFFFF")
        cell.fill = PatternFill("solid", fgColor="FF2E75B6")
    thin = Side(style="thin", color="FF999999")
    for number, row in enumerate(ROWS, 4):
        for column, value in enumerate(row, 1):
            cell = sheet.cell(number, column, value)
            cell.border = Border(bottom=thin)
            if column == 7:
                cell.number_format = "yyyy-mm-dd"
        sheet.cell(number, 4).font = Font(name="Courier New", italic=True)
        sheet.cell(number, 4).alignment = Alignment(horizontal="right")
    sheet.cell(9, 1, "Sum")
    sheet["G9"] = "=COUNTA(A4:A7)"
    sheet["D5"].comment = Comment("ask Bob", "Alice")
    sheet["D5"].fill = PatternFill("solid", fgColor="FFCCEEFF")
    sheet["A4"].comment = Comment("our first", "Alice")
    sheet.column_dimensions["A"].width = 33
    sheet.column_dimensions["C"].hidden = True
    sheet.row_dimensions[6].hidden = True
    sheet.conditional_formatting.add(
        "E4:E7", CellIsRule(operator="equal", formula=['"InTrial"'], font=Font(color="FF00AA00"))
    )
    levels = DataValidation(type="list", formula1='"EndCustomer,Site"')
    sheet.add_data_validation(levels)
    levels.add("D4:D7")
    prices = book.create_sheet("Prices")
    for row in [["What", "Price"], ["a", 1.5], ["b", 2.5]]:
        prices.append(row)
    chart = BarChart()
    chart.add_data(Reference(prices, min_col=2, min_row=1, max_row=3), titles_from_data=True)
    prices.add_chart(chart, "D2")
    book.create_sheet("Lists").sheet_state = "hidden"
    book.defined_names["Rates"] = DefinedName("Rates", attr_text="Prices!$B$2:$B$3")
    book.save(path)


def run(tool, directory, *arguments):
    command = [tool, *arguments, "--state-dir", str(directory / "state")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=directory)
    return done.returncode, done.stdout, done.stderr


def statuses(out):
    with open(out / "results.csv", encoding="utf-8-sig", newline="") as file:
        return [row["ImportStatus"] for row in csv.DictReader(file)]


def is_sound(path, source):
    """Every part is XML, has a type, and every relationship leads somewhere."""
    follows_the_schemas(path, source)
    with zipfile.ZipFile(path) as package:
        names = package.namelist()
        assert len(names) == len(set(names)), names
        types = package.read("[Content_Types].xml").decode()
        for part in re.findall(r'PartName="/([^"]+)"', types):
            assert part in names, f"{part} has a type and is not there"
        assert len(re.findall("PartName=", types)) == len(set(re.findall(r'PartName="([^"]+)"', types)))
        defaults = set(re.findall(r'Extension="([^"]+)"', types))
        for name in names:
            typed = f'PartName="/{name}"' in types or name.rsplit(".")[-1] in defaults
            assert typed or name == "[Content_Types].xml", f"{name} has no type"
            if name.endswith((".xml", ".rels", ".vml")):
                done = subprocess.run(["xmllint", "--noout", "-"], input=package.read(name), capture_output=True)
                assert done.returncode == 0, f"{name}: {done.stderr.decode()}"
            if name.endswith(".rels"):
                folder = pathlib.PurePosixPath(name).parent.parent
                for target, mode in re.findall(r'Target="([^"]+)"([^>]*)', package.read(name).decode()):
                    if "External" in mode:
                        continue
                    steps = []
                    whole = target if target.startswith("/") else f"{folder}/{target}"
                    for step in whole.split("/"):
                        if step == "..":
                            steps.pop()
                        elif step not in ("", "."):
                            steps.append(step)
                    assert "/".join(steps) in names, f"{name} leads to {target}"
                ids = re.findall(r' Id="([^"]+)"', package.read(name).decode())
                assert len(ids) == len(set(ids)), name


def follows_the_schemas(path, source):
    """What `openxml-audit` finds, where it is installed, it finds in the source as well; a text in its
    cell is no mistake."""
    if shutil.which("openxml-audit") is None:
        return

    def found(file):
        command = ["openxml-audit", "-f", "microsoft365", "-o", "json", "-m", "0", str(file)]
        done = subprocess.run(command, capture_output=True, text=True)
        errors = json.loads(done.stdout)[0]["errors"]
        return {one["description"] for one in errors if "inline-string" not in one["description"]}

    new = found(path) - found(source)
    assert not new, new


def look(cell):
    return (cell.font.name, cell.font.b, cell.font.i, cell.font.sz, cell.border.bottom.style,
            cell.number_format, cell.alignment.horizontal)


def compare(original, copy, at_fault):
    """What the user had is there; what is ours is there, too."""
    old, new = openpyxl.load_workbook(original), openpyxl.load_workbook(copy)
    assert new.sheetnames == [*old.sheetnames, "Import summary"], new.sheetnames
    assert new["Lists"].sheet_state == "hidden"
    assert "Rates" in new.defined_names
    assert len(new["Prices"]._charts) == 1 and len(new["Import summary"]._charts) == 1
    before, after = old.worksheets[0], new.worksheets[0]
    for row in before.iter_rows():
        for cell in row:
            other = after[cell.coordinate]
            if cell.value is None and other.column > 7:
                continue
            assert other.value == cell.value, (cell.coordinate, cell.value, other.value)
            assert look(other) == look(cell), cell.coordinate
            if cell.coordinate not in at_fault:
                assert other.fill.fgColor.rgb == cell.fill.fgColor.rgb, cell.coordinate
    assert after.merged_cells.ranges == before.merged_cells.ranges
    assert after.column_dimensions["A"].width == 33 and after.column_dimensions["C"].hidden
    assert after.row_dimensions[6].hidden
    assert after.data_validations.dataValidation[0].sqref == before.data_validations.dataValidation[0].sqref
    assert len(after.conditional_formatting) == 1
    assert after.freeze_panes == "A4", after.freeze_panes
    assert after.auto_filter.ref == "A3:K7", after.auto_filter.ref
    titles = [after.cell(3, column).value for column in range(8, 12)]
    assert titles == ["ID", "ImportStatus", "ImportCode", "ImportMessage"], titles
    assert after["H3"].font.b and after["H3"].fill.fgColor.rgb == "FF2E75B6", "titles look alike"
    for coordinate in at_fault:
        assert after[coordinate].fill.fgColor.rgb == "FFFFD9D9", coordinate
        assert "partner-import:" in after[coordinate].comment.text, coordinate
    assert after["A4"].comment.text == "our first"
    assert isinstance(after["H4"].value, int) and after["B4"].value == "01067"
    return after


def mend(path, saved, sheet, cells):
    """Lets LibreOffice open the workbook, change cells and save it."""
    profile = tempfile.mkdtemp()
    pipe = f"roundtrip{time.time_ns()}"
    office = subprocess.Popen([
        "soffice", "--headless", "--norestore", f"-env:UserInstallation=file://{profile}",
        f"--accept=pipe,name={pipe};urp;"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    script = f"""
import os, time, uno
from com.sun.star.beans import PropertyValue
def value(name, what):
    one = PropertyValue(); one.Name, one.Value = name, what; return one
local = uno.getComponentContext()
resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
for attempt in range(120):
    try:
        context = resolver.resolve("uno:pipe,name={pipe};urp;StarOffice.ComponentContext"); break
    except Exception:
        time.sleep(0.5)
desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
document = desktop.loadComponentFromURL("file://{path}", "_blank", 0, (value("Hidden", True),))
sheet = document.Sheets.getByName({sheet!r})
for cell, text in {cells!r}.items():
    sheet.getCellRangeByName(cell).String = text
document.storeToURL("file://{saved}", (value("FilterName", "Calc MS Excel 2007 XML"),))
document.close(True)
try: desktop.terminate()
except Exception: pass
# The bridge may crash while Python tidies up; all is saved by now.
os._exit(0)
"""
    try:
        subprocess.run(["/usr/bin/python3", "-c", script], check=True, timeout=180)
        office.wait(60)
    finally:
        office.kill()
        shutil.rmtree(profile, ignore_errors=True)


def requests(out):
    return json.loads((out / "summary.json").read_text())["requests"]


def make_sheets(path):
    """Customers on two sheets, on one of them in a table with a row of totals."""
    book = openpyxl.Workbook()
    north = book.active
    north.title = "Nord"
    for row in [HEADER[:6], *[row[:6] for row in ROWS[:2]], ["Ergebnis", 2]]:
        north.append(row)
    table = Table(displayName="Kunden", ref="A1:F4", totalsRowCount=1)
    table._initialise_columns()
    table.autoFilter = AutoFilter(ref="A1:F3")
    for column, title in zip(table.tableColumns, HEADER):
        column.name = title
    table.tableColumns[0].totalsRowLabel = "Ergebnis"
    north.add_table(table)
    south = book.create_sheet("S\u00fcd's")
    south["B1"] = "The south"
    for number, row in enumerate([HEADER[:6], *[row[:6] for row in ROWS[2:]]], 3):
        for column, value in enumerate(row, 2):
            south.cell(number, column, value)
    book.create_sheet("Prices").append(["Article", "Price"])
    book.save(path)


def several_sheets(tool, directory):
    """All sheets are filled in, and filled in again after LibreOffice."""
    directory = directory / "sheets"
    directory.mkdir(exist_ok=True)
    original = directory / "sheets.xlsx"
    make_sheets(original)
    shared = ["--all-sheets", "--sandbox", "--yes", "--out"]
    code, out, err = run(tool, directory, "run", str(original), *shared, str(directory / "sheets-1"))
    assert code == 1, err
    assert statuses(directory / "sheets-1") == ["created", "invalid", "invalid", "created"], err
    copy = directory / "sheets-1/results.xlsx"
    is_sound(copy, original)
    book = openpyxl.load_workbook(copy)
    assert book.sheetnames == ["Nord", "S\u00fcd's", "Prices", "Import summary"], book.sheetnames
    table = book["Nord"].tables["Kunden"]
    assert (table.ref, table.autoFilter.ref) == ("A1:J4", "A1:J3"), table.ref
    assert [column.name for column in table.tableColumns][6:] == TITLES
    assert [book["S\u00fcd's"].cell(3, column).value for column in range(8, 12)] == TITLES
    saved = directory / "sheets-saved.xlsx"
    mend(copy, saved, "S\u00fcd's", {"G4": "KR"})
    code, out, err = run(tool, directory, "run", str(saved), *shared, str(directory / "sheets-2"))
    assert statuses(directory / "sheets-2") == ["exists", "invalid", "created", "exists"], err
    assert requests(directory / "sheets-2")["AddPartner"] == 1
    is_sound(directory / "sheets-2/results.xlsx", saved)
    again = openpyxl.load_workbook(directory / "sheets-2/results.xlsx")
    assert again["Nord"].tables["Kunden"].ref == "A1:J4", "no wider than before"
    assert again["S\u00fcd's"].max_column == 11
    print("two sheets, one of them a table, are filled in and run again")


def main():
    arguments = sys.argv[1:]
    keep = None
    if "--keep-saved" in arguments:
        at = arguments.index("--keep-saved")
        keep = arguments[at + 1]
        del arguments[at:at + 2]
    tool = str(pathlib.Path(arguments[0]).resolve())
    directory = pathlib.Path(arguments[1] if len(arguments) > 1 else tempfile.mkdtemp()).resolve()
    directory.mkdir(parents=True, exist_ok=True)
    original = directory / "customers.xlsx"
    make(original)

    first = ["run", str(original), "--sandbox", "--yes", "--out", str(directory / "first")]
    code, out, err = run(tool, directory, *first)
    assert code == 1, err
    assert statuses(directory / "first") == ["created", "invalid", "invalid", "created"], err
    copy = directory / "first/results.xlsx"
    is_sound(copy, original)
    after = compare(original, copy, ["D5", "F6"])
    assert after["D5"].comment.text.startswith("ask Bob\n"), after["D5"].comment.text
    print("the copy has everything the original has, and our columns")

    saved = directory / "saved.xlsx"
    mend(copy, saved, "Kunden '26", {"D5": "EndCustomer"})
    if keep:
        shutil.copy(saved, keep)
    second = ["run", str(saved), "--sandbox", "--yes", "--out", str(directory / "second")]
    code, out, err = run(tool, directory, *second)
    assert code == 1, err
    assert statuses(directory / "second") == ["exists", "created", "invalid", "exists"], err
    sent = requests(directory / "second")
    assert sent["AddPartner"] == 1, sent
    is_sound(directory / "second/results.xlsx", saved)
    after = openpyxl.load_workbook(directory / "second/results.xlsx").worksheets[0]
    assert after["D5"].fill.fgColor.rgb == "FFCCEEFF", "mended, so it has its own colour again"
    assert after["D5"].comment.text.strip() == "ask Bob", after["D5"].comment.text
    assert after["F6"].fill.fgColor.rgb == "FFFFD9D9"
    assert after["F6"].comment.text.count("partner-import:") == 1
    assert after.max_column == 11, "no column twice"
    names = openpyxl.load_workbook(directory / "second/results.xlsx").sheetnames
    assert names.count("Import summary") == 1 and len(names) == 4, names
    print("mended and saved by LibreOffice, only the mended row was sent")

    final = directory / "final.xlsx"
    mend(directory / "second/results.xlsx", final, "Kunden '26", {"F6": "KR"})
    third = ["run", str(final), "--sandbox", "--yes", "--out", str(directory / "third")]
    code, out, err = run(tool, directory, *third)
    assert code == 0, err
    assert requests(directory / "third")["AddPartner"] == 1
    is_sound(directory / "third/results.xlsx", final)
    after = openpyxl.load_workbook(directory / "third/results.xlsx").worksheets[0]
    notes = [cell.coordinate for row in after.iter_rows() for cell in row if cell.comment]
    assert notes == ["A4", "D5"], notes
    print("the rest as well; nothing of the notes is left")
    several_sheets(tool, directory)
    print(directory)


main()
