"""Every form delivered with the product compiles, and stands under the key its id says."""

from __future__ import annotations

from forms.checking import check_form
from forms.compiler import compile_form
from forms.registry import rules_for, shipped_forms
from processes.stages import TITLES


def test_every_shipped_form_compiles_under_its_key() -> None:
    faults = {key: [one.message for one in check_form(key, source)[1]] for key, source in shipped_forms().items()}

    assert {key: said for key, said in faults.items() if said} == {}
    assert [key for key, source in shipped_forms().items() if compile_form(source).key != key] == []


def test_forms_stand_in_folders_named_after_stages() -> None:
    assert {key.partition("/")[0] for key in shipped_forms()} <= {*TITLES, "generic"}


def test_every_shipped_rule_belongs_to_a_shipped_form() -> None:
    for key in shipped_forms():
        rules = rules_for(key)
        assert rules is None or callable(rules)


def test_a_form_of_a_process_owner_has_no_rules_of_ours() -> None:
    assert rules_for("my_own_form") is None
    assert rules_for("os/path") is None
