"""The same key again answers the same: for clients that repeat a request because no answer arrived."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Any

import orjson
from sqlalchemy import bindparam, select

from processes.errors import Conflict
from service.orchestration.runtime import Unit
from storage.db import new_id
from storage.models.instances import IdempotencyKey

#: Built once: every completion over HTTP runs it.
_KNOWN = select(IdempotencyKey.request_digest, IdempotencyKey.answer).where(
    IdempotencyKey.district_id == bindparam("district"),
    IdempotencyKey.user_id == bindparam("user"),
    IdempotencyKey.key == bindparam("key"),
)


def remembered(unit: Unit, key: str | None, request: Any, act: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """The answer given before under this key, or the answer of `act`, kept in the same transaction.

    Raises Conflict when the key was used for another request.
    """
    if key is None:
        return act()
    digest = sha256(orjson.dumps(request, option=orjson.OPT_SORT_KEYS, default=str)).hexdigest()
    asked = {"district": unit.district_id, "user": unit.actor.id, "key": key}
    known = unit.session.execute(_KNOWN, asked).one_or_none()
    if known is None:
        answer = act()
        unit.add(
            IdempotencyKey,
            id=new_id(),
            user_id=unit.actor.id,
            key=key,
            request_digest=digest,
            answer=answer,
            created_at=unit.now,
        )
        return answer
    if known.request_digest != digest:
        raise Conflict("这个 Idempotency-Key 已用于另一项请求，请换一个新的键。", key=key)
    answered: dict[str, Any] = known.answer
    return answered
