"""A report as plain values, for the API and the page."""

from __future__ import annotations

from typing import Any

from processes.scenarios import Coverage, OpenElement, Snapshot, Trace
from service.orchestration.trying import CaseResult, KeyReport, ScenarioResult


def report_data(report: KeyReport) -> dict[str, Any]:
    """The scenarios of one key with their traces, and the coverage of the whole set."""
    return {
        "key": report.key,
        "title": report.title,
        "ok": not report.failed,
        "results": [_result(each) for each in report.results],
        "coverage": None if report.coverage is None else coverage_data(report.coverage),
    }


def _result(result: ScenarioResult | CaseResult) -> dict[str, Any]:
    difference = result.difference
    told = {
        "name": result.name,
        "passed": result.passed,
        "difference": None
        if difference is None
        else {"sentence": difference.sentence, "element_id": difference.element, "step": difference.step},
    }
    return told if isinstance(result, CaseResult) else {**told, **_trace(result.trace)}


def _trace(trace: Trace) -> dict[str, Any]:
    return {
        "state": trace.state,
        "end": trace.end,
        "stopped_at": trace.stopped_at,
        "sent": list(trace.sent),
        "started": list(trace.started),
        "visits": [
            {"process": each.process, "id": each.element, "name": each.name, "kind": each.kind, "step": each.step}
            for each in trace.visits
        ],
        "snapshots": [_snapshot(each) for each in trace.snapshots],
    }


def _snapshot(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "step": snapshot.step,
        "words": snapshot.words,
        "at": snapshot.at.isoformat(),
        "refused": snapshot.refused,
        "note": snapshot.note,
        "variables": dict(snapshot.variables),
        "open": [_open(each) for each in snapshot.open],
    }


def _open(element: OpenElement) -> dict[str, Any]:
    return {
        "process": element.process,
        "id": element.element,
        "name": element.name,
        "kind": element.kind,
        "post": element.post,
        "item": element.item,
        "form": element.form,
        "message": element.message,
        "attached_to": element.attached_to,
        "due_on": None if element.due_on is None else element.due_on.isoformat(),
        "due_at": None if element.due_at is None else element.due_at.isoformat(),
        "outputs": list(element.outputs),
        "calls": element.calls,
    }


def coverage_data(coverage: Coverage) -> dict[str, Any]:
    """Every element and flow of the diagram with how often it was passed."""
    return {
        "flow_share": coverage.flow_share,
        "element_share": coverage.element_share,
        "flows": [_place(each.id, each.name, each.kind, coverage) for each in coverage.ground.flows],
        "elements": [_place(each.id, each.name, each.kind, coverage) for each in coverage.ground.elements],
    }


def _place(place_id: str, name: str, kind: str, coverage: Coverage) -> dict[str, Any]:
    return {"id": place_id, "name": name, "kind": kind, "passed": coverage.passed.get(place_id, 0)}
