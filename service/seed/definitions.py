"""The shipped diagrams, forms and decision tables, deployed at first start."""

from __future__ import annotations

from importlib import resources

from forms.registry import shipped_forms
from processes.actors import Actor
from service.orchestration.deployments import DeploymentResult, deploy
from service.orchestration.runtime import Runtime


def shipped_files() -> dict[str, bytes]:
    """File name -> bytes of everything under processes/bpmn/ and forms/."""
    files = {
        entry.name: entry.read_bytes()
        for entry in sorted((resources.files("processes") / "bpmn").iterdir(), key=lambda each: each.name)
        if entry.name.endswith((".bpmn", ".dmn", ".scenarios"))
    }
    files.update({f"{key}.form": source for key, source in shipped_forms().items()})
    return files


def deploy_shipped(runtime: Runtime, *, by: Actor) -> DeploymentResult:
    """Publish what is shipped; what is published already stays as it is (a newer file is offered, not forced).

    The scenarios are not run here: the tests of the product have proven them.
    """
    return deploy(runtime, shipped_files(), by=by, comment="随产品提供的初始版本", proven=True)
