"""The check of a form file before publication, in the shape the diagram checks ask for."""

from __future__ import annotations

from forms.compiler import form_key
from forms.model import keyed
from forms.reader import read_form
from processes.checks.catalogue import FormInfo
from processes.checks.finding import Finding


def check_form(name: str, content: bytes) -> tuple[FormInfo | None, list[Finding]]:
    """The catalogue entry of a form file (None when it is no form) and everything wrong with it. Never raises."""
    read, findings = read_form(content, file=name)
    if read is None:
        return None, findings
    outputs = tuple(field.output for field in keyed(read.fields) if field.output)
    return FormInfo(key=form_key(read.id), title=read.title, outputs=outputs), findings
