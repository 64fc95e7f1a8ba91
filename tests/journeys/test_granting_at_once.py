"""Two decisions in the same moment never spend the same money, and two applications never become one benefit twice."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

from processes.errors import BusinessError
from service.orchestration import tasks
from storage.db import db
from storage.models.applications import Application
from tests import applying
from tests.journeys import applying_route as route
from tests.world import World


def _at_once(world: World, *acts: Callable[[], object]) -> list[str]:
    """Do all acts in the same moment, each in its own thread and session; "done" or the code of the refusal."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        with world.app.app_context():
            start.wait(timeout=30)
            try:
                act()
            except BusinessError as refused:
                return refused.code
            finally:
                db.session.remove()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


def _deciding(world: World, root: UUID) -> Callable[[], object]:
    task_id, approver = world.task("decide_application", root).id, world.actor("approver")
    tasks.claim_task(world.runtime, task_id, by=approver)
    return lambda: tasks.complete_task(world.runtime, task_id, applying.opinion(), by=approver)


def test_the_last_money_of_an_item_is_granted_once(world: World) -> None:
    item = route.open_item(world, budget_fen=15_000_000)
    decisions = []
    for login in ("applicant", "applicant2"):
        root = route.apply(world, item.id, by=login)
        route.accept(world, root)
        world.do("reviewer1", "review_first", applying.opinion(), root)
        world.do("reviewer2", "review_second", applying.opinion(), root)
        decisions.append(_deciding(world, root))

    assert _at_once(world, *decisions) == ["BUDGET_EXCEEDED", "done"]

    granted = [each.approved_fen for each in world.rows(Application) if each.approved_fen is not None]
    assert granted == [10_000_000]


def test_two_drafts_handed_in_at_once_leave_one_application(world: World) -> None:
    item = route.open_item(world)
    handing_in = []
    for login in ("applicant", "window_clerk"):
        root = route.begin(world, item.id, by=login)
        task_id, actor = world.task("submit_application", root).id, world.actor(login)
        form = applying.form if login == "applicant" else applying.window_form
        answers = form(world.attach(login, "certificate.pdf", b"%PDF-1.4\ncertificate"))
        handing_in.append(lambda t=task_id, a=actor, v=answers: tasks.complete_task(world.runtime, t, v, by=a))

    assert _at_once(world, *handing_in) == ["DUPLICATE_BENEFIT", "done"]
    assert sorted(each.status for each in world.rows(Application)) == ["已提交", "草稿"]
