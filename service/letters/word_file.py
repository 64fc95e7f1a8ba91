"""A letter as a Word file (.docx) for archives and seals: A4, 仿宋 and 宋体, the code to follow the case."""

from __future__ import annotations

from datetime import datetime, time
from io import BytesIO

from docx import Document
from docx.document import Document as Sheet
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.styles.style import ParagraphStyle
from docx.table import _Cell
from docx.text.run import Run

from service.letters.content import Letter

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_BODY, _TITLE, _LATIN = "仿宋", "宋体", "Times New Roman"
_SMALL = 10.5


def as_word_file(letter: Letter, code: bytes | None) -> bytes:
    """The bytes of the file. `code` is the picture (PNG) of the address that shows the case's progress."""
    sheet = Document()
    _set_page(sheet)
    _describe(sheet, letter)
    _head(sheet, letter)
    _facts(sheet, letter)
    _lines(sheet, letter)
    for text in letter.body:
        _paragraph(sheet, text, indent=True)
    _walk(sheet, letter)
    _foot(sheet, letter, code)
    out = BytesIO()
    sheet.save(out)
    return out.getvalue()


def _set_page(sheet: Sheet) -> None:
    section = sheet.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.top_margin = section.bottom_margin = Cm(2.5)
    section.left_margin = section.right_margin = Cm(2.6)
    normal = sheet.styles["Normal"]
    assert isinstance(normal, ParagraphStyle)
    normal.font.name, normal.font.size = _LATIN, Pt(14)
    fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), _BODY)
    normal.paragraph_format.space_after = Pt(4)
    normal.paragraph_format.line_spacing = 1.3


def _describe(sheet: Sheet, letter: Letter) -> None:
    """The properties of the file say the same at every download: the day of the letter, not of the print."""
    properties = sheet.core_properties
    day = datetime.combine(letter.issued.on, time())
    properties.author = properties.last_modified_by = letter.issuer
    properties.title, properties.subject = letter.issued.title, letter.issued.number
    properties.created = properties.modified = day
    properties.comments = ""


def _head(sheet: Sheet, letter: Letter) -> None:
    issuer = sheet.add_paragraph()
    issuer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _styled(issuer.add_run(letter.issuer), _TITLE, 16)
    title = sheet.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _styled(title.add_run(letter.issued.title), _TITLE, 22, bold=True)
    number = sheet.add_paragraph()
    number.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _styled(number.add_run(f"编号：{letter.issued.number}"), _BODY, 12)
    _paragraph(sheet, f"{letter.addressee}：")
    _paragraph(sheet, letter.opening, indent=True)


def _facts(sheet: Sheet, letter: Letter) -> None:
    table = sheet.add_table(rows=0, cols=2, style="Table Grid")
    for label, value in letter.facts:
        cells = table.add_row().cells
        _fill(cells[0], label, width=3.6)
        _fill(cells[1], value, width=12.2)
    sheet.add_paragraph().paragraph_format.space_after = Pt(0)


def _lines(sheet: Sheet, letter: Letter) -> None:
    if not letter.lines:
        return
    heading = sheet.add_paragraph()
    _styled(heading.add_run(letter.lines_title), _BODY, 14, bold=True)
    table = sheet.add_table(rows=1, cols=4, style="Table Grid")
    widths = (1.2, 3.8, 5.2, 5.6)
    for cell, words, width in zip(table.rows[0].cells, ("序号", "要件", "形式标准", "问题和要求"), widths, strict=True):
        _fill(cell, words, width=width, bold=True)
    for number, line in enumerate(letter.lines, start=1):
        texts = (str(number), line.material, line.standard, line.finding)
        for cell, words, width in zip(table.add_row().cells, texts, widths, strict=True):
            _fill(cell, words, width=width)
    sheet.add_paragraph().paragraph_format.space_after = Pt(0)


def _walk(sheet: Sheet, letter: Letter) -> None:
    """How the due day was counted, small, as an annex on the same sheet."""
    if letter.walk:
        shown = sheet.add_paragraph()
        _styled(shown.add_run("逐日推算：" + "；".join(letter.walk) + "。"), _BODY, _SMALL)


def _foot(sheet: Sheet, letter: Letter, code: bytes | None) -> None:
    for text in (f"{letter.issuer}（盖章）", letter.day):
        line = sheet.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        _styled(line.add_run(text), _BODY, 14)
    if code is not None:
        sheet.add_paragraph().add_run().add_picture(BytesIO(code), width=Cm(2.8))
        note = sheet.add_paragraph()
        _styled(note.add_run(f"扫码查询办理进度（{letter.case_number}）"), _BODY, _SMALL)


def _paragraph(sheet: Sheet, text: str, *, indent: bool = False) -> None:
    made = sheet.add_paragraph(text)
    if indent:
        made.paragraph_format.first_line_indent = Pt(28)


def _fill(cell: _Cell, text: str, *, width: float, bold: bool = False) -> None:
    cell.width = Cm(width)
    words = cell.paragraphs[0]
    words.paragraph_format.space_after = Pt(2)
    words.paragraph_format.line_spacing = 1.1
    _styled(words.add_run(text), _BODY, 12, bold=bold)


def _styled(run: Run, font: str, size: float, *, bold: bool = False) -> None:
    run.font.name, run.font.size, run.font.bold = _LATIN, Pt(size), bold
    run.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
