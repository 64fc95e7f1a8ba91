"""Messages between diagrams: one that is waited for must come from somewhere, one that is sent should be awaited."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from processes.checks.catalogue import Catalogue
from processes.checks.diagram import Diagram, Node
from processes.checks.finding import Finding
from processes.checks.interface import message_of, throws


def check(diagrams: Sequence[Diagram], *, catalogue: Catalogue) -> Iterator[Finding]:
    """MESSAGE_NOBODY_SENDS and MESSAGE_NOBODY_AWAITS over a set and everything published beside it.

    Nothing is said when the catalogue does not know who sends messages outside diagrams.
    """
    if catalogue.messages is None:
        return
    own = {one.executable.id for one in diagrams if one.executable is not None}
    published = [each for key, each in catalogue.interfaces.items() if key not in own]
    nodes = [(node, name) for one in diagrams for node in one.nodes() if (name := message_of(node))]
    sent = {name for node, name in nodes if throws(node)} | {name for each in published for name in each.sends}
    sent |= set(catalogue.messages) | {name for each in catalogue.handlers.values() for name in each.messages}
    awaited = {name for node, name in nodes if not throws(node)}
    awaited |= {name for each in published for name in each.receives}
    for node, name in nodes:
        if throws(node) and name not in awaited:
            text = f"发出的消息“{name}”没有任何流程等待。请核对消息名称，或在接收方加上等待它的事件。"
            yield node.says("MESSAGE_NOBODY_AWAITS", text)
        elif not throws(node) and name not in sent:
            yield _never_sent(node, name)


def _never_sent(node: Node, name: str) -> Finding:
    text = f"等待的消息“{name}”没有任何流程、办理动作或页面发出，会一直等下去。请核对消息名称，或补上发出它的环节。"
    return node.says("MESSAGE_NOBODY_SENDS", text)
