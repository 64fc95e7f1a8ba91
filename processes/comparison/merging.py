"""Three-way merge of two changed versions of a file with the version both began with.

What only one side changed is taken; what both changed alike is taken once; what both changed differently is a
`Conflict`, and the content keeps the own side (`mine`), so that nobody's work disappears without a word.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath

from processes.comparison.change import Conflict, Merged
from processes.comparison.merging_documents import merge_documents
from processes.comparison.merging_trees import merge_trees
from processes.errors import BadRequest

_MERGES: dict[str, Callable[[bytes, bytes, bytes], tuple[bytes, list[Conflict]]]] = {
    ".bpmn": merge_trees,
    ".dmn": merge_trees,
    ".form": merge_documents,
    ".scenarios": merge_documents,
}


def merge(name: str, base: bytes, mine: bytes, theirs: bytes) -> Merged:
    """One file with the changes of both sides; `name` tells its kind by its ending.

    Bytes of a side that alone changed something come out as they are. Raises BadRequest for another kind of file,
    DefinitionRefused for content that cannot be read.
    """
    merging = _MERGES.get(PurePosixPath(name).suffix)
    if merging is None:
        raise BadRequest(f"不能合并这种文件：{name}。可以合并流程图、表单、决策表和试运行用例。")
    if mine in (base, theirs):
        return Merged(theirs, ())
    if theirs == base:
        return Merged(mine, ())
    content, conflicts = merging(base, mine, theirs)
    return Merged(content, tuple(conflicts))
