"""Excel workbooks with nothing but the standard library: written as people leave them, read back cell by cell."""
import re
import zipfile
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def column_name(index):
    name = ""
    index += 1
    while index:
        index, digit = divmod(index - 1, 26)
        name = chr(65 + digit) + name
    return name


def _cell(row, column, value):
    place = f'r="{column_name(column)}{row}"'
    if value is None or value == "":
        return ""
    if isinstance(value, (int, float)):
        return f"<c {place}><v>{value!r}</v></c>"
    return f'<c {place} t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'


def write(path, sheets):
    """sheets: {name: rows}; a text is text, a number a number, None nothing."""
    names = list(sheets)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("[Content_Types].xml", f'<?xml version="1.0" encoding="UTF-8"?><Types xmlns="{_PACKAGE}/content-types">'
                      '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
                      '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>' +
                      "".join(f'<Override PartName="/xl/worksheets/sheet{i + 1}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
                              for i in range(len(names))) + "</Types>")
        book.writestr("_rels/.rels", f'<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="{_PACKAGE}/relationships">'
                      f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>')
        book.writestr("xl/workbook.xml", f'<?xml version="1.0" encoding="UTF-8"?><workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>' +
                      "".join(f'<sheet name={quoteattr(name)} sheetId="{i + 1}" r:id="rId{i + 1}"/>' for i, name in enumerate(names)) + "</sheets></workbook>")
        book.writestr("xl/_rels/workbook.xml.rels", f'<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="{_PACKAGE}/relationships">' +
                      "".join(f'<Relationship Id="rId{i + 1}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{i + 1}.xml"/>' for i in range(len(names))) +
                      "</Relationships>")
        for i, name in enumerate(names):
            rows = "".join(f'<row r="{number}">' + "".join(_cell(number, column, value) for column, value in enumerate(row)) + "</row>"
                           for number, row in enumerate(sheets[name], 1) if any(value not in (None, "") for value in row))
            book.writestr(f"xl/worksheets/sheet{i + 1}.xml", f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>')


def read(path):
    """{sheet: {cell name: value}}; a number comes as float, so that text of digits can be told from it."""
    space = {"m": _MAIN}
    with zipfile.ZipFile(path) as book:
        parts = set(book.namelist())
        shared = []
        if "xl/sharedStrings.xml" in parts:
            shared = ["".join(text.text or "" for text in item.iter(f"{{{_MAIN}}}t"))
                      for item in ElementTree.fromstring(book.read("xl/sharedStrings.xml")).findall("m:si", space)]
        names = [sheet.get("name") for sheet in ElementTree.fromstring(book.read("xl/workbook.xml")).iter(f"{{{_MAIN}}}sheet")]
        sheets = {}
        for i, name in enumerate(names):
            cells = {}
            for cell in ElementTree.fromstring(book.read(f"xl/worksheets/sheet{i + 1}.xml")).iter(f"{{{_MAIN}}}c"):
                value = cell.find("m:v", space)
                if value is None:
                    continue
                cells[cell.get("r")] = shared[int(value.text)] if cell.get("t") == "s" else value.text if cell.get("t") else float(value.text)
            sheets[name] = cells
        return sheets


def part(path, name):
    """The text of one part of the package, for what is said of printing."""
    with zipfile.ZipFile(path) as book:
        return book.read(name).decode()


def row_of(cells, number):
    """The cells of one row in order, without their names."""
    found = [(re.match(r"([A-Z]+)(\d+)$", name), value) for name, value in cells.items()]
    row = [(match.group(1), value) for match, value in found if int(match.group(2)) == number]
    return [value for _, value in sorted(row, key=lambda item: (len(item[0]), item[0]))]
