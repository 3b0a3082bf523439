"""Makes a workbook for each rule about workbooks: one that triggers it, and `clean`, which triggers none.

    pip install openpyxl
    python3 make.py

What is read from them stands in `expected/rows.txt` and `expected/diagnostics.txt`, written by
`UPDATE_SAMPLES=1 cargo test workbook::samples` and reviewed by hand.
"""

import datetime
import os
import re
import zipfile

import openpyxl

HERE = os.path.dirname(os.path.abspath(__file__))
STAMP = datetime.datetime(2026, 1, 1)


def save(case, book):
    folder = os.path.join(HERE, case)
    os.makedirs(folder, exist_ok=True)
    book.properties.created = book.properties.modified = STAMP
    book.save(os.path.join(folder, "input.xlsx"))


def customers(title="Customers"):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    fill(sheet)
    return book, sheet


def fill(sheet):
    sheet.append(["Region", "Name", "Country", "ZipCode", "ExternalCode"])
    for row, (region, name, country, code) in enumerate(
        [("North", "Acme", "DE", 1067), ("North", "Bell", "AT", 1010), ("South", "Cody", "DE", 80331)], 2):
        sheet.append([region, name, country, code, row - 1])
        sheet.cell(row, 4).number_format = "00000"
        sheet.cell(row, 5).number_format = '"K-"0000'


def disorder(case):
    """Writes the rows of a saved sheet backwards, as some scripts do."""
    path = os.path.join(HERE, case, "input.xlsx")
    with zipfile.ZipFile(path) as book:
        parts = [(info, book.read(info)) for info in book.infolist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for info, content in parts:
            if info.filename == "xl/worksheets/sheet1.xml":
                rows = re.findall(rb"<row .*?</row>", content)
                content = content.replace(b"".join(rows), b"".join(reversed(rows)))
            book.writestr(info, content)


def main():
    book, _ = customers()
    save("clean", book)

    book, sheet = customers()
    sheet.row_dimensions[3].hidden = True
    save("hidden-rows", book)

    book, sheet = customers()
    sheet.column_dimensions["E"].hidden = True
    save("hidden-columns", book)

    book, sheet = customers()
    sheet.merge_cells("A2:A3")
    save("merged-cells", book)

    book, sheet = customers()
    sheet["B3"] = '="Be"&"ll"'
    save("formula-without-result", book)

    book, sheet = customers()
    sheet["E2"] = 1234567890123456789
    sheet["E2"].number_format = "0"
    save("long-number", book)

    book, _ = customers("North")
    fill(book.create_sheet("South"))
    book.create_sheet("Instructions", 0).append(["One row per customer."])
    save("several-sheets", book)

    book, _ = customers()
    old = book.create_sheet("Customers 2019")
    fill(old)
    old.sheet_state = "hidden"
    save("hidden-sheet-skipped", book)

    book, sheet = customers()
    sheet.merge_cells("A2:A3")
    # openpyxl empties what lies under a merged cell; other tools do not.
    sheet._cells[(3, 1)] = openpyxl.cell.Cell(sheet, 3, 1, "East")
    save("covered-value", book)

    book, _ = customers()
    save("read-by-second-reader", book)
    disorder("read-by-second-reader")


if __name__ == "__main__":
    main()
