"""A set of files checked as a whole: what one file brings, another may use."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from processes.checks import (
    choices,
    correspondence,
    covering,
    engine_view,
    events,
    expressions,
    flows,
    loops,
    multi_instance,
    references,
    scenarios,
    schema,
    soundness,
    structure,
    tables,
)
from processes.checks.catalogue import Catalogue, FormInfo, Values
from processes.checks.diagram import Diagram
from processes.checks.engine_view import EngineReader
from processes.checks.files import MAX_FILES, read_diagram, suffix_of
from processes.checks.finding import Finding, found, has_errors, in_order
from processes.checks.graph import cycles
from processes.checks.interface import interface_of
from processes.checks.names import known_names
from processes.scenarios.model import ScenarioFile

#: Faults that leave the board of the token game whole: it does not look at conditions.
ABOUT_CONDITIONS = frozenset(
    {"NO_DEFAULT", "NO_CONDITION", "CONDITION_IGNORED", "DEFAULT_UNKNOWN", "SINGLE_EXIT_CONDITION"}
)
#: Reads a form file: its catalogue entry (None when unusable) and findings. Given in, because forms live above.
FormChecker = Callable[[str, bytes], tuple[FormInfo | None, list[Finding]]]


@dataclass
class _Set:
    """What the files of a set bring, while they are read."""

    form_checker: FormChecker
    findings: list[Finding] = field(default_factory=list)
    forms: dict[str, FormInfo] = field(default_factory=dict)
    decisions: dict[str, tables.Decision] = field(default_factory=dict)
    diagrams: list[tuple[Diagram, bytes]] = field(default_factory=list)
    scenarios: dict[str, tuple[str, ScenarioFile]] = field(default_factory=dict)

    def add(self, name: str, content: bytes) -> None:
        """Read one file by its suffix."""
        readers = {
            ".form": self._form,
            ".dmn": self._table,
            ".bpmn": self._diagram,
            ".scenarios": self._scenarios,
        }
        reader = readers.get(suffix_of(name))
        if reader is None:
            text = f"文件 {name} 的类型不认识。请只上传 .bpmn、.dmn、.form 和 .scenarios 文件。"
            self.findings.append(found("UNKNOWN_FILE_TYPE", text, file=name))
        else:
            reader(name, content)

    def _form(self, name: str, content: bytes) -> None:
        form, said = self.form_checker(name, content)
        self.findings += said
        if form is not None:
            self.findings += _repeated(form.key, self.forms, what="表单", file=name)
            self.forms[form.key] = form

    def _table(self, name: str, content: bytes) -> None:
        brought, said = tables.check(name, content)
        self.findings += said
        if not has_errors(said):
            self.findings += covering.check(name, content)
        for decision in brought:
            self.findings += _repeated(decision.id, self.decisions, what="决策", file=name)
            self.decisions[decision.id] = decision

    def _scenarios(self, name: str, content: bytes) -> None:
        read, said = scenarios.read(name, content)
        self.findings += said
        if read is not None:
            self.findings += _repeated(read.key, self.scenarios, what="场景", file=name)
            self.scenarios[read.key] = (name, read)

    def _diagram(self, name: str, content: bytes) -> None:
        diagram, said = read_diagram(name, content)
        self.findings += said
        if diagram is not None:
            self.diagrams.append((diagram, content))


def check_files(
    files: Mapping[str, bytes],
    catalogue: Catalogue,
    form_checker: FormChecker,
    *,
    engine_reader: EngineReader | None = None,
) -> list[Finding]:
    """All findings about a set of files (`.bpmn .dmn .form .scenarios`), in order; none is an error when it is fit.

    Never raises on hostile content: every refusal is a finding. Forms, decisions and processes of the set
    count as known beside those of the catalogue. `engine_reader` lets the engine read each diagram that is
    otherwise without error.
    """
    if len(files) > MAX_FILES:
        return [found("TOO_MANY_FILES", f"一次上传了 {len(files)} 个文件，上限是 {MAX_FILES} 个。请分批上传。")]
    if not files:
        return [found("NO_FILES", "没有文件。请选择流程图、表单或决策表文件。")]
    read = _Set(form_checker)
    for name in sorted(files):
        read.add(name, files[name])
    whole = _joined(catalogue, read.forms, read.decisions, [diagram for diagram, _ in read.diagrams])
    findings = [*read.findings, *_set_of_processes([diagram for diagram, _ in read.diagrams])]
    outputs = {**catalogue.results, **{key: decision.values for key, decision in read.decisions.items()}}
    findings += correspondence.check([diagram for diagram, _ in read.diagrams], catalogue=whole)
    for diagram, content in read.diagrams:
        said = check_diagram(diagram, catalogue=whole, tables=outputs)
        if engine_reader is not None and not has_errors(said):
            said += engine_view.check(diagram, content, reader=engine_reader)
        findings += said
    drawn = {one.executable.id: one for one, _ in read.diagrams if one.executable is not None}
    for name, file in read.scenarios.values():
        findings += scenarios.check(name, file, diagram=drawn.get(file.key), catalogue=whole)
    return in_order(findings)


def check_diagram(
    diagram: Diagram, *, catalogue: Catalogue, tables: Mapping[str, Mapping[str, Values | None]]
) -> list[Finding]:
    """All findings about one read diagram.

    `tables` are the outputs of the decisions of the set and of published ones, each with its values (None: open).
    """
    findings = list(structure.check(diagram))
    told = {one.line for one in findings if one.code in ("DUPLICATE_ID", "MISSING_ID")}
    findings += [one for one in schema.check(diagram.root, file=diagram.file) if one.line not in told]
    known = known_names(diagram, catalogue=catalogue, tables={key: tuple(one) for key, one in tables.items()})
    findings += flows.check(diagram)
    findings += loops.check(diagram)
    of_shape = [one for one in findings if one.code not in ABOUT_CONDITIONS]
    if not has_errors(of_shape):  # the game is only fair on a board that is whole
        findings += soundness.check(diagram, called=catalogue.interfaces)
        findings += choices.check(diagram, catalogue=catalogue, tables=tables)
    findings += events.check(diagram)
    findings += multi_instance.check(diagram)
    findings += expressions.check(diagram, known=known)
    findings += references.check(diagram, catalogue=catalogue)
    return findings


def _joined(
    catalogue: Catalogue,
    forms: Mapping[str, FormInfo],
    decisions: Mapping[str, tables.Decision],
    diagrams: list[Diagram],
) -> Catalogue:
    processes = {one.executable.id: one.executable.name for one in diagrams if one.executable is not None}
    return catalogue.joined(
        forms=forms,
        decisions={key: decision.title for key, decision in decisions.items()},
        processes=processes,
        elements={node.id for diagram in diagrams for node in diagram.nodes() if node.id},
        interfaces={one.executable.id: interface_of(one) for one in diagrams if one.executable is not None},
    )


def _repeated(key: str, earlier: Mapping[str, object], *, what: str, file: str) -> Iterator[Finding]:
    if key in earlier:
        text = f"{what} {key} 在这批文件中出现了两次。请只保留一个，或改用不同的编号。"
        yield found("KEY_REPEATED", text, file=file, element_id=key)


def _set_of_processes(diagrams: list[Diagram]) -> Iterator[Finding]:
    earlier: dict[str, Diagram] = {}
    calls: dict[str, list[str]] = {}
    for diagram in diagrams:
        process = diagram.executable
        if process is None:
            continue
        yield from _repeated(process.id, earlier, what="流程", file=diagram.file)
        earlier[process.id] = diagram
        called = (node.element.get("calledElement", "") for node in diagram.nodes() if node.kind == "callActivity")
        calls[process.id] = [one for one in called if one]
    for part in cycles({key: [one for one in targets if one in calls] for key, targets in calls.items()}):
        first = min(part)
        process = earlier[first].executable
        if process is not None:
            names = "、".join(sorted(part))
            yield process.says("CALL_CYCLE", f"经过调用又回到自己（{names}）。请确认有条件使调用停止，否则会无限启动。")
