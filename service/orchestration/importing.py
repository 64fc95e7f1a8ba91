"""A foreign diagram examined, treated and taken over as a draft."""

from __future__ import annotations

from collections.abc import Mapping

from processes import doctor
from processes.actors import Actor
from processes.checks import Catalogue
from processes.clock import business_date
from processes.doctor import Diagnosis, Treated
from processes.errors import BadRequest
from processes.vocabulary import DefinitionKind
from service import permissions
from service.catalogue import build_catalogue
from service.orchestration.drafts import Place, save_draft
from service.orchestration.runtime import Runtime
from storage.definitions import find_definition
from storage.drafts import find_draft

#: A diagram larger than this was not drawn by a person (bytes).
LARGEST_IMPORT = 2_000_000


def examine(runtime: Runtime, content: bytes, *, by: Actor) -> Diagnosis:
    """What keeps the file from running here. Raises BadRequest for a size, DefinitionRefused for what is no BPMN."""
    permissions.require(by, "draft")
    _check_size(content)
    return doctor.examine(content, _catalogue(runtime, by))


def treat(
    runtime: Runtime, content: bytes, fixes: Mapping[str, str | None], *, all_certain: bool = False, by: Actor
) -> Treated:
    """The file after the named fixes with what was picked for each; with `all_certain`, after every certain one too."""
    permissions.require(by, "draft")
    _check_size(content)
    return doctor.treat(content, fixes, _catalogue(runtime, by), all_certain=all_certain)


def take_over(runtime: Runtime, content: bytes, *, by: Actor) -> str:
    """Keep the file as the person's draft; the key of its process, which the designer opens.

    Raises BadRequest when no process is chosen yet, DraftLocked while somebody else edits that process.
    """
    key = examine(runtime, content, by=by).process_key
    if key is None:
        raise BadRequest("还没有选定要运行的流程，请先在诊断里选择，再存为草稿。")
    session, place = runtime.session(), Place(DefinitionKind.PROCESS, key)
    newest = find_definition(session, by.district_id, DefinitionKind.PROCESS, key)
    draft = find_draft(session, by.district_id, DefinitionKind.PROCESS, key, by.id)
    if draft is not None:
        raise BadRequest(f"您已有流程“{key}”的草稿。请先在设计器里发布或放弃它，再导入。")
    base = None if newest is None else newest.version
    save_draft(runtime, place, content, base_version=base, revision=0, by=by)
    return key


def _check_size(content: bytes) -> None:
    if not content.strip():
        raise BadRequest("没有收到流程图。请选择文件，或粘贴它的内容。")
    if len(content) > LARGEST_IMPORT:
        raise BadRequest(f"文件超过 {LARGEST_IMPORT // 1_000_000} MB，请拆成较小的流程图后再导入。")


def _catalogue(runtime: Runtime, by: Actor) -> Catalogue:
    today = business_date(runtime.clock.now())
    return build_catalogue(runtime.session(), by.district_id, runtime.handlers, runtime.definitions, on=today)
