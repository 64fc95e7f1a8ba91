"""Queries on trainings. Nothing here commits."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.errors import NotFound
from processes.opening_words import TRAINING_TITLES, TrainingKind
from storage.models.items import PolicyItem
from storage.models.trainings import Training


def list_trainings(session: Session, item: PolicyItem) -> Sequence[Training]:
    """The trainings of an item, by kind and round."""
    query = select(Training).where(Training.district_id == item.district_id, Training.item_id == item.id)
    return session.scalars(query.order_by(Training.kind, Training.round_no)).all()


def find_training(session: Session, item: PolicyItem, kind: str) -> Training | None:
    """The newest training of a kind."""
    found = [each for each in list_trainings(session, item) if each.kind == kind]
    return found[-1] if found else None


def get_training(session: Session, item: PolicyItem, kind: str) -> Training:
    """The same; raises NotFound naming the training."""
    found = find_training(session, item, kind)
    if found is None:
        title = TRAINING_TITLES[TrainingKind(kind)]
        raise NotFound(f"事项“{item.name}”还没有{title}的记录，请联系分析员核对前面的环节。")
    return found
