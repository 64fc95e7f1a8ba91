"""Hostile files end in findings: never an exception, never a long wait, never a file or address opened."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processes.checks import Finding, describe, has_errors
from tests.processes.checks.drawing import HEAD, check_one, diagram, multi, operator, properties, timer
from tests.processes.checks.faults import PLAIN, inner

#: Generous: the machine is shared. The reliability target is 2 seconds.
SECONDS = 6.0
ROOT = HEAD.split("\n", 1)[1]
BOMB = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 12))
DEEP = "<bpmn:process id='demo'>" + "<bpmn:subProcess>" * 5_000 + "</bpmn:subProcess>" * 5_000 + "</bpmn:process>"


def _chain(length: int) -> bytes:
    names = [f"t{index}" for index in range(length)]
    return diagram(" ".join([*(f"U:{name}" for name in names), "S:s E:e", ">".join(["s", *names, "e"])]))


def _many_gateways(count: int) -> bytes:
    """A ladder of parallel regions beside each other: as many states as the game allows."""
    words = ["S:s", "E:e", "P:f", "P:j", "s>f", "j>e"]
    for index in range(count):
        words += [f"X:m{index}", f"U:a{index}", f"X:g{index}", f"f>m{index}>a{index}>g{index}", f"g{index}>j*"]
        words += [f"g{index}>m{index}?1=2"]
    return diagram(" ".join(words))


FILES: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "not XML": lambda: b"this is no diagram",
    "binary": lambda: bytes(range(256)) * 40,
    "a NUL byte": lambda: diagram(PLAIN).replace(b"name=", b"na\0me=", 1),
    "cut off": lambda: diagram(PLAIN)[:-40],
    "entity bomb": lambda: f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY e0 "ha">{BOMB}]>{ROOT}&e11;'.encode(),
    "external entity": lambda: (
        f'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>{ROOT}<bpmn:documentation>&x;</bpmn:documentation>'
        "</bpmn:definitions>"
    ).encode(),
    "external document type": lambda: (
        f'<!DOCTYPE d SYSTEM "http://127.0.0.1:9/never.dtd">{ROOT}</bpmn:definitions>'
    ).encode(),
    "parameter entity": lambda: (
        f'<!DOCTYPE d [<!ENTITY % p SYSTEM "file:///etc/hosts"> %p;]>{ROOT}</bpmn:definitions>'
    ).encode(),
    "document type in UTF-16": lambda: (
        f'<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE d [<!ENTITY x "y">]>{ROOT}</bpmn:definitions>'
    ).encode("utf-16"),
    "60 MB of small elements": lambda: ROOT.encode() + b"<bpmn:message/>" * 4_000_000 + b"</bpmn:definitions>",
    "4 MB of small elements": lambda: ROOT.encode() + b"<bpmn:message/>" * 280_000 + b"</bpmn:definitions>",
    "a huge attribute": lambda: diagram(PLAIN, attributes={"ask": f'name="{"甲" * 4_000_000}"'}),
    "deep nesting": lambda: f"{ROOT}{DEEP}</bpmn:definitions>".encode(),
    "a chain of 1,000 nodes": lambda: _chain(1_000),
    "another root": lambda: b"<html><body>x</body></html>",
    "a root without namespace": lambda: b"<definitions/>",
    "no process": lambda: f"{ROOT}</bpmn:definitions>".encode(),
    "an include": lambda: (
        f'{ROOT}<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/></bpmn:definitions>'
    ).encode(),
    "a wrong encoding": lambda: b'<?xml version="1.0" encoding="UTF-8"?><a>\xff\xfe</a>',
    "an unknown encoding": lambda: b'<?xml version="1.0" encoding="klingon"?><a/>',
    "no ids": lambda: diagram(PLAIN).replace(b' id="', b' name2="'),
    "flows to themselves": lambda: diagram("S:s X:g E:e s>g g>g?1=1 g>e*"),
    "boundary on itself": lambda: diagram("S:s U:ask B:b@b E:e s>ask>e b>e"),
}


def _checked(content: bytes, *, name: str = "demo.bpmn") -> list[Finding]:
    started = time.monotonic()
    findings = check_one(content, name=name)
    assert time.monotonic() - started < SECONDS
    return findings


@pytest.mark.parametrize("make", FILES.values(), ids=FILES.keys())
def test_a_hostile_file_is_refused_with_a_reason(make: Callable[[], bytes]) -> None:
    findings = _checked(make())
    assert has_errors(findings)
    assert all(one.message.endswith("。") and len(one.message) < 2_000 for one in findings)
    assert "root:" not in describe(findings)


@pytest.mark.parametrize("make", FILES.values(), ids=FILES.keys())
def test_a_hostile_file_is_refused_as_a_decision_table_too(make: Callable[[], bytes]) -> None:
    assert has_errors(_checked(make(), name="table.dmn"))


def test_a_board_with_too_many_states_is_not_decided_instead_of_explored_for_ever() -> None:
    findings = _checked(_many_gateways(12))
    assert {one.code for one in findings} == {"NOT_DECIDED"}
    assert not has_errors(findings)


HOSTILE_FEEL = [
    "__import__('os').system('id')",
    "().__class__.__bases__[0].__subclasses__()",
    "open('/etc/passwd')",
    "9**9**9**9**",
    "(" * 3_000 + "1" + ")" * 3_000,
    "[" * 500 + "]" * 500,
    "1+" * 5_000 + "1",
    '"' + "a" * 100_000,
    "not(" * 300 + "true" + ")" * 300,
    "if " * 400 + "true",
    "a" * 50_000,
    "{" + "a:{" * 300 + "}" * 300 + "}",
    "${jndi:ldap://127.0.0.1/x}",
    "'; drop table tasks; --",
    "\u202edecision = 1\u202c \x7f",
]


@pytest.mark.parametrize("text", HOSTILE_FEEL, ids=range(len(HOSTILE_FEEL)))
@pytest.mark.parametrize("place", ["condition", "timer", "parameter", "post", "script", "cardinality"])
def test_a_hostile_expression_is_refused_wherever_it_stands(text: str, place: str) -> None:
    places: dict[str, Callable[[], bytes]] = {
        "condition": lambda: diagram(f"S:s U:ask X:g E:yes E:no s>ask>g g>yes?{text.replace(' ', '~')} g>no*"),
        "timer": lambda: inner("", "", "S:s W:w E:e s>w>e", w=timer(f"= {text}")).content,
        "parameter": lambda: inner("", "", "S:s A:a E:e s>a>e", a=operator("notify", text=text)).content,
        "post": lambda: inner("", "", PLAIN, ask=properties(post=f"maker@{text}")).content,
        "script": lambda: (
            inner("", "", "S:s C:c E:e s>c>e", c=f"<bpmn:script><![CDATA[x = {text}]]></bpmn:script>").content
        ),
        "cardinality": lambda: inner("", "", PLAIN, ask=multi(cardinality=text)).content,
    }
    findings = _checked(places[place]())
    assert {one.code for one in findings} & {"EXPRESSION_INVALID", "SCRIPT_LINE", "UNKNOWN_NAME", "XML_REFUSED"}


BASE = diagram(
    "S:s X:m U:ask P:f A:act K:call P:j X:g E:e B:late@ask E:over s>m>ask>f f>act>j f>call>j j>g "
    "g>m?decision~=~1 g>e* late>over",
)


@settings(max_examples=150, deadline=None)
@given(
    cuts=st.lists(st.tuples(st.integers(0, len(BASE)), st.integers(0, 30), st.binary(max_size=12)), max_size=4),
)
def test_no_mutation_of_a_diagram_raises(cuts: list[tuple[int, int, bytes]]) -> None:
    content = BASE
    for at, length, filling in cuts:
        content = content[:at] + filling + content[at + length :]
    assert isinstance(describe(check_one(content)), str)


@settings(max_examples=80, deadline=None)
@given(
    kinds=st.lists(st.sampled_from("UACXPOVWTBKDRN"), min_size=1, max_size=9),
    ends=st.lists(st.tuples(st.integers(-1, 9), st.integers(0, 9)), max_size=24),
)
def test_no_wiring_of_elements_raises(kinds: list[str], ends: list[tuple[int, int]]) -> None:
    words = ["S:s", "E:e", *(f"{kind}:n{index}" + ("@n0" if kind == "B" else "") for index, kind in enumerate(kinds))]
    names = ["s", *(f"n{index}" for index in range(len(kinds))), "e"]
    words += [f"{names[(a + 1) % len(names)]}>{names[b % len(names)]}" for a, b in ends]
    assert isinstance(describe(check_one(diagram(" ".join(words)))), str)
