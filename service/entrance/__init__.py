"""The entrance: who is asking, what each address needs, and how a request is answered when it is refused.

Pages and API come in here alike. `install` wires it into an application; `service.app` calls it.
"""

from flask import Flask

from service.entrance import asking, forgery, headers, refusals
from service.entrance.asking import clear_login, current_actor, keep_login, login_cookie
from service.entrance.rights import allows, public, require_declared

__all__ = [
    "allows",
    "clear_login",
    "current_actor",
    "install",
    "keep_login",
    "login_cookie",
    "public",
    "require_declared",
]


def install(app: Flask) -> None:
    """Let every request in through here. Call before any blueprint is registered."""
    forgery.install(app)
    asking.install(app)
    headers.install(app)
    refusals.install(app)
