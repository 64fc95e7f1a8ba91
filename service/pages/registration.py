"""All pages together: importing this module defines every address, `register` puts them into an application."""

from __future__ import annotations

from flask import Flask

from service.pages import (
    agents,
    applying,
    attachments,
    bulk,
    calendar,
    comparing,
    definitions,
    form_editor,
    form_preview,
    gallery,
    guides,
    hall,
    inbox,
    instances,
    items,
    language,
    letters,
    library,
    lifecycle,
    machines,
    matching,
    migration,
    migration_batches,
    my,
    my_answering,
    my_application,
    openings,
    people,
    personal_data,
    phrases,
    policies,
    refused,
    registering,
    results,
    scenarios,
    signing_in,
    standing,
    starting,
    stuck,
    table_editor,
    task,
    task_moves,
    task_verbs,
    visiting,
    window,
    window_case,
    work,
)
from service.pages.site import furnish, pages
from service.wiring import EXTENSION

#: The screens, in the order in which the navigation offers them.
SCREENS = (
    signing_in,
    registering,
    work,
    inbox,
    bulk,
    table_editor,
    task,
    window,
    window_case,
    task_moves,
    task_verbs,
    standing,
    phrases,
    starting,
    lifecycle,
    policies,
    items,
    guides,
    results,
    instances,
    stuck,
    comparing,
    definitions,
    form_editor,
    form_preview,
    scenarios,
    migration,
    migration_batches,
    calendar,
    people,
    attachments,
    letters,
    my,
    my_application,
    my_answering,
    applying,
    agents,
    personal_data,
    language,
    hall,
    library,
    matching,
    openings,
    machines,
    visiting,
    gallery,
)


def register(app: Flask) -> None:
    """Serve the pages, and show refusals as pages to people."""
    furnish(app)
    language.install(app)
    visiting.install(app)
    app.register_blueprint(pages)
    app.extensions[EXTENSION].show_refusal = refused.show
