"""The editor of decision tables: the newest version with the tests beside it, or a new table."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import quoteattr

from flask import jsonify, request, url_for
from werkzeug.wrappers import Response

from processes.decisions.coverage import Coverage, Region
from processes.decisions.model import Table
from processes.errors import NotFound
from processes.vocabulary import DefinitionKind
from service.entrance import allows, current_actor
from service.orchestration.table_analysis import TableAnalysis, analyse_table
from service.pages.site import page, pages
from service.pages.translation import gettext
from service.wiring import runtime, session
from storage.definitions import find_definition

_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")


@pages.get("/table-editor/<key>")
@allows("draft")
def table_editor(key: str) -> tuple[str, int]:
    """The editor on the newest version of a decision, or on an empty table when there is none of that key."""
    district_id = current_actor().district_id
    if not _KEY.fullmatch(key):
        raise NotFound("决策表标识只能用英文字母、数字和下划线，且以字母开头。")
    newest = find_definition(session(), district_id, DefinitionKind.DECISION, key)
    tests = find_definition(session(), district_id, DefinitionKind.SCENARIOS, key)
    settings: dict[str, Any] = {
        "key": key,
        "checksUrl": "/api/v1/process-definitions/checks",
        "publicationsUrl": "/api/v1/publication-requests",
        "analysisUrl": url_for("pages.analyse", key=key),
        "draftUrl": f"/api/v1/drafts/decision/{key}",
        "testsDraftUrl": f"/api/v1/drafts/scenarios/{key}",
        "content": _empty_table(key) if newest is None else newest.content.decode(),
        "tests": None if tests is None else tests.content.decode(),
        "baseVersion": newest and newest.version,
        "testsBaseVersion": tests and tests.version,
    }
    title = gettext("新决策表") if newest is None else newest.title
    return page("table_editor.html", key=key, title=title, version=newest and newest.version, settings=settings)


@pages.post("/table-editor/<key>/analysis")
@allows("draft")
def analyse(key: str) -> Response:
    """What the table in the request (`content`, with `tests` beside it) leaves open, and how its tests go."""
    files = {f"{key}.dmn": request.form.get("content", "").encode()}
    if "tests" in request.form:
        files[f"{key}.scenarios"] = request.form["tests"].encode()
    return jsonify(_as_json(analyse_table(runtime(), key, files, by=current_actor())))


def _as_json(seen: TableAnalysis) -> dict[str, Any]:
    return {
        "findings": [asdict(each) for each in seen.findings],
        "table": None if seen.table is None else _table(seen.table, seen.names),
        "coverage": None if seen.coverage is None else _coverage(seen.coverage),
        "tested": [asdict(each) for each in seen.tested],
    }


def _table(table: Table, names: tuple[tuple[str, ...], ...]) -> dict[str, Any]:
    return {
        "policy": table.hit_policy,
        "inputs": [
            {"id": column.id, "label": column.label, "type": column.type, "names": list(read)}
            for column, read in zip(table.inputs, names, strict=True)
        ],
        "outputs": [{"name": each.name, "label": each.label, "type": each.type} for each in table.outputs],
        "rules": [{"id": rule.id, "number": rule.number} for rule in table.rules],
    }


def _coverage(seen: Coverage) -> dict[str, Any]:
    return {
        "gaps": None if seen.gaps is None else [_region(each) for each in seen.gaps],
        "overlaps": [
            {
                "first": each.first,
                "second": each.second,
                "first_id": each.first_id,
                "second_id": each.second_id,
                "sentence": each.region.sentence,
                "matters": each.matters,
            }
            for each in seen.overlaps
        ],
        "hidden": [{"id": rule.id, "number": rule.number} for rule in seen.hidden],
        "undecided": [{"sentence": each.sentence, "rule_id": each.rule_id} for each in seen.undecided],
        "truncated": seen.truncated,
    }


def _region(region: Region) -> dict[str, Any]:
    return {
        "cells": list(region.cells),
        "sentence": region.sentence,
        "example": [_example(each) for each in region.example],
    }


def _example(value: Any) -> Any:
    """A value as a test gives it: process data holds days as text."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def _empty_table(key: str) -> str:
    """A table with one condition and one result, to begin with."""
    name = quoteattr(gettext("新决策表"))
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="{key}_file" name={name} namespace="http://zhida/dmn">
  <decision id="{key}" name={name}>
    <decisionTable id="{key}_table" hitPolicy="UNIQUE">
      <input id="{key}_input" label={quoteattr(gettext("条件"))}>
        <inputExpression id="{key}_input_expression" typeRef="string"><text>condition</text></inputExpression>
      </input>
      <output id="{key}_output" label={quoteattr(gettext("结果"))} name="{key}" typeRef="string" />
    </decisionTable>
  </decision>
</definitions>
"""
