"""A batch of moves to another version: its progress, its report, stopping it, letting it go on, taking it back."""

from __future__ import annotations

import csv
from io import StringIO
from uuid import UUID

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from processes.actors import Actor
from processes.migration_words import BatchState, RowState
from processes.vocabulary import DefinitionKind
from service import permissions
from service.entrance import allows, current_actor
from service.orchestration import migrating
from service.pages.migration import TONES, VERDICTS, Answer
from service.pages.site import Paging, asked_page, page, pages, wants_part
from service.pages.translation import gettext, to_translate
from service.pages.words import moment
from service.wiring import runtime, session
from storage import definitions, instance_migrations
from storage.models.instance_migrations import InstanceMigration, InstanceMigrationRow
from storage.people import names_of

BATCHES: dict[str, str] = {
    BatchState.RUNNING: to_translate("正在迁移"),
    BatchState.STOPPED: to_translate("已停止"),
    BatchState.FINISHED: to_translate("已完成"),
    BatchState.UNDOING: to_translate("正在撤销"),
    BatchState.UNDONE: to_translate("已撤销"),
}
ROWS: dict[str, str] = {
    RowState.WAITING: to_translate("等待"),
    RowState.MOVED: to_translate("已迁移"),
    RowState.REHEARSED: to_translate("可以迁移"),
    RowState.REFUSED: to_translate("未能迁移"),
    RowState.GONE: to_translate("不再需要"),
    RowState.UNDONE: to_translate("已撤回"),
    RowState.KEPT: to_translate("不能撤回"),
}
ROW_TONES: dict[str, str] = {
    RowState.MOVED: "is-good",
    RowState.REHEARSED: "is-good",
    RowState.REFUSED: "is-bad",
    RowState.KEPT: "is-warning",
}
#: A cell that begins with one of these would be run as a formula by a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@pages.get("/instance-migrations/<uuid:migration_id>")
@allows("read_migration")
def migration_batch(migration_id: UUID) -> Answer:
    """How far a batch is and what became of each instance; a script asks again while it is at work."""
    actor = current_actor()
    batch = instance_migrations.get_migration(session(), actor.district_id, migration_id)
    counts = instance_migrations.count_rows(session(), batch)
    asked = request.args.get("state", "")
    total = sum(counts.values())
    place = Paging(asked_page(50), counts.get(asked, 0) if asked else total)
    size = place.page.size
    rows = instance_migrations.list_rows(
        session(), batch, state=asked or None, offset=(place.page.number - 1) * size, limit=size
    )
    stored = definitions.get_definition(
        session(), actor.district_id, DefinitionKind.PROCESS, batch.process_key, batch.to_version
    )
    people = {batch.created_by, *([] if batch.undone_by is None else [batch.undone_by])}
    return page(
        "parts/migration_progress.html" if wants_part() else "migration_batch.html",
        batch=batch,
        stored=stored,
        counts=counts,
        total=total,
        done=total - counts.get(RowState.MOVED if batch.state == BatchState.UNDOING else RowState.WAITING, 0),
        asked_state=asked,
        rows=[(each, _name(each, actor)) for each in rows],
        place=place,
        people=names_of(session(), actor.district_id, people),
        words=BATCHES,
        row_words=ROWS,
        row_tones=ROW_TONES,
        verdicts=VERDICTS,
        tones=TONES,
        at_work=batch.state in (BatchState.RUNNING, BatchState.UNDOING),
        may_migrate=permissions.can(actor, "migrate"),
    )


def _name(row: InstanceMigrationRow, actor: Actor) -> str:
    return row.title if permissions.can(actor, "read_all") else f"…{str(row.instance_id)[-8:]}"


@pages.get("/instance-migrations/<uuid:migration_id>.csv")
@allows("read_migration")
def migration_report(migration_id: UUID) -> Response:
    """The report as a table for spreadsheets (UTF-8 with a mark, so that they read Chinese)."""
    actor = current_actor()
    batch = instance_migrations.get_migration(session(), actor.district_id, migration_id)
    text = StringIO()
    writer = csv.writer(text)
    heads = ("办件", "办件编号", "原版本", "新版本", "结果", "结论", "说明", "时间")
    writer.writerow([gettext(head) for head in heads])
    for row in instance_migrations.list_rows(session(), batch):
        writer.writerow([_cell(each) for each in _line(batch, row, actor)])
    answer = Response("\ufeff" + text.getvalue(), mimetype="text/csv")
    answer.headers.set("Content-Disposition", "attachment", filename=f"migration_{batch.process_key}.csv")
    return answer


#: The heads of the report, for the catalogue.
HEADS = (
    to_translate("办件"),
    to_translate("办件编号"),
    to_translate("原版本"),
    to_translate("新版本"),
    to_translate("结果"),
    to_translate("结论"),
    to_translate("说明"),
    to_translate("时间"),
)


def _line(batch: InstanceMigration, row: InstanceMigrationRow, actor: Actor) -> list[str]:
    return [
        _name(row, actor),
        str(row.instance_id),
        str(row.from_version),
        str(batch.to_version),
        gettext(ROWS[row.state]),
        "" if row.verdict is None else gettext(VERDICTS[row.verdict]),
        row.sentence,
        "" if row.at is None else moment(row.at),
    ]


def _cell(value: str) -> str:
    return f"'{value}" if value.startswith(_FORMULA) else value


def _back(migration_id: UUID, told: str) -> Response:
    flash(told, "success")
    return redirect(url_for("pages.migration_batch", migration_id=migration_id), 303)


@pages.post("/instance-migrations/<uuid:migration_id>/stop")
@allows("migrate")
def stop_batch(migration_id: UUID) -> Response:
    """Let the batch rest."""
    migrating.stop_migration(runtime(), migration_id, by=current_actor())
    return _back(migration_id, gettext("已停止，没有迁移的实例留在原版本。"))


@pages.post("/instance-migrations/<uuid:migration_id>/continue")
@allows("migrate")
def continue_batch(migration_id: UUID) -> Response:
    """Let the batch go on, or try again what was refused."""
    migrating.continue_migration(runtime(), migration_id, by=current_actor())
    return _back(migration_id, gettext("继续进行。"))


@pages.post("/instance-migrations/<uuid:migration_id>/undo")
@allows("migrate")
def undo_batch(migration_id: UUID) -> Response:
    """Take the whole batch back."""
    reason = request.form.get("reason", "")
    migrating.undo_migration(runtime(), migration_id, by=current_actor(), reason=reason)
    return _back(migration_id, gettext("开始撤销。迁移后又有办理的实例会保留在新版本。"))


@pages.post("/instance-migrations/<uuid:migration_id>/instances/<uuid:instance_id>/undo")
@allows("migrate")
def undo_one(migration_id: UUID, instance_id: UUID) -> Response:
    """Take back the move of one instance."""
    reason = request.form.get("reason", "")
    migrating.undo_instance(runtime(), migration_id, instance_id, by=current_actor(), reason=reason)
    return _back(migration_id, gettext("已撤回这个实例的迁移。"))
