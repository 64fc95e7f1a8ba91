"""The policy library: published items by words and facets. A facet is a link; facets combine; each shows its count."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask import request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from service.entrance import public
from service.pages.site import Paging, asked_page, pages
from service.pages.visiting import public_page
from service.wiring import session, settings
from storage.hall import Offer, list_offers

MOST_WORDS = 60


def _of_facet(key: str) -> Callable[[Offer], list[str]]:
    def values(offer: Offer) -> list[str]:
        found = offer.item.facets.get(key) or []
        return [str(each) for each in found] if isinstance(found, list) else [str(found)]

    return values


#: Name in the address -> what of an offer it looks at.
FACETS: Mapping[str, Callable[[Offer], list[str]]] = {
    "for": lambda offer: [offer.policy.target],
    "who": _of_facet("beneficiary"),
    "industry": _of_facet("industry"),
    "amount": _of_facet("amount_band"),
    "way": _of_facet("apply_mode"),
    "level": lambda offer: [offer.policy.level],
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet: how many would be found with it, and the address that takes it or lets it go."""

    word: str
    count: int
    address: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    title: str
    choices: tuple[Choice, ...]


@pages.get("/hall/policies")
@public
def library() -> Response:
    """Items by words (`?q=`) and facets (`?who=企业&level=国家`)."""
    text = request.args.get("q", "").strip()[:MOST_WORDS]
    chosen = {name: value for name in FACETS if (value := request.args.get(name, "").strip())}
    offers = list_offers(session(), settings().district_id, text=text or None)
    found = narrowed(offers, chosen)
    place = asked_page()
    return public_page(
        "hall_library.html",
        asked=text,
        chosen=chosen,
        facets=_facets(offers, chosen, text),
        offers=found[place.offset : place.offset + place.size],
        paging=Paging(place, len(found)),
        has_any=bool(offers),
    )


def narrowed(offers: Sequence[Offer], chosen: Mapping[str, str]) -> list[Offer]:
    """Those that have every chosen value."""
    return [each for each in offers if all(value in FACETS[name](each) for name, value in chosen.items())]


def _facets(offers: Sequence[Offer], chosen: Mapping[str, str], text: str) -> list[Facet]:
    titles = {
        "for": gettext("惠企惠民"),
        "who": gettext("企业类别"),
        "industry": gettext("行业"),
        "amount": gettext("金额档"),
        "way": gettext("申报方式"),
        "level": gettext("层级"),
    }
    found = [Facet(titles[name], _choices(name, offers, chosen, text)) for name in FACETS]
    return [each for each in found if each.choices]


def _choices(name: str, offers: Sequence[Offer], chosen: Mapping[str, str], text: str) -> tuple[Choice, ...]:
    """Counted under the other facets, so that a count says what the next page will show."""
    others = {key: value for key, value in chosen.items() if key != name}
    counts: dict[str, int] = {}
    for offer in narrowed(offers, others):
        for word in FACETS[name](offer):
            counts[word] = counts.get(word, 0) + 1
    if name in chosen:
        counts.setdefault(chosen[name], 0)
    return tuple(
        Choice(
            word, count, _address(name, word, others, text, taken=chosen.get(name) == word), chosen.get(name) == word
        )
        for word, count in sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    )


def _address(name: str, word: str, others: Mapping[str, str], text: str, *, taken: bool) -> str:
    values = {**others, **({"q": text} if text else {}), **({} if taken else {name: word})}
    return url_for("pages.library", **values)  # type: ignore[arg-type]  # address values are text
