"""The check of a form file before publication, in the shape the diagram checks ask for."""

from __future__ import annotations

from forms.compiler import form_key
from forms.model import Field, keyed
from forms.reader import read_form
from processes.checks.catalogue import FormInfo, Values
from processes.checks.finding import Finding


def check_form(name: str, content: bytes) -> tuple[FormInfo | None, list[Finding]]:
    """The catalogue entry of a form file (None when it is no form) and everything wrong with it. Never raises."""
    read, findings = read_form(content, file=name)
    if read is None:
        return None, findings
    given = [field for field in keyed(read.fields) if field.output]
    choices = {field.output: values for field in given if field.output and (values := _closed(field))}
    outputs = tuple(field.output for field in given if field.output)
    fields = {field.key: field.label for field in keyed(read.fields) if field.is_answered}
    return FormInfo(form_key(read.id), read.title, outputs, choices, fields), findings


def _closed(field: Field) -> Values:
    """The values a field can put into task data, empty when the list is open or several may be chosen."""
    if field.type == "checkbox":
        return (True, False)
    if field.type in ("radio", "select") and field.values_key is None:
        return tuple(option.value for option in field.values)
    return ()
