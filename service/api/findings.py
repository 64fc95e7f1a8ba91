"""How findings and assessments look in answers."""

from __future__ import annotations

from marshmallow import fields

from service.api.blueprint import ApiSchema


class FindingAnswer(ApiSchema):
    """One thing the checks found. An `error` stops a publication, a `warning` does not."""

    code = fields.String(required=True)
    severity = fields.String(required=True)
    element_id = fields.String(required=True, allow_none=True)
    line = fields.Integer(required=True, allow_none=True)
    file = fields.String(required=True, allow_none=True)
    message = fields.String(required=True)
    path = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "the counter-example: ids of elements and flows in order"},
    )


class OpenElementAnswer(ApiSchema):
    """How many running instances stand at an element; `kept` is false when the new version no longer has it."""

    element_id = fields.String(required=True)
    name = fields.String(required=True)
    count = fields.Integer(required=True)
    kept = fields.Boolean(required=True)


class VersionImpactAnswer(ApiSchema):
    """The running instances of one published version; they stay on it."""

    version = fields.Integer(required=True)
    instances = fields.Integer(required=True)
    elements = fields.List(fields.Nested(OpenElementAnswer), required=True)


class ImpactAnswer(ApiSchema):
    """Whom a new version of a process meets; `newest` is null for a new process."""

    key = fields.String(required=True)
    title = fields.String(required=True)
    newest = fields.Integer(required=True, allow_none=True)
    instances = fields.Integer(required=True)
    versions = fields.List(fields.Nested(VersionImpactAnswer), required=True)


class NoveltyAnswer(ApiSchema):
    """A handler or an expression that the version in force does not have."""

    kind = fields.String(required=True)
    file = fields.String(required=True)
    element_id = fields.String(required=True)
    text = fields.String(required=True)
    sentence = fields.String(required=True)


class DefinitionChangeAnswer(ApiSchema):
    """One change against the version in force; `sentence` says it in Chinese."""

    element_id = fields.String(required=True)
    element_name = fields.String(required=True)
    kind = fields.String(required=True)
    what = fields.String(required=True)
    old = fields.String(required=True, allow_none=True)
    new = fields.String(required=True, allow_none=True)
    sentence = fields.String(required=True)


class FileChangesAnswer(ApiSchema):
    """What a file changes; `version` is that in force, null for something new."""

    file = fields.String(required=True)
    title = fields.String(required=True)
    version = fields.Integer(required=True, allow_none=True)
    changes = fields.List(fields.Nested(DefinitionChangeAnswer), required=True)


class ScenarioOutcomeAnswer(ApiSchema):
    """One scenario that was run with the files; `sentence` is the first difference, empty when it passed."""

    key = fields.String(required=True)
    title = fields.String(required=True)
    name = fields.String(required=True)
    passed = fields.Boolean(required=True)
    sentence = fields.String(required=True)


class AssessmentAnswer(ApiSchema):
    """All that is known before a publication; `ok` is false when an error stands against it.

    A scenario that fails is none: whoever approves may give a reason (`override`).
    """

    ok = fields.Boolean(required=True)
    findings = fields.List(fields.Nested(FindingAnswer), required=True)
    impact = fields.List(fields.Nested(ImpactAnswer), required=True)
    novelties = fields.List(fields.Nested(NoveltyAnswer), required=True)
    changes = fields.List(fields.Nested(FileChangesAnswer), required=True)
    scenario_results = fields.List(fields.Nested(ScenarioOutcomeAnswer), required=True)
    scenario_findings = fields.List(fields.Nested(FindingAnswer), required=True)
