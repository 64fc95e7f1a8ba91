"""What programs read of the hall: a JSON feed of guides, the site map, and what robots may visit."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

import orjson
from flask import make_response, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from service.entrance import public
from service.pages.site import pages
from service.pages.visiting import may_be_kept
from service.wiring import session, settings
from storage.hall import Offer, list_issued_policies, list_offers

_FEED_ITEMS = 200
_MAP_POLICIES = 10_000
_PARTS = (
    "pages.hall",
    "pages.library",
    "pages.opening_calendar",
    "pages.match_policies",
    "pages.results",
    "pages.figures",
    "pages.guide_database",
    "pages.evaluations",
)
#: Addresses that are for people who signed in, or that only change how pages look.
_CLOSED = ("/work", "/tasks", "/start", "/instances", "/api/", "/sign-in", "/display/", "/language/", "/attachments")


@pages.get("/hall/guides.json")
@public
def guide_feed() -> Response:
    """Published guides, newest first (JSON Feed 1.1)."""
    offers = list_offers(session(), settings().district_id)[:_FEED_ITEMS]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": gettext("惠企惠民政策办事指南") + f" · {settings().district_name}",
        "language": "zh-CN",
        "home_page_url": url_for("pages.hall", _external=True),
        "feed_url": url_for("pages.guide_feed", _external=True),
        "items": [_entry(each) for each in offers],
    }
    answer = make_response(orjson.dumps(feed))
    answer.headers["Content-Type"] = "application/feed+json"
    return may_be_kept(answer, 300)


def _entry(offer: Offer) -> dict[str, Any]:
    address = url_for("pages.guide", code=offer.code, _external=True)
    lines = [f"{each['number']} {each['label']}：{each['value']}" for each in offer.guide.content]
    published = offer.guide.published_at
    return {
        "id": address,
        "url": address,
        "title": offer.guide.title,
        "summary": offer.guide.summary,
        "content_text": "\n".join(lines),
        "date_published": published.isoformat() if published else None,
        "tags": sorted({str(offer.policy.target), *map(str, offer.item.facets.get("beneficiary") or [])}),
    }


@pages.get("/sitemap.xml")
@public
def sitemap() -> Response:
    """Every public page with an own address."""
    rows = [f"<url><loc>{escape(url_for(each, _external=True))}</loc></url>" for each in _PARTS]
    for offer in list_offers(session(), settings().district_id):
        address = escape(url_for("pages.guide", code=offer.code, _external=True))
        changed = f"<lastmod>{offer.guide.published_at:%Y-%m-%d}</lastmod>" if offer.guide.published_at else ""
        rows.append(f"<url><loc>{address}</loc>{changed}</url>")
    for policy in list_issued_policies(session(), settings().district_id, limit=_MAP_POLICIES):
        rows.append(
            f"<url><loc>{escape(url_for('pages.public_policy', policy_id=policy.id, _external=True))}</loc></url>"
        )
    text = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">' + "".join(rows) + "</urlset>"
    answer = make_response('<?xml version="1.0" encoding="UTF-8"?>\n' + text)
    answer.headers["Content-Type"] = "application/xml"
    return may_be_kept(answer, 3600)


@pages.get("/robots.txt")
@public
def robots() -> Response:
    """Robots may read what the public may, and find the site map."""
    closed = "".join(f"Disallow: {each}\n" for each in _CLOSED)
    answer = make_response(f"User-agent: *\n{closed}Sitemap: {url_for('pages.sitemap', _external=True)}\n")
    answer.headers["Content-Type"] = "text/plain; charset=utf-8"
    return may_be_kept(answer, 3600)
