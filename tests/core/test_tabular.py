"""Tables in files: what is read, what is refused and how, and that nothing written is a formula."""

import csv
import io
import struct
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from villagepub.core.tabular import (
    Cell,
    Column,
    ColumnKind,
    Fault,
    Row,
    Sheet,
    UnreadableTable,
    csv_lines,
    intake,
    read_rows,
    write_xlsx,
    xlsx_writing,
)

COLUMNS = {"name": "姓名", "amount": "金额", "paid_on": "发放日期"}
GOOD_CSV = "姓名,金额,发放日期\r\n马某,300,2024-01-02\r\n"


def workbook(*rows: Sequence[object]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for row in rows:
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


HEADER = list(COLUMNS.values())
GOOD_XLSX = workbook(HEADER, ["马某", 300, date(2024, 1, 2)])


def faults_of(name: str, data: bytes, columns: Mapping[str, str] = COLUMNS) -> list[Fault]:
    with pytest.raises(UnreadableTable) as refused:
        read_rows(name, data, columns=columns)
    assert refused.value.faults
    assert str(refused.value)
    return refused.value.faults


def fault_of(name: str, data: bytes) -> Fault:
    (fault,) = faults_of(name, data)
    return fault


# --- CSV --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_csv_is_read_in_the_encodings_that_excel_writes(encoding: str, end: str) -> None:
    rows = read_rows("名单.CSV", GOOD_CSV.replace("\r\n", end).encode(encoding), columns=COLUMNS)
    assert rows == [Row(2, {"name": "马某", "amount": "300", "paid_on": "2024-01-02"})]


def test_rare_characters_in_gb18030_are_read() -> None:
    data = GOOD_CSV.replace("马某", "㐀𠮷").encode("gb18030")
    assert read_rows("a.csv", data, columns=COLUMNS)[0].values["name"] == "㐀𠮷"


def test_headers_may_be_field_names_in_any_order() -> None:
    rows = read_rows("a.csv", "paid_on, 姓名 ,amount\n,马某,1\n".encode(), columns=COLUMNS)
    assert rows == [Row(2, {"paid_on": None, "name": "马某", "amount": "1"})]


def test_lines_are_numbered_as_excel_shows_them() -> None:
    data = '姓名,金额,发放日期\n\n , ,\n"马\n某",1,\n,,,\n丁某,2\n'
    rows = read_rows("a.csv", data.encode(), columns=COLUMNS)
    assert [(row.line, row.values["name"]) for row in rows] == [(4, "马\n某"), (6, "丁某")]
    assert rows[1].values["paid_on"] is None


def test_text_is_stripped_and_otherwise_untouched() -> None:
    data = '姓名,金额,发放日期\n\u3000马 某 ," 007 ",=1+1\n'
    values = read_rows("a.csv", data.encode(), columns=COLUMNS)[0].values
    assert values == {"name": "马 某", "amount": "007", "paid_on": "=1+1"}


def test_columns_without_header_may_stand_empty() -> None:
    data = "姓名,,金额,发放日期,,\n马某,,1,,,\n"
    assert read_rows("a.csv", data.encode(), columns=COLUMNS)[0].values["amount"] == "1"


def test_a_header_alone_is_an_empty_table() -> None:
    assert read_rows("a.csv", "姓名,金额,发放日期".encode(), columns=COLUMNS) == []
    assert read_rows("a.xlsx", workbook(HEADER), columns=COLUMNS) == []


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("姓名,金额", Fault(1, "paid_on", "缺少表头“发放日期”，请补上这一列。")),
        ("姓名,金额,发放日期,备注", Fault(1, None, "不认识的表头“备注”，请删去这一列。")),
        ("姓名,金额,发放日期,姓名", Fault(1, "name", "表头“姓名”重复，请只保留一列。")),
        ("姓名,金额,发放日期,name", Fault(1, "name", "表头“姓名”重复，请只保留一列。")),
        ("", Fault(1, None, "第 1 行没有表头，请在第 1 行填写：姓名、金额、发放日期。")),
        (",,", Fault(1, None, "第 1 行没有表头，请在第 1 行填写：姓名、金额、发放日期。")),
    ],
)
def test_wrong_headers_are_named(header: str, expected: Fault) -> None:
    assert fault_of("a.csv", f"{header}\n马某,1,2\n".encode()) == expected
    assert fault_of("a.xlsx", workbook(header.split(","), ["马某", 1, 2])) == expected


def test_every_wrong_header_is_reported_at_once() -> None:
    assert len(faults_of("a.csv", "姓名,备注,姓名\n".encode())) == 4


def test_an_empty_file_has_no_header() -> None:
    assert "第 1 行没有表头" in fault_of("a.csv", b"").message


def test_content_outside_the_header_is_named_by_line() -> None:
    data = "姓名,金额,发放日期\n马某,1,2,多\n丁某,1,2\n戊某,1,2,,多\n"
    faults = faults_of("a.csv", data.encode())
    assert [(fault.line, fault.message[:8]) for fault in faults] == [
        (2, "第 4 列有内容"),
        (4, "第 5 列有内容"),
    ]


def test_no_more_than_a_hundred_faults_are_told() -> None:
    data = "姓名,金额,发放日期\n" + "马某,1,2,多\n" * 200
    assert len(faults_of("a.csv", data.encode())) == 100


@pytest.mark.parametrize(
    ("name", "data", "remedy"),
    [
        ("a.xls", b"", "另存为 .xlsx"),
        ("a.txt", GOOD_CSV.encode(), "只能读取 .csv 和 .xlsx"),
        ("csv", GOOD_CSV.encode(), "只能读取 .csv 和 .xlsx"),
        ("a.csv", GOOD_XLSX, "扩展名却是 .csv"),
        ("a.csv", GOOD_CSV.encode("utf-16"), "CSV UTF-8"),
        ("a.csv", b"\xff\xff\xff", "CSV UTF-8"),
        ("a.csv", b"a\0b", "CSV UTF-8"),
        ("a.csv", '姓名,金额,发放日期\n"马某,1,2\n'.encode(), "双引号是否成对"),
        ("a.csv", "姓名,金额,发放日期\n马某,{},2\n".format("长" * 140_000).encode(), "单元格是否过长"),
        ("a.csv", b"a" * (10 * 1024 * 1024 + 1), "超过 10 MB"),
        ("a.csv", b"name,amount,paid_on\n" + b"a,1,\n" * 50_001, "超过 50,000 行"),
        ("a.xlsx", GOOD_CSV.encode(), "另存为 .xlsx"),
        ("a.xlsx", b"", "另存为 .xlsx"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "去掉密码"),
        ("a.xlsx", GOOD_XLSX[: len(GOOD_XLSX) // 2], "另存为 .xlsx"),
        ("a.xlsx", GOOD_XLSX[:-30], "另存为 .xlsx"),
    ],
    ids=range(16),
)
def test_an_unreadable_file_is_refused_with_a_remedy(name: str, data: bytes, remedy: str) -> None:
    assert remedy in fault_of(name, data).message


@pytest.mark.slow
def test_as_many_rows_as_allowed_are_read() -> None:
    data = b"name,amount,paid_on\n" + b"a,1,\n" * 50_000
    assert read_rows("a.csv", data, columns=COLUMNS)[-1].line == 50_001


# --- XLSX -------------------------------------------------------------------------------------------------


def test_cells_of_a_workbook_keep_their_types() -> None:
    data = workbook(
        ["name", "金额", "发放日期"],
        [" 马某 ", 300, date(2024, 1, 2)],
        [None, None, None],
        ["丁某", 12.5, datetime(2024, 1, 2, 3, 4)],  # noqa: DTZ001
        [True, 300.0, "2024-01-02"],
        ["'=1+1", -12.5, None],
    )
    rows = read_rows("名单.XLSX", data, columns=COLUMNS)
    assert rows == [
        Row(2, {"name": "马某", "amount": 300, "paid_on": date(2024, 1, 2)}),
        Row(4, {"name": "丁某", "amount": 12.5, "paid_on": datetime(2024, 1, 2, 3, 4)}),  # noqa: DTZ001
        Row(5, {"name": True, "amount": 300, "paid_on": "2024-01-02"}),
        Row(6, {"name": "'=1+1", "amount": -12.5, "paid_on": None}),
    ]
    assert type(rows[0].values["amount"]) is type(rows[2].values["amount"]) is int
    assert type(rows[0].values["paid_on"]) is date


def test_numbers_that_excel_has_rounded_are_refused() -> None:
    fault = fault_of("a.xlsx", workbook(HEADER, ["马某", 640321199001011234, None]))
    assert (fault.line, fault.field) == (2, "amount")
    assert "设为“文本”" in fault.message
    ok = workbook(HEADER, ["马某", 999_999_999_999_999, None])
    assert read_rows("a.xlsx", ok, columns=COLUMNS)[0].values["amount"] == 999_999_999_999_999


def test_a_table_that_does_not_begin_in_the_corner_has_no_header() -> None:
    assert "第 1 行没有表头" in fault_of("a.xlsx", workbook([], HEADER, ["马某", 1, None])).message


def test_the_first_sheet_is_read() -> None:
    book = openpyxl.load_workbook(io.BytesIO(GOOD_XLSX))
    book.create_sheet("填写说明").append(["说明"])
    stream = io.BytesIO()
    book.save(stream)
    assert len(read_rows("a.xlsx", stream.getvalue(), columns=COLUMNS)) == 1


def repacked(data: bytes, changed: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The archive with some entries changed or added."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", compression) as new:
        for name in [*old.namelist(), *(name for name in changed if name not in old.namelist())]:
            new.writestr(name, changed.get(name) or old.read(name))
    return stream.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def with_sheet(cells: str, **other: bytes) -> bytes:
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData></worksheet>'
    return repacked(
        GOOD_XLSX, {SHEET: sheet.encode()} | {name.replace("__", "/"): part for name, part in other.items()}
    )


@pytest.mark.parametrize(
    ("cells", "remedy"),
    [
        (
            '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
            "50,000 行",
        ),
        ('<row r="1"><c r="A1048576"><v>1</v></c></row>', "50,000 行"),
        ('<row r="1048576"><c><v>1</v></c></row>', "50,000 行"),
        ('<row r="1"><c r="XFD1"><v>1</v></c></row>', "200 列"),
        ('<row r="1"><c r="XFC1"/><c><v>1</v></c></row>', "200 列"),
        ('<row r="1">' + "<c><v>1</v></c>" * 201 + "</row>", "200 列"),
        ('<row r="1"><c r="XFD1" t="inlineStr"><is><t>x</t></is></c></row>', "200 列"),
        ('<row r="1"><c r="XFD1"><f>1+1</f></c></row>', "200 列"),
        (
            f'<x:row xmlns:x="{MAIN}"><x:c r="XFD1"><x:v>1</x:v></x:c></x:row>',
            "200 列",
        ),
        ('<row r="x"><c r="A1"><v>1</v></c></row>', "另存为"),
        ('<row r="1"><c r="1"><v>1</v></c></row>', "另存为"),
        ('<row r="1"><c r="A1" t="s"><v>x</v></c></row>', "另存为"),
        ('<row r="1">', "另存为"),
    ],
    ids=range(13),
)
def test_a_sheet_that_reaches_too_far_is_refused_before_it_is_opened(cells: str, remedy: str) -> None:
    assert remedy in fault_of("a.xlsx", with_sheet(cells)).message


def test_formats_without_content_do_not_count() -> None:
    header = "".join(f'<c t="inlineStr"><is><t>{name}</t></is></c>' for name in HEADER)
    cells = f'<row r="1">{header}</row><row r="1048576"><c r="XFD1048576" s="0"/></row>'
    assert read_rows("a.xlsx", with_sheet(cells), columns=COLUMNS) == []


def test_one_long_text_shown_in_many_cells_is_refused() -> None:
    shared = f'<sst xmlns="{MAIN}"><si><t>{"长" * 30_000}</t></si></sst>'
    cells = "".join(f'<row r="{row}"><c t="s"><v>0</v></c></row>' for row in range(1, 4001))
    data = with_sheet(cells, **{"xl__sharedStrings.xml": shared.encode()})
    assert "解压后过大" in fault_of("a.xlsx", data).message


def test_entities_are_refused() -> None:
    bomb = f'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet xmlns="{MAIN}"><sheetData/></worksheet>'
    assert "另存为" in fault_of("a.xlsx", repacked(GOOD_XLSX, {SHEET: bomb.encode()})).message


def test_an_archive_that_inflates_too_much_is_refused() -> None:
    ratio = repacked(GOOD_XLSX, {"xl/media/big.bin": b"\0" * 20_000_000})
    assert "解压后过大" in fault_of("a.xlsx", ratio).message


def test_the_sum_of_all_entries_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "LARGEST_INFLATED", 3_000)
    assert "解压后过大" in fault_of("a.xlsx", GOOD_XLSX).message


def test_too_many_entries_are_refused() -> None:
    entries = {f"xl/media/{number}.bin": b"x" for number in range(2_001)}
    assert "解压后过大" in fault_of("a.xlsx", repacked(GOOD_XLSX, entries)).message


def test_another_compression_is_refused() -> None:
    assert "另存为" in fault_of("a.xlsx", repacked(GOOD_XLSX, {}, zipfile.ZIP_BZIP2)).message


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_entries_of_one_name_are_refused() -> None:
    stream = io.BytesIO(GOOD_XLSX)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr(SHEET, "<worksheet/>")
    assert "另存为" in fault_of("a.xlsx", stream.getvalue()).message


def test_an_archive_that_lies_about_its_sizes_is_refused() -> None:
    data = bytearray(with_sheet('<row r="1"><c r="A1"><v>1</v></c></row>' + " " * 1_000_000))
    directory = data.index(b"PK\x01\x02")
    while data[directory + 46 :].find(SHEET.encode()) != 0:
        directory = data.index(b"PK\x01\x02", directory + 4)
    struct.pack_into("<I", data, directory + 24, 100)
    assert "另存为" in fault_of("a.xlsx", bytes(data)).message


def test_an_archive_of_something_else_is_refused() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert "另存为" in fault_of("a.xlsx", stream.getvalue()).message


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_workbook_is_refused_or_read_but_never_breaks(data: st.DataObject) -> None:
    damaged = bytearray(GOOD_XLSX)
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    with suppress(UnreadableTable):
        read_rows("a.xlsx", bytes(damaged), columns=COLUMNS)


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_refused_or_read_but_never_break(data: bytes) -> None:
    for name in ("a.csv", "a.xlsx"):
        with suppress(UnreadableTable):
            read_rows(name, data, columns=COLUMNS)


# --- writing CSV ------------------------------------------------------------------------------------------

FORMULAS = [
    "=1+1",
    "=cmd|'/c calc'!A0",
    '=HYPERLINK("http://x.example","点")',
    "+1+1",
    "-1+1",
    "-12.50",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM",
    '=DDE("cmd";"/c";"x")',
    '=IMPORTXML("http://x.example","//a")',
    '=WEBSERVICE("http://x.example")',
    "@",
    "=",
    " =1+1",
    "\u3000=1+1",
    "\u00a0+1",
    "\ufeff=1",
    "\x00=1+1",
    "\x01\x02=1",
    "+8613800000000",
    "-",
    "＝＝",
    "=1+1,=2+2",
    '="a"',
    "=\n1",
    "\u200b=1",
    "=@x",
    "-@x",
    "+@x",
    "\x1f=1",
    "=A1\t",
    "@=",
    "＠=1",
    "\r\n=1",
]
DANGEROUS = tuple("=+-@\t\r\n＝＋－＠")


def parsed(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def test_the_shape_of_a_csv_file() -> None:
    pieces = list(csv_lines(["姓名", "金额"], [["马某", 1], ['"甲",\n乙', None]]))
    assert pieces == ['\ufeff"姓名","金额"\r\n', '"马某","1"\r\n', '"""甲"",\n乙",""\r\n']


@pytest.mark.parametrize("payload", FORMULAS, ids=range(len(FORMULAS)))
def test_no_text_in_csv_is_a_formula(payload: str) -> None:
    text = "".join(csv_lines([payload], [[payload]]))
    for (cell,) in parsed(text.removeprefix("\ufeff")):
        assert cell.startswith("'")
        assert not cell.lstrip().startswith(DANGEROUS)


def test_there_are_forty_formulas() -> None:
    assert len(set(FORMULAS)) == 40


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=5))
def test_any_text_stays_in_its_cell(rows: list[list[str]]) -> None:
    text = "".join(csv_lines(["甲", "乙"], rows)).removeprefix("\ufeff")
    text.encode()
    cells = parsed(text)
    assert [len(row) for row in cells] == [2] * (len(rows) + 1)
    assert not any(cell.startswith(DANGEROUS) for row in cells for cell in row)


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        (-12.5, "-12.5"),
        (Decimal("-12.50"), "-12.50"),
        (Decimal("1E+3"), "1000"),
        (1e22, "10000000000000000000000"),
        (0.1, "0.1"),
        (-3, "-3"),
        (True, "是"),
        (False, "否"),
        (None, ""),
        (date(2024, 1, 2), "2024-01-02"),
        (datetime(2024, 1, 2, 3, 4, 5, 6), "2024-01-02T03:04:05"),  # noqa: DTZ001
        (datetime(2024, 1, 1, 19, 4, tzinfo=UTC), "2024-01-02T03:04:00+08:00"),
        ("640321199001011234", "640321199001011234"),
        ("O'Neil", "O'Neil"),
        ("a=1", "a=1"),
    ],
)
def test_other_cells_in_csv(cell: Cell, written: str) -> None:
    assert list(csv_lines(["甲"], [[cell]]))[1] == f'"{written}"\r\n'


def test_lines_are_written_one_by_one() -> None:
    def rows() -> list[list[Cell]]:
        raise AssertionError

    lines = csv_lines(["甲"], (row for _ in "x" for row in rows()))
    assert next(lines) == '\ufeff"甲"\r\n'


# --- writing workbooks ------------------------------------------------------------------------------------


def written(*sheets: Sheet) -> bytes:
    stream = io.BytesIO()
    write_xlsx(stream, sheets)
    return stream.getvalue()


def opened(data: bytes) -> Worksheet:
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    assert isinstance(sheet, Worksheet)
    return sheet


TYPED = Sheet(
    name="补贴",
    title="补贴发放明细",
    columns=[
        Column("姓名", 12),
        Column("户数", 8, "integer"),
        Column("金额", 10, "decimal"),
        Column("发放日期", 12, "date"),
        Column("公开时间", 20, "datetime"),
    ],
    rows=[
        ["马某", 3, Decimal("-12.50"), date(2024, 1, 2), datetime(2024, 1, 1, 19, 4, 5, tzinfo=UTC)],
        [None, None, None, None, None],
        [640321199001011234, "—", 640321199001011234, "待定", date(1899, 1, 1)],
        [True, True, 0.1, datetime(2024, 1, 2), datetime(2024, 1, 2, 3, 4)],  # noqa: DTZ001
        [Decimal("1.20"), -12.5, float("nan"), None, date(2024, 1, 2)],
    ],
    note="金额单位：元",
)


def test_cells_of_a_written_workbook_have_types() -> None:
    sheet = opened(written(TYPED))
    cells = [[(cell.data_type, cell.value) for cell in row] for row in sheet.iter_rows(min_row=3, max_row=7)]
    assert cells[0] == [
        ("s", "马某"),
        ("n", 3),
        ("n", -12.5),
        ("d", datetime(2024, 1, 2)),  # noqa: DTZ001
        ("d", datetime(2024, 1, 2, 3, 4, 5)),  # noqa: DTZ001
    ]
    assert cells[1] == [("n", None)] * 5
    assert cells[2] == [
        ("s", "640321199001011234"),
        ("s", "—"),
        ("s", "640321199001011234"),
        ("s", "待定"),
        ("s", "1899-01-01"),
    ]
    assert cells[3][:3] == [("s", "是"), ("s", "是"), ("n", 0.1)]
    assert cells[4][:3] == [("s", "1.20"), ("n", -12.5), ("s", "NaN")]
    assert sheet["C3"].number_format == "#,##0.00"
    assert sheet["D3"].number_format == "yyyy-mm-dd"
    assert sheet["A3"].number_format == "@"


def test_the_look_of_a_written_workbook() -> None:
    sheet = opened(written(TYPED))
    assert sheet.title == "补贴"
    assert sheet["A1"].value == "补贴发放明细"
    assert [cell.value for cell in sheet[2]] == ["姓名", "户数", "金额", "发放日期", "公开时间"]
    assert sheet["A8"].value == "金额单位：元"
    assert {str(merged) for merged in sheet.merged_cells.ranges} == {"A1:E1", "A8:E8"}
    assert sheet.freeze_panes == "A3"
    assert sheet.auto_filter.ref == "A2:E7"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.page_setup.paperSize == 9
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToWidth in (None, 1)  # one page is the default
    assert sheet.page_setup.fitToHeight == 0
    assert sheet.print_title_rows == "$2:$2"
    assert sheet.oddFooter.center.text == "第 &P 页，共 &N 页"
    assert sheet.column_dimensions["A"].width == pytest.approx(12, abs=1)


def test_a_sheet_without_title_note_and_rows() -> None:
    sheet = opened(written(Sheet("空", "", [Column("姓名", 10)], [])))
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1"
    assert sheet.print_title_rows == "$1:$1"
    assert not sheet.merged_cells.ranges


def test_the_same_content_gives_the_same_bytes() -> None:
    assert written(TYPED) == written(TYPED)


@pytest.mark.parametrize("kind", ["text", "integer", "decimal", "date", "datetime"])
def test_no_text_in_a_workbook_is_a_formula(kind: ColumnKind) -> None:
    rows: list[list[Cell]] = [[payload, payload] for payload in FORMULAS]
    columns = [Column("=1+1", 10, kind), Column("@x", 10, kind)]
    data = written(Sheet("=1+1", "=1+1", columns, rows, note="=2+2"))
    sheet = opened(data)
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert len(cells) == 2 * len(FORMULAS) + 4
    assert {cell.data_type for cell in cells} == {"s"}
    assert not any(cell.hyperlink for cell in cells)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert not [name for name in archive.namelist() if "external" in name.lower() or name.endswith(".bin")]
        content = b"".join(map(archive.read, archive.namelist()))
    assert b"<f>" not in content
    assert b"<hyperlink" not in content
    assert b'TargetMode="External"' not in content


def test_links_stay_text() -> None:
    sheet = opened(written(Sheet("a", "", [Column("x", 9)], [["https://x.example"], ["mailto:a@x.example"]])))
    assert not any(cell.hyperlink for row in sheet.iter_rows() for cell in row)


def test_text_that_a_cell_cannot_hold_is_cut_and_says_so() -> None:
    sheet = opened(written(Sheet("a", "", [Column("x", 9)], [["长" * 40_000], ["甲\x00\x0b\ud800\uffff乙\n丙"]])))
    assert len(str(sheet["A2"].value)) == 32_767
    assert str(sheet["A2"].value).endswith("已截断）")
    assert sheet["A3"].value == "甲乙\n丙"


def test_names_of_sheets_are_made_fit() -> None:
    wanted = ["a/b:c*?[d]\\", "名" * 40, "名" * 40, "名" * 40, "", "'引号'", "Sheet", "SHEET"]
    book = openpyxl.load_workbook(io.BytesIO(written(*(Sheet(name, "", [Column("x", 9)], []) for name in wanted))))
    assert book.sheetnames[0] == "a-b-c---d--"
    assert len({name.lower() for name in book.sheetnames}) == len(wanted)
    assert all(len(name) <= 31 for name in book.sheetnames)


def test_rows_must_fit_the_columns() -> None:
    with pytest.raises(ValueError, match="zip"):
        written(Sheet("a", "", [Column("x", 9)], [["甲", "乙"]]))
    with pytest.raises(ValueError, match="至少要有一张表"):
        written()


def test_more_rows_than_a_sheet_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_writing, "_LAST_ROW", 5)
    rows: list[list[Cell]] = [["甲"]] * 4
    with pytest.raises(ValueError, match="改用 CSV"):
        written(Sheet("a", "", [Column("x", 9)], rows))
    assert opened(written(Sheet("a", "", [Column("x", 9)], rows[:3]))).max_row == 4


def test_rows_that_break_off_leave_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def rows() -> Iterator[list[Cell]]:
        yield ["甲"]
        raise LookupError

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    stream = io.BytesIO()
    with pytest.raises(LookupError):
        write_xlsx(stream, [Sheet("a", "", [Column("x", 9)], rows())])
    assert stream.getvalue() == b""
    assert not list(tmp_path.iterdir())


def test_what_is_written_can_be_read_back() -> None:
    columns = [Column("姓名", 9), Column("金额", 9, "decimal"), Column("发放日期", 9, "date")]
    rows: list[list[Cell]] = [["=马某", Decimal("12.50"), date(2024, 1, 2)], ["丁某", 3, None]]
    read = read_rows("a.xlsx", written(Sheet("a", "", columns, rows)), columns=COLUMNS)
    assert [list(row.values.values()) for row in read] == [
        ["=马某", 12.5, date(2024, 1, 2)],
        ["丁某", 3, None],
    ]
    as_csv = "".join(csv_lines(HEADER, rows)).encode()
    assert read_rows("a.csv", as_csv, columns=COLUMNS)[0].values["name"] == "=马某"


@given(st.text(st.sampled_from("'=+-@＝ \u3000\u200b马a1"), max_size=6))
def test_an_apostrophe_is_taken_away_where_one_was_added(text: str) -> None:
    """Texts that begin with apostrophes of their own keep them."""
    assume(text == text.strip() != "")
    as_csv = "".join(csv_lines(HEADER, [[text, 1, None]])).encode()
    assert read_rows("a.csv", as_csv, columns=COLUMNS)[0].values["name"] == text


@pytest.mark.parametrize("text", ["'马某", "'", "''", "O'Neil", "'1", "'a=1"])
def test_an_apostrophe_of_ones_own_is_left_alone(text: str) -> None:
    as_csv = f"name,amount,paid_on\n{text},1,\n".encode()
    assert read_rows("a.csv", as_csv, columns=COLUMNS)[0].values["name"] == text
