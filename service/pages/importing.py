"""Bringing in a diagram of another tool: examined, treated step by step, then taken over as a draft."""

from __future__ import annotations

import base64
import binascii
from collections import Counter

import orjson
from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from processes.doctor import Fate, Treated
from processes.errors import BadRequest
from service.entrance import allows, current_actor
from service.orchestration import importing
from service.pages.site import page, pages
from service.pages.translation import gettext, to_translate
from service.wiring import runtime

FATES: dict[Fate, tuple[str, str]] = {
    Fate.KEPT: (to_translate("保留"), "is-good"),
    Fate.MAPPED: (to_translate("换成本系统的写法"), "is-info"),
    Fate.IGNORED: (to_translate("保留但不起作用"), "is-neutral"),
    Fate.NOT_RUNNABLE: (to_translate("还不能运行"), "is-bad"),
    Fate.DROPPED: (to_translate("已去掉"), "is-warning"),
}
Answer = Response | tuple[str, int]


@pages.get("/import")
@allows("draft")
def import_diagram() -> Answer:
    """Where a file is chosen or pasted."""
    return page("import.html")


@pages.post("/import")
@allows("draft")
def examine_diagram() -> Answer:
    """Examine what was sent, after the fix that was pressed; or give it back, or take it over.

    The source and the fixes so far travel with the page, so that the report tells of the source, and nothing is
    stored before the result is taken over as a draft.
    """
    content, actor = _content(), current_actor()
    fixes, is_certain_too = _fixes(), "certain" in request.form
    treated = importing.treat(runtime(), content, fixes, all_certain=is_certain_too, by=actor)
    if "take_over" in request.form:
        key = importing.take_over(runtime(), treated.content, by=actor)
        flash(gettext("已存为草稿，可以在设计器里继续修改和发布。"), "success")
        return redirect(url_for("pages.designer", key=key), 303)
    if "download" in request.form:
        answer = Response(treated.content, mimetype="application/xml")
        answer.headers.set("Content-Disposition", "attachment", filename="imported.bpmn")
        return answer
    return _shown(content, treated, fixes, is_certain_too=is_certain_too)


def _fixes() -> dict[str, str | None]:
    """The fixes so far and the one that was pressed, with what was picked. Raises BadRequest for a broken page."""
    try:
        so_far = orjson.loads(request.form.get("fixes") or "{}")
    except orjson.JSONDecodeError as error:
        raise BadRequest("导入的内容不完整，请重新选择文件。") from error
    if not isinstance(so_far, dict) or not all(value is None or isinstance(value, str) for value in so_far.values()):
        raise BadRequest("导入的内容不完整，请重新选择文件。")
    fix = request.form.get("fix", "")
    return {**so_far, **({fix: request.form.get(f"choice:{fix}") or None} if fix else {})}


def _content() -> bytes:
    """The file that was chosen, pasted, or travels with the page. Raises BadRequest for a broken one."""
    sent = request.files.get("file")
    if sent is not None and sent.filename:
        return bytes(sent.read())
    if request.form.get("pasted", "").strip():
        return request.form["pasted"].strip().encode()
    try:
        return base64.b64decode(request.form.get("content", ""), validate=True)
    except binascii.Error as error:
        raise BadRequest("导入的内容不完整，请重新选择文件。") from error


def _shown(content: bytes, treated: Treated, fixes: dict[str, str | None], *, is_certain_too: bool) -> Answer:
    diagnosis = treated.diagnosis
    counted = Counter(each.fate for each in diagnosis.report)
    told = [each for each in diagnosis.report if each.fate is not Fate.KEPT]
    return page(
        "import.html",
        content=base64.b64encode(content).decode(),
        fixes=orjson.dumps(fixes).decode(),
        is_certain_too=is_certain_too,
        diagnosis=diagnosis,
        blocking=[each for each in diagnosis.symptoms if each.severity == "error"],
        doubts=[each for each in diagnosis.symptoms if each.severity != "error"],
        certain=sum(fix.is_certain for each in diagnosis.symptoms for fix in each.fixes),
        fates=[(gettext(FATES[fate][0]), FATES[fate][1], counted.get(fate, 0)) for fate in Fate],
        told=[(each, gettext(FATES[each.fate][0]), FATES[each.fate][1]) for each in told],
        done=len(treated.applied),
        settings={"xml": treated.content.decode()} if _is_utf8(treated.content) else None,
    )


def _is_utf8(content: bytes) -> bool:
    """A browser reads the text as it is sent: other encodings are only shown once a fix has rewritten the file."""
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True
