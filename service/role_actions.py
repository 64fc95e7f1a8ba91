"""What each role may do as such; `permissions` decides with it, nothing else reads it."""

from __future__ import annotations

#: What a role may do that does not depend on a task. Source: domain reference section 5.
ROLE_ACTIONS: dict[str, frozenset[str]] = {
    "admin": frozenset(
        (
            "start_any",
            "suspend",
            "terminate",
            "assign",
            "retry",
            "read_all",
            "manage_people",
            "manage_calendar",
            "move_dates",
            "send_message",
            "migrate",
            "read_migration",
        )
    ),
    "process_owner": frozenset(
        ("deploy", "draft", "try_out", "ask_publication", "retire", "read_requests", "read_migration")
    ),
    "publisher": frozenset(
        (
            "deploy",
            "draft",
            "try_out",
            "ask_publication",
            "approve_publication",
            "retire",
            "read_requests",
            "read_migration",
        )
    ),
    "analyst": frozenset(("read_all", "retry", "migrate", "read_migration")),
    "auditor": frozenset(("read_all", "verify_audit", "export", "read_migration")),
    "supervisor": frozenset(("read_all",)),
    "maker": frozenset(("move_dates",)),
    "applicant": frozenset(("apply_for_oneself",)),
    "window_clerk": frozenset(("work_at_desk",)),
    "platform_clerk": frozenset(("work_at_desk",)),
}

#: Actions that only need somebody signed in.
ANYONE_SIGNED_IN = frozenset(
    ("read_own", "read_policies", "read_definitions", "read_calendar", "check", "start", "work_on_tasks", "upload")
)

#: Every action there is: a route that names another one is a mistake.
ACTIONS = ANYONE_SIGNED_IN.union(*ROLE_ACTIONS.values())
