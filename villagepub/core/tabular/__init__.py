"""Tables in files: reading what people send as CSV or XLSX, writing what they take away."""

from villagepub.core.tabular.cells import Cell, Fault, Row, SheetCells, UnreadableTable
from villagepub.core.tabular.csv_writing import csv_lines
from villagepub.core.tabular.reading import read_rows, read_workbook
from villagepub.core.tabular.xlsx_writing import Column, ColumnKind, Sheet, write_xlsx

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MOST_ROWS_AT_ONCE = 5_000  # of a workbook that somebody waits for; CSV is sent while it is read and has no limit

__all__ = [
    "MEDIA_TYPES",
    "MOST_ROWS_AT_ONCE",
    "Cell",
    "Column",
    "ColumnKind",
    "Fault",
    "Row",
    "Sheet",
    "SheetCells",
    "UnreadableTable",
    "csv_lines",
    "read_rows",
    "read_workbook",
    "write_xlsx",
]
