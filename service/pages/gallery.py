"""Every component of the pages in every state, in demo mode: where a new page's author looks first."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from forms.compiler import compile_form
from forms.model import keyed
from processes.calendar import WorkingCalendar
from processes.clock import business_date
from processes.errors import NotFound
from service.entrance import public
from service.pages.due import Due
from service.pages.form_view import Filling
from service.pages.site import Paging, page, pages
from service.pages.translation import gettext, to_translate
from service.wiring import runtime, settings
from storage.worklists import Page

TONES: dict[str, str] = {
    "is-neutral": to_translate("平常"),
    "is-info": to_translate("办理中"),
    "is-good": to_translate("已完成"),
    "is-warning": to_translate("临近期限"),
    "is-bad": to_translate("已逾期"),
}
_SAMPLE = Path(__file__).parents[2] / "forms" / "application" / "submit_application.form"


@pages.get("/gallery")
@public
def gallery() -> tuple[str, int]:
    """All components on one page; only demo installations have it."""
    if not settings().demo:
        raise NotFound("没有找到这个页面。")
    today = business_date(runtime().clock.now())
    return page(
        "gallery.html",
        tones=[(tone, gettext(word)) for tone, word in TONES.items()],
        dues=[_due(today, days, tone) for days, tone in ((6, ""), (1, "is-warning"), (-3, "is-bad"))],
        filling=_filling(),
        place=Paging(Page(2, 20), 57),
    )


def _due(today: date, days: int, tone: str) -> Due:
    walk = WorkingCalendar.shipped().offset(today, days).as_data()["walk"]
    left = gettext("还有 %(days)d 个工作日", days=days)
    words = left if days > 0 else gettext("已逾期 %(days)d 个工作日", days=-days)
    return Due(today + timedelta(days=days), words, tone, gettext("期限的推算写在这里。"), walk)


def _filling() -> Filling:
    """A real form with a refused field, so that the page shows what a person meets."""
    form = compile_form(_SAMPLE.read_bytes())
    first = next(iter(keyed(form.fields)))
    return Filling(form).refused({first.key: [gettext("请填写这一项。")]})
