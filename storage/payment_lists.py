"""The payment list of a batch as the treasury gets it: full accounts, a table to download, and its digest."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from hashlib import sha256
from io import StringIO
from typing import Any

import orjson
from sqlalchemy.orm import Session

from processes.money import plain_yuan
from processes.payment_words import LineState
from storage.disbursements import list_lines
from storage.models.disbursements import DisbursementBatch

#: Everything on a list that is or was to be paid; what left the batch before is not part of it.
_ON_LIST = (LineState.IN_BATCH, LineState.PAID, LineState.FAILED)

_HEADINGS = {
    "line_no": "序号",
    "payee": "收款人",
    "account": "收款账号",
    "bank": "开户银行",
    "amount": "金额（元）",
}
#: A cell that begins like this would be taken for a formula by a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def payment_rows(session: Session, batch: DisbursementBatch) -> list[dict[str, Any]]:
    """The lines of the list in their order; amounts are text in 元."""
    return [
        {
            "line_no": line.line_no,
            "payee": line.payee,
            "account": line.account,
            "bank": line.bank,
            "amount": plain_yuan(line.amount_fen),
        }
        for line in list_lines(session, batch, states=_ON_LIST)
    ]


def digest_of(rows: Sequence[Mapping[str, Any]]) -> str:
    """SHA-256 over the rows in canonical JSON: kept with the batch when the list goes out."""
    return sha256(orjson.dumps(list(rows), option=orjson.OPT_SORT_KEYS)).hexdigest()


def as_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """The list as CSV with Chinese headings; text that a spreadsheet would run as a formula is quoted."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(_HEADINGS.values())
    for row in rows:
        writer.writerow([_safe(row[key]) for key in _HEADINGS])
    return out.getvalue()


def _safe(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
