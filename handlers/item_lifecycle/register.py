"""The stage object, the dates its duties count from, and what its handlers share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from marshmallow import Schema, fields
from sqlalchemy.orm import Session

from handlers.opening_gate import opening_day
from handlers.stage import Stage
from processes.clock import SHANGHAI, business_date
from processes.errors import BusinessError
from storage import items
from storage.models.items import PolicyItem

stage = Stage("item_lifecycle")


class ItemParameters(Schema):
    item_id = fields.String(required=True, metadata={"label": "事项"})


def in_data(instant: datetime) -> str:
    """An instant as task data carries it: ISO 8601 with Shanghai's offset."""
    return instant.astimezone(SHANGHAI).isoformat()


def opens_at(item: PolicyItem) -> datetime:
    """When the item opens. Raises BusinessError when that is not fixed."""
    if item.open_at is None:
        raise BusinessError("CASE_INCOMPLETE", f"事项“{item.name}”没有开放时间，请联系分析员核对。")
    return item.open_at


@stage.anchor("open_on")
def open_on(session: Session, district_id: str, variables: Mapping[str, Any]) -> date | None:
    """T, the day the item opens, read from its record so that a moved opening counts at once (DL1–DL4)."""
    if not variables.get("item_id"):
        return None
    return opening_day(items.get_item(session, district_id, variables["item_id"]))


@stage.anchor("launched_on")
def launched_on(session: Session, district_id: str, variables: Mapping[str, Any]) -> date | None:
    """The day the item went online (anchor of DL10)."""
    if not variables.get("item_id"):
        return None
    item = items.get_item(session, district_id, variables["item_id"])
    return None if item.launched_at is None else business_date(item.launched_at)
