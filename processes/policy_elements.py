"""The twenty elements of a policy item and the twenty lines of the review's checklist.

Elements 1, 9, 11 and 13 and lines 1 to 4 are named by 长新党政办发〔2022〕24号, 三(二)2; the rest is our set.
Keys are those of a proposed item in a review and of the item made from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

APPLY, AUTO, PERIODIC = "APPLY", "AUTO", "PERIODIC"

#: How the benefit reaches people, by its code.
DISBURSEMENT_TYPES: dict[str, str] = {APPLY: "需要企业申报类", AUTO: "免申即享类", PERIODIC: "定期汇总数据类"}


@dataclass(frozen=True, slots=True)
class Element:
    """One element. `keys` are all its fields; `optional` elements may be empty, `apply_only` ones for other types."""

    number: int
    label: str
    keys: tuple[str, ...]
    optional: bool = False
    apply_only: bool = False


ELEMENTS: tuple[Element, ...] = (
    Element(1, "实施主体", ("implementer_org",)),
    Element(2, "事项名称", ("name",)),
    Element(3, "政策依据（条款）", ("clause_no",)),
    Element(4, "事项类别", ("benefit_kind",)),
    Element(5, "兑现方式", ("disbursement_type",)),
    Element(6, "惠及对象", ("beneficiary",)),
    Element(7, "申报条件", ("conditions",)),
    Element(8, "不予支持情形", ("exclusions",), optional=True),
    Element(9, "申报要件", ("materials",), apply_only=True),
    Element(10, "表单样表", ("form_names",), optional=True),
    Element(11, "办理时限", ("handling_days",)),
    Element(12, "办理环节", ("steps",)),
    Element(13, "兑现内容", ("benefit_content",)),
    Element(14, "兑现标准", ("calc_rule",)),
    Element(15, "资金来源和年度额度", ("fund_source", "budget")),
    Element(16, "受理渠道", ("channels",), apply_only=True),
    Element(17, "受理地址、时间、层级", ("window_addr",), optional=True),
    Element(18, "咨询和监督电话", ("contact", "supervise_phone")),
    Element(19, "申报时间方式", ("open_mode",)),
    Element(20, "结果形式和公示要求", ("result_form", "publicity_days")),
)

CHECKLIST: tuple[str, ...] = (
    "实施主体明确且唯一可追责",
    "办理时限有数字与单位",
    "申报要件逐项列出、无兜底条款（“其他材料”）",
    "兑现内容有金额、比例或上限",
    "惠及对象可判定",
    "申报条件可量化、可核验",
    "资金来源与额度明确",
    "用词符合标准词典",
    "兑现方式分类正确（能免申即享的不设申报）",
    "线上、窗口渠道与纸质要件一致",
    "数据共享可替代的要件已取消",
    "公平竞争审查结论",
    "合法性审核结论",
    "意见采纳情况完整",
    "与现行政策不重复、不冲突",
    "有效期",
    "公示与监督方式",
    "联系方式",
    "政策全部兑现条款已提炼为事项（100%）",
    "公开属性",
)


def missing_elements(item: Mapping[str, Any]) -> tuple[Element, ...]:
    """The elements a proposed item must have and lacks. A zero is a value, an empty text or list is not."""
    kind = item.get("disbursement_type")
    return tuple(
        element
        for element in ELEMENTS
        if not element.optional
        and not (element.apply_only and kind in (AUTO, PERIODIC))
        and any(item.get(key) in (None, "", [], ()) for key in element.keys)
    )
