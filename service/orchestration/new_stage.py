"""Begin something new in the library: a stage from a template, or a copy of what there is; both become drafts."""

from __future__ import annotations

import re

import orjson

from processes.actors import Actor
from processes.errors import BadRequest, Conflict, NotFound
from processes.stage_templates import files_of
from processes.vocabulary import DefinitionKind
from service import permissions
from service.orchestration.drafts import Place, put_draft
from service.orchestration.file_kinds import identify
from service.orchestration.runtime import Runtime, Unit, transaction
from storage.definitions import find_definition, get_definition
from storage.drafts import list_drafts

_STAGE_KEY = re.compile(r"[a-z][a-z0-9_]{1,39}")
_FORM_KEY = re.compile(r"[a-z][a-z0-9_]{1,39}(/[a-z][a-z0-9_]{1,39})?")
LONGEST_TITLE = 60


def begin_stage(runtime: Runtime, template: str, key: str, title: str, *, by: Actor) -> list[Place]:
    """Diagram, forms and scenarios of a template as the person's drafts, all or none; what was made.

    Raises BadRequest for a key or title that cannot be, NotFound for no such template, Conflict for a key in use.
    """
    permissions.require(by, "draft")
    said = title.strip()
    if not _STAGE_KEY.fullmatch(key):
        raise BadRequest("标识只能用小写英文字母、数字和下划线，以字母开头，例如 seal_check。")
    if not said or len(said) > LONGEST_TITLE or not said.isprintable():
        raise BadRequest(f"请填写名称，最多 {LONGEST_TITLE} 字。")
    try:
        files = files_of(template, key, said)
    except KeyError as error:
        raise NotFound("没有这个模板。请从列表中选择。") from error
    return transaction(runtime, by, lambda unit: [_begin(unit, name, content) for name, content in files.items()])


def _begin(unit: Unit, name: str, content: bytes) -> Place:
    kind, key, _ = identify(name, content)[0]
    return _put_new(unit, Place(kind, key), content)


def copy_definition(runtime: Runtime, of: Place, key: str, *, by: Actor) -> Place:
    """The newest version of a diagram or form as the person's draft under another key.

    Raises NotFound, BadRequest for a key that cannot be or a kind that is not copied, Conflict for a key in use.
    """
    permissions.require(by, "draft")
    stored = get_definition(runtime.session(), by.district_id, of.kind, of.key)
    if of.kind is DefinitionKind.PROCESS and _STAGE_KEY.fullmatch(key):
        content = _renamed_diagram(stored.content, of.key, key)
    elif of.kind is DefinitionKind.FORM and _FORM_KEY.fullmatch(key):
        content = orjson.dumps(
            {**orjson.loads(stored.content), "id": key.replace("/", "_")}, option=orjson.OPT_INDENT_2
        )
    elif of.kind in (DefinitionKind.PROCESS, DefinitionKind.FORM):
        raise BadRequest("标识只能用小写英文字母、数字和下划线，以字母开头；表单可以带阶段，例如 review/check_seal。")
    else:
        raise BadRequest("只能复制流程图和表单。")
    return transaction(runtime, by, lambda unit: _put_new(unit, Place(of.kind, key), content))


def _renamed_diagram(content: bytes, old: str, new: str) -> bytes:
    """The process id, wherever the file points to it; everything else stays byte for byte."""
    pattern = rb'((?:\s)(?:id|processRef|bpmnElement)=")' + re.escape(old.encode()) + rb'"'
    return re.sub(pattern, rb"\g<1>" + new.encode() + b'"', content)


def _put_new(unit: Unit, place: Place, content: bytes) -> Place:
    taken = find_definition(unit.session, unit.district_id, place.kind, place.key) is not None
    drafted = any(row.kind == place.kind for row in list_drafts(unit.session, unit.district_id, key=place.key))
    if taken or drafted:
        raise Conflict(f"标识“{place.key}”已经用过了，请换一个。")
    put_draft(unit, place, content, base_version=None, revision=0)
    return place
