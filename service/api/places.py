"""Which definition an address means."""

from __future__ import annotations

from processes.errors import NotFound
from processes.vocabulary import DefinitionKind
from service.orchestration.drafts import Place

#: How a definition stands in addresses: its kind and its key, a form's with its stage.
PLACE = "/<string:kind>/<path:key>"


def asked_place(kind: str, key: str) -> Place:
    """The definition of an address. Raises NotFound for a kind there is not."""
    try:
        return Place(DefinitionKind(kind), key)
    except ValueError as error:
        raise NotFound(f"没有“{kind}”这一类定义。请核对地址。") from error
