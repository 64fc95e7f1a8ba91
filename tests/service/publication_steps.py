"""Files to publish and the steps on which several tests of publication agree."""

from __future__ import annotations

from dataclasses import replace

from processes.vocabulary import DefinitionKind
from service.orchestration.deployments import deploy
from service.orchestration.drafts import Place
from storage.definitions import get_definition
from storage.models.definitions import Definition
from tests.processes.checks.drawing import diagram, properties
from tests.world import DISTRICT, World

ERRAND_PLACE = Place(DefinitionKind.PROCESS, "errand")
NAME = "errand.bpmn"


def errand(title: str = "第一版", *, organisation: str = "STB", extra: bool = False) -> bytes:
    """A small process: written at the window, read in a department, and perhaps looked at once more."""
    steps = "S:begun U:write_note U:read_note U:look_again E:done begun>write_note>read_note>look_again>done"
    return diagram(
        steps if extra else steps.replace("U:look_again ", "").replace("look_again>", ""),
        key="errand",
        inner={
            "write_note": properties(post='window_clerk@"SVC"', outputs="note:text, amount:integer"),
            "read_note": properties(post=f'maker@"{organisation}"', separate_from="write_note"),
            **({"look_again": properties(post='maker_head@"STB"')} if extra else {}),
        },
        process=properties(starters="window_clerk"),
    ).replace("演示".encode(), title.encode())


def publish_errand(world: World, content: bytes | None = None) -> None:
    """The process above as the version in force."""
    deploy(world.runtime, {NAME: content or errand()}, by=world.actor("publisher"), comment="试用")


def ask_for_two(world: World) -> None:
    """From now on a second person has to agree to publications."""
    world.zhida.runtime = world.runtime = replace(world.runtime, second_person=True)


def versions(world: World, key: str = "errand") -> list[int]:
    return sorted(row.version for row in world.rows(Definition, key=key))


def newest(world: World, key: str = "errand") -> bytes:
    return get_definition(world.session, DISTRICT, DefinitionKind.PROCESS, key).content
