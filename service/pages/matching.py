"""What fits me (政策匹配): a few questions from the items' own conditions. Answers live in the address only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import request
from werkzeug.wrappers import Response

from processes.item_words import PUBLIC, ItemStatus
from processes.matching import Match, Question, Verdict, match, questions_of
from service.entrance import public
from service.pages.site import pages
from service.pages.visiting import public_page
from service.wiring import session, settings
from storage.hall import Offer, list_offers

#: Before the name of an indicator in the address.
PREFIX = "f."
MOST_LETTERS = 60
KINDS = ("企业", "个体工商户", "社会组织", "居民")
#: Items one can still hope for.
_COMING = tuple(status for status in PUBLIC if status not in (ItemStatus.OFFLINE, ItemStatus.CLOSED))


@dataclass(frozen=True, slots=True)
class Fitted:
    """An item, how it fits, and why."""

    offer: Offer
    match: Match


@dataclass(frozen=True, slots=True)
class Group:
    verdict: Verdict
    fitted: tuple[Fitted, ...]


@pages.get("/hall/match")
@public
def match_policies() -> Response:
    """First for whom (`?who=企业`), then what the conditions of those items ask (`&f.注册地=长春新区`)."""
    who = request.args.get("who", "")
    who = who if who in KINDS else ""
    offers = [each for each in list_offers(session(), settings().district_id) if each.item.status in _COMING]
    questions = _questions(offers, who) if who else []
    answers = _answers(questions)
    fitted = [_fit(each, who, answers) for each in offers] if who else []
    return public_page(
        "hall_match.html",
        kinds=KINDS,
        who=who,
        questions=questions,
        answers=answers,
        prefix=PREFIX,
        groups=[Group(verdict, tuple(each for each in fitted if each.match.verdict == verdict)) for verdict in Verdict],
    )


def _questions(offers: Sequence[Offer], who: str) -> list[Question]:
    """Only what items for this kind of people ask."""
    meant = [each for each in offers if not _kinds(each) or who in _kinds(each)]
    return questions_of(condition for each in meant for condition in each.item.conditions)


def _answers(questions: Sequence[Question]) -> dict[str, str]:
    asked = {each.field: request.args.get(PREFIX + each.field, "").strip()[:MOST_LETTERS] for each in questions}
    return {field: stated for field, stated in asked.items() if stated}


def _fit(offer: Offer, who: str, answers: Mapping[str, str]) -> Fitted:
    return Fitted(offer, match(offer.item.conditions, beneficiaries=_kinds(offer), who=who, answers=answers))


def _kinds(offer: Offer) -> list[str]:
    return [str(each) for each in offer.item.facets.get("beneficiary") or []]
