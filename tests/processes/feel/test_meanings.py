"""The list of functions that the designer offers."""

from __future__ import annotations

import re

from processes.feel.builtins import BUILTINS
from processes.feel.meanings import list_functions
from processes.feel.names import HOST_FUNCTIONS


def test_every_function_that_can_be_called_is_offered_with_a_chinese_meaning() -> None:
    offered = {one.name: one.meaning for one in list_functions()}

    assert set(offered) == {*BUILTINS, *HOST_FUNCTIONS}
    assert [name for name, text in offered.items() if not re.search("[\u4e00-\u9fff]", text)] == []
