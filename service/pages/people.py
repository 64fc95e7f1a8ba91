"""People and the posts they hold today, for the administrator."""

from __future__ import annotations

from flask import request

from processes.clock import business_date
from processes.vocabulary import ROLES
from service.entrance import allows, current_actor
from service.pages.site import page, pages
from service.wiring import runtime, session
from storage.people import list_absent, list_organisations, list_posts, list_users


@pages.get("/people")
@allows("manage_people")
def people() -> tuple[str, int]:
    """Everybody with an account, by department, and the posts that nobody holds."""
    actor, today = current_actor(), business_date(runtime().clock.now())
    posts = list_posts(session(), actor.district_id, on=today)
    words = request.args.get("q", "").strip()
    users = [user for user in list_users(session(), actor.district_id) if words in f"{user.name}{user.login}"]
    held = {role for held in posts.values() for role, _ in held}
    return page(
        "people.html",
        users=users,
        posts=posts,
        absent=list_absent(session(), actor.district_id, on=today),
        organisations={each.code: each.name for each in list_organisations(session(), actor.district_id)},
        vacant=[title for role, title in ROLES.items() if role not in held],
        words=words,
        now=runtime().clock.now(),
    )
