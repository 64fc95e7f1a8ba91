"""The letters of the front desk as pages to print and as Word files, for the desk, the department and the applicant."""

from __future__ import annotations

from uuid import UUID

from flask import make_response, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from processes.errors import NotFound
from service import permissions
from service.codes import code_png, code_svg
from service.entrance import allows, current_actor
from service.letters.content import Letter, write_letter
from service.letters.word_file import MEDIA_TYPE, as_word_file
from service.pages.file_names import disposition
from service.pages.site import page, pages
from service.wiring import runtime, session
from storage.models.applications import Application


@pages.get("/applications/<uuid:application_id>/letters/<name>")
@allows("read_own")
def letter(application_id: UUID, name: str) -> tuple[str, int]:
    """The letter, ready to print on A4."""
    application = _seen(application_id)
    return page("letter.html", application=application, letter=_written(application, name), name=name)


@pages.get("/applications/<uuid:application_id>/letters/<name>.docx")
@allows("read_own")
def letter_file(application_id: UUID, name: str) -> Response:
    """The same letter as a Word file."""
    application = _seen(application_id)
    written = _written(application, name)
    answer = make_response(as_word_file(written, code_png(_progress(application))))
    answer.headers["Content-Type"] = MEDIA_TYPE
    answer.headers["Content-Disposition"] = disposition(
        "attachment", f"{written.issued.title}{written.issued.number}.docx"
    )
    return answer


@pages.get("/applications/<uuid:application_id>/code.svg")
@allows("read_own")
def progress_code(application_id: UUID) -> Response:
    """The QR code that leads to the progress of the case; who scans it signs in first."""
    answer = make_response(code_svg(_progress(_seen(application_id))))
    answer.headers["Content-Type"] = "image/svg+xml"
    return answer


def _written(application: Application, name: str) -> Letter:
    calendar = runtime().calendars.current(session(), application.district_id)
    return write_letter(session(), application, name, calendar=calendar)


def _progress(application: Application) -> str:
    return url_for("pages.my_application", application_id=application.id, _external=True)


def _seen(application_id: UUID) -> Application:
    """The application, for somebody who may see it. Raises NotFound for all others alike."""
    visible = permissions.visible(current_actor(), Application)
    found = session().scalar(select(Application).where(Application.id == application_id, visible))
    if found is None:
        raise NotFound("没有找到这件申报。它可能不存在，或者您无权查看。")
    return found
