"""Reads the JSON of a form into the model and says everything that is wrong with it, in one go."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from forms import subset
from forms.model import CHOICES, PERSONAL_KINDS, SHOWN_ONLY, Field, keyed
from forms.patterns import pattern_problem
from forms.settings import Component, is_true, key_of, label_of, name_of, read_length, read_number, read_option
from processes import feel
from processes.checks.finding import Finding

_KEY = re.compile(r"[^\W\d]\w{0,63}")
_FORM_ID = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,99}")


@dataclass(frozen=True, slots=True)
class FormSource:
    """A form as read. `title` is the `title` entry of the form's own properties, or its id."""

    id: str
    title: str
    fields: tuple[Field, ...]


def read_form(source: bytes, *, file: str | None = None) -> tuple[FormSource | None, list[Finding]]:
    """The form in `source` (None when it is not even a form) and all findings. Never raises on bad content."""
    reader = _Reader(file)
    data = reader.parse(source)
    if data is None:
        return None, reader.findings
    fields = reader.components(data["components"], inside="form")
    reader.conditions(fields)
    reader.outputs(fields)
    properties = data.get("properties")
    title = properties.get("title") if isinstance(properties, dict) else None
    return FormSource(data["id"], str(title or data["id"]), fields), reader.findings


@dataclass
class _Reader:
    """Collects findings while components become fields."""

    file: str | None
    findings: list[Finding] = field(default_factory=list)
    count: int = 0

    def refuse(self, code: str, message: str, *, key: str | None = None) -> None:
        self.findings.append(Finding(code, "error", key, None, self.file, message))

    def parse(self, source: bytes) -> dict[str, Any] | None:
        """The form's JSON when it is a form at all."""
        if len(source) > subset.MAX_BYTES:
            self.refuse("FORM_TOO_LARGE", f"表单超过 {subset.MAX_BYTES // 1024} KB，请拆成几个表单。")
            return None
        try:
            data = orjson.loads(source)
        except orjson.JSONDecodeError as error:
            self.refuse("FORM_NOT_JSON", f"表单不是合法的 JSON：{error}。请用表单编辑器导出。")
            return None
        if not isinstance(data, dict) or not isinstance(data.get("components"), list):
            self.refuse("FORM_NOT_JSON", "文件里没有表单（缺少 components），请用表单编辑器导出。")
            return None
        if not isinstance(data.get("id"), str) or not _FORM_ID.fullmatch(data["id"]):
            self.refuse("FORM_ID_INVALID", "表单标识（id）应由英文字母、数字和下划线组成，并以字母开头。")
            return None
        for name in sorted(set(data) - subset.TOP_LEVEL):
            self.refuse("FORM_SETTING_UNKNOWN", f"表单设置“{name}”不受支持，请删除。")
        return data

    def components(self, raw: Any, *, inside: str) -> tuple[Field, ...]:
        """The fields of a list of components; keys must be unique within the form or within the rows."""
        fields: list[Field] = []
        for each in raw if isinstance(raw, list) else []:
            self.count += 1
            if self.count > subset.MAX_COMPONENTS:
                self.refuse("FORM_TOO_LARGE", f"表单超过 {subset.MAX_COMPONENTS} 个组件，请拆成几个表单。")
                return tuple(fields)
            built = self._component(each, inside=inside)
            if built is not None:
                fields.append(built)
        if inside != "group":
            self._unique(tuple(fields))
        return tuple(fields)

    def _unique(self, fields: tuple[Field, ...]) -> None:
        seen: set[str] = set()
        for each in keyed(fields):
            if each.key in seen:
                self.refuse("FORM_KEY_REPEATED", f"栏目标识“{each.key}”用了不止一次，请改名。", key=each.key)
            seen.add(each.key)

    def _component(self, raw: Any, *, inside: str) -> Field | None:
        kind = raw.get("type") if isinstance(raw, dict) else None
        if kind not in subset.SETTINGS:
            self.refuse("FORM_COMPONENT_UNKNOWN", f"组件类型“{kind}”不受支持，请换用基本组件。")
            return None
        if kind in {"dynamiclist", "group"} and inside == "rows":
            self.refuse("FORM_COMPONENT_UNKNOWN", f"多行列表里不能再放“{kind}”，请移到列表外面。")
            return None
        for name in sorted(set(raw) - subset.SETTINGS[kind]):
            self.refuse("FORM_SETTING_UNKNOWN", f"“{name_of(raw)}”的设置“{name}”不受支持，请删除。", key=key_of(raw))
        if kind in SHOWN_ONLY:
            return Field(type=kind, text=str(raw.get("text", "")), hide=self._hide(raw))
        if kind == "group":
            members = self.components(raw.get("components"), inside=inside if inside == "rows" else "group")
            return Field(type=kind, label=label_of(raw), children=members, hide=self._hide(raw))
        return self._answered(kind, raw)

    def _answered(self, kind: str, raw: Component) -> Field | None:
        key = key_of(raw)
        if key is None or not _KEY.fullmatch(key) or key in subset.RESERVED_KEYS:
            self.refuse(
                "FORM_KEY_INVALID", f"“{name_of(raw)}”的栏目标识“{key}”不可用，请改为字母或汉字开头的名称。", key=key
            )
            return None
        if not label_of(raw):
            self.refuse("FORM_LABEL_MISSING", f"栏目“{key}”没有名称，请填写标签。", key=key)
        properties = self._properties(raw, key)
        base = Field(
            type=kind,
            key=key,
            label=label_of(raw),
            description=str(raw.get("description") or ""),
            hide=self._hide(raw),
            default=raw.get("defaultValue"),
            readonly=raw.get("readonly") is True or is_true(properties.get("readonly")),
            output=properties.get("output") or None,
            **self._kind(kind, key, properties),
        )
        ruled = self._rules(base, raw)
        return self._specific(ruled, raw, properties)

    def _properties(self, raw: Component, key: str) -> Mapping[str, Any]:
        properties = raw.get("properties")
        if properties is None:
            return {}
        if not isinstance(properties, dict):
            self.refuse("FORM_SETTING_UNKNOWN", f"栏目“{key}”的 properties 应为键值对。", key=key)
            return {}
        for name in sorted(set(properties) - subset.PROPERTIES):
            self.refuse("FORM_SETTING_UNKNOWN", f"栏目“{key}”的自定义属性“{name}”不受支持，请删除。", key=key)
        return properties

    def _kind(self, component: str, key: str, properties: Mapping[str, Any]) -> dict[str, Any]:
        kind = properties.get("kind") or ("date" if component == "datetime" else None)
        if kind is not None and component not in subset.KINDS.get(kind, frozenset()):
            self.refuse("FORM_KIND_UNKNOWN", f"栏目“{key}”（{component}）不能用内容类型“{kind}”。", key=key)
            kind = None
        return {"kind": kind, "personal": kind in PERSONAL_KINDS or is_true(properties.get("personal"))}

    def _hide(self, raw: Component) -> str | None:
        conditional = raw.get("conditional")
        if not conditional:
            return None
        hide = conditional.get("hide") if isinstance(conditional, dict) else None
        if not isinstance(hide, str) or set(conditional) != {"hide"}:
            self.refuse("FORM_CONDITION_INVALID", f"“{name_of(raw)}”的显示条件只能写在 hide 里。", key=key_of(raw))
            return None
        return hide.strip().removeprefix("=").strip()

    def _rules(self, built: Field, raw: Component) -> Field:
        rules = raw.get("validate") or {}
        if not isinstance(rules, dict) or set(rules) - subset.RULES[built.type]:
            self.refuse("FORM_SETTING_UNKNOWN", f"栏目“{built.key}”的校验规则不受支持，请核对。", key=built.key)
            return built
        try:
            ruled = replace(
                built,
                required=is_true(rules.get("required")),
                minimum=read_number(rules.get("min")),
                maximum=read_number(rules.get("max")),
                min_length=read_length(rules.get("minLength")),
                max_length=read_length(rules.get("maxLength")),
                pattern=rules.get("pattern") or None,
            )
        except (ValueError, ArithmeticError):
            self.refuse("FORM_BOUND_INVALID", f"栏目“{built.key}”的上下限应为数字，请核对。", key=built.key)
            return built
        self._bounds(ruled)
        return ruled

    def _bounds(self, ruled: Field) -> None:
        numeric = ruled.type == "number" or ruled.kind in {"money", "percent"}
        if (ruled.minimum is not None or ruled.maximum is not None) and not numeric:
            self.refuse("FORM_BOUND_INVALID", f"栏目“{ruled.key}”不是数字，不能设大小上下限。", key=ruled.key)
        lower, upper = (ruled.minimum, ruled.maximum), (ruled.min_length, ruled.max_length)
        for low, high in (lower, upper):
            if low is not None and high is not None and low > high:
                self.refuse("FORM_BOUND_INVALID", f"栏目“{ruled.key}”的下限大于上限，请核对。", key=ruled.key)
        problem = pattern_problem(ruled.pattern, max_length=ruled.max_length) if ruled.pattern else None
        if problem:
            self.refuse("FORM_PATTERN_INVALID", f"栏目“{ruled.key}”的格式（pattern）不可用：{problem}", key=ruled.key)

    def _specific(self, ruled: Field, raw: Component, properties: Mapping[str, Any]) -> Field:
        if ruled.type in CHOICES:
            return self._choice(ruled, raw)
        if ruled.type == "number":
            return self._digits(ruled, raw)
        if ruled.type == "datetime" and raw.get("subtype", "date") != "date":
            self.refuse("FORM_COMPONENT_UNKNOWN", f"栏目“{ruled.key}”只能填日期，请把类型改为 date。", key=ruled.key)
        if ruled.type == "filepicker":
            return replace(ruled, multiple=raw.get("multiple") is True, accept=str(raw.get("accept") or ""))
        if ruled.type == "dynamiclist":
            return self._list(ruled, raw, properties)
        return ruled

    def _digits(self, ruled: Field, raw: Component) -> Field:
        digits = raw.get("decimalDigits") or 0
        if not isinstance(digits, int) or not 0 <= digits <= 6:
            self.refuse("FORM_BOUND_INVALID", f"栏目“{ruled.key}”的小数位数应为 0 至 6。", key=ruled.key)
            return ruled
        return replace(ruled, decimal_digits=digits)

    def _choice(self, ruled: Field, raw: Component) -> Field:
        values, values_key = raw.get("values"), raw.get("valuesKey")
        if (values is None) == (values_key is None):
            self.refuse("FORM_OPTIONS_INVALID", f"栏目“{ruled.key}”应有 values 或 valuesKey 其中之一。", key=ruled.key)
            return ruled
        if values_key is not None:
            return replace(ruled, values_key=str(values_key))
        options = [read_option(each) for each in values] if isinstance(values, list) else []
        known = [option for option in options if option is not None]
        tokens = {option.token for option in known}
        if not known or len(known) != len(options) or len(tokens) != len(known):
            self.refuse("FORM_OPTIONS_INVALID", f"栏目“{ruled.key}”的选项缺少值或名称，或有重复。", key=ruled.key)
        return replace(ruled, values=tuple(known))

    def _list(self, ruled: Field, raw: Component, properties: Mapping[str, Any]) -> Field:
        columns = self.components(raw.get("components"), inside="rows")
        if not raw.get("components"):
            self.refuse("FORM_SHAPE", f"多行列表“{ruled.key}”没有列，请加入组件。", key=ruled.key)
        try:
            low, high = read_length(properties.get("min_rows")) or 0, read_length(properties.get("max_rows")) or 200
        except ValueError:
            low, high = 1, 0
        if not low <= high <= subset.MAX_ROWS:
            self.refuse("FORM_BOUND_INVALID", f"多行列表“{ruled.key}”的行数上下限不可用。", key=ruled.key)
        grows = raw.get("allowAddRemove", True) is not False
        return replace(ruled, children=columns, min_rows=low, max_rows=high, can_add_rows=grows)

    def conditions(self, fields: tuple[Field, ...], names: frozenset[str] = frozenset()) -> None:
        """Every condition reads and names only fields that exist beside it."""
        known = names | {each.key for each in keyed(fields)}
        for each in fields:
            if each.hide is not None:
                for problem in feel.check(each.hide, known):
                    text = f"“{each.label or each.key or each.text}”的显示条件有误：{problem.message}"
                    self.refuse("FORM_CONDITION_INVALID", text, key=each.key or None)
            if each.children:
                self.conditions(each.children, known)

    def outputs(self, fields: tuple[Field, ...]) -> None:
        """Outputs are flat, small, not personal, and each name is given once."""
        seen: set[str] = set()
        for each in keyed(fields):
            for column in each.rows:
                if column.output:
                    self._bad_output(column, "多行列表里的内容不能写入流程数据")
            if each.output is None:
                continue
            if not isinstance(each.output, str) or not _KEY.fullmatch(each.output) or each.output == "typename":
                self._bad_output(each, f"流程数据名“{each.output}”不可用")
            elif each.output in seen:
                self._bad_output(each, f"流程数据名“{each.output}”用了不止一次")
            elif each.type not in subset.OUTPUT_TYPES:
                self._bad_output(each, "长文本、附件和多行列表不能写入流程数据")
            elif each.personal:
                self._bad_output(each, "个人信息不能写入流程数据")
            seen.add(str(each.output))

    def _bad_output(self, each: Field, reason: str) -> None:
        self.refuse("FORM_OUTPUT_INVALID", f"栏目“{each.key}”：{reason}，请修改 output。", key=each.key)
