"""XLSForm in and out: workbooks and Markdown tables ↔ form documents, with every problem at its cell."""

from forms.xlsform.exporting import export_document
from forms.xlsform.importing import Imported, import_sheets
from forms.xlsform.package import Package, read_package, write_package
from forms.xlsform.sheets import Sheet, Sheets
from forms.xlsform.workbook import read_markdown, read_workbook, write_workbook

__all__ = [
    "Imported",
    "Package",
    "Sheet",
    "Sheets",
    "export_document",
    "import_sheets",
    "read_markdown",
    "read_package",
    "read_workbook",
    "write_package",
    "write_workbook",
]
