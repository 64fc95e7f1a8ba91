"""Taking definitions out as a zip and bringing one in: looked at first, then kept as drafts or asked for."""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as NotBase64

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from processes.errors import BadRequest, DefinitionRefused
from service.entrance import allows, current_actor
from service.orchestration import bundles
from service.orchestration.bundle_files import read_bundle
from service.pages.definition import asked_place
from service.pages.publications import asked_wish, to_request
from service.pages.site import page, pages
from service.pages.translation import gettext, to_translate
from service.pages.words import DEFINITION_KINDS
from service.wiring import runtime

#: State of an incoming file -> (word, class of its badge).
STATES: dict[str, tuple[str, str]] = {
    bundles.NEW: (to_translate("新增"), "is-good"),
    bundles.CHANGED: (to_translate("有修改"), "is-warning"),
    bundles.SAME: (to_translate("相同，不导入"), "is-neutral"),
}
Answer = Response | tuple[str, int]


@pages.get("/definitions/bundle")
@allows("draft")
def bundle() -> Answer:
    """Where a bundle is downloaded and another one brought in."""
    return page("bundle.html")


@pages.get("/definitions/bundle.zip")
@allows("draft")
def bundle_file() -> Response:
    """Everything published, or with `?kind=&key=` one definition and all it needs."""
    kind, key = request.args.get("kind", ""), request.args.get("key", "")
    of = asked_place(kind, key) if kind or key else None
    answer = Response(bundles.export(runtime(), by=current_actor(), of=of), mimetype="application/zip")
    name = f"zhida-{key.replace('/', '_') or 'all'}.zip"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


@pages.post("/definitions/bundle/preview")
@allows("draft")
def preview_bundle() -> Answer:
    """What an uploaded bundle would bring. Nothing is stored: the page carries the bundle on to the next step."""
    given = request.files.get("bundle")
    if given is None or not given.filename:
        raise BadRequest("请选择一个导入包（zip）。")
    return _preview(given.read())


def _preview(data: bytes, *, status: int = 200) -> Answer:
    found = bundles.preview(runtime(), read_bundle(data), by=current_actor())
    return page(
        "bundle_preview.html",
        status,
        found=found,
        kinds=DEFINITION_KINDS,
        states=STATES,
        carried=b64encode(data).decode(),
        second_person=runtime().second_person,
        given=request.form,
        has_news=any(each.state != bundles.SAME for each in found.incoming),
    )


@pages.post("/definitions/bundle/import")
@allows("draft")
def import_bundle() -> Answer:
    """Bring in what the preview showed, as drafts or as a request. It is read and checked once more."""
    data = _carried()
    try:
        if request.form.get("into") == "request":
            made = bundles.import_as_request(runtime(), read_bundle(data), asked_wish(), by=current_actor())
            return to_request(made)
        places = bundles.import_as_drafts(runtime(), read_bundle(data), by=current_actor())
    except DefinitionRefused as refused:
        flash(refused.message, "danger")
        return _preview(data, status=422)
    flash(gettext("已导入 %(count)d 份草稿，检查后可以申请发布。", count=len(places)), "success")
    return redirect(url_for("pages.new_publication"), 303)


def _carried() -> bytes:
    try:
        return b64decode(request.form.get("bundle", ""), validate=True)
    except (NotBase64, ValueError) as error:
        raise BadRequest("导入包没有完整传来，请重新上传。") from error
