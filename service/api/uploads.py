"""Files of a multipart request: what was sent under one name, read into memory within the limits."""

from __future__ import annotations

from flask import request

from processes.errors import BadRequest

MOST_FILES = 200
LONGEST_NAME = 200


def read_files(name: str) -> dict[str, bytes]:
    """File name -> bytes of every file sent under this name. Raises BadRequest when a name comes twice."""
    files: dict[str, bytes] = {}
    sent = request.files.getlist(name)
    if len(sent) > MOST_FILES:
        raise BadRequest(f"一次最多提交 {MOST_FILES} 个文件，请分批提交。")
    for each in sent:
        shown = _checked(each.filename or "")
        if shown in files:
            raise BadRequest(f"文件“{shown}”重复提交，请只保留一份。")
        files[shown] = each.read()
    return files


def read_text(name: str) -> str:
    """A text part of a multipart request, without surrounding blanks; empty when it was not sent."""
    text = request.form.get(name, "").strip()
    if not text.replace("\n", "").replace("\r", "").replace("\t", "").isprintable():
        raise BadRequest(f"“{name}”中有不能保存的字符，请重新填写。")
    return text


def _checked(filename: str) -> str:
    """The name as it was sent (folders tell the form's stage), when it can be shown and kept."""
    if not filename or len(filename) > LONGEST_NAME or not filename.isprintable():
        raise BadRequest("文件名为空、太长或含有不可见字符，请改名后重新提交。")
    return filename
