"""The nine lifecycle stages in order, and the diagrams beside them: one stem everywhere."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StageInfo:
    """A stage of the policy lifecycle. `clause` is its place in 长新党政办发〔2022〕24号."""

    stem: str
    title: str
    clause: str


STAGES: tuple[StageInfo, ...] = (
    StageInfo("pre_assessment", "事前评估", "三(二)3"),
    StageInfo("opinion_consultation", "意见征询", "三(二)1"),
    StageInfo("standardization_review", "标准化审查", "三(二)2"),
    StageInfo("launch", "出台上线", "三(二)、三(三)1"),
    StageInfo("training", "申报和受理培训", "三(三)2"),
    StageInfo("application", "申报受理", "三(三)"),
    StageInfo("review", "审查审批", "二(三)、三(三)2"),
    StageInfo("disbursement_filing", "兑现报备", "三(三)3"),
    StageInfo("post_evaluation", "实施效果评估", "三(二)3"),
)

#: Diagrams that are not stages: the master, the life of one item and its changes, and processes several stages call.
LIFECYCLES: tuple[StageInfo, ...] = (
    StageInfo("policy_lifecycle", "政策全生命周期", "三(二)"),
    StageInfo("item_lifecycle", "事项生命周期", "三(三)"),
    StageInfo("policy_change", "政策调整和下线", "三(三)4"),
)
CALLABLE: tuple[StageInfo, ...] = (
    StageInfo("filing", "报备", "三(三)3"),
    StageInfo("objection", "异议处理", "一"),
)

STEMS: tuple[str, ...] = tuple(stage.stem for stage in STAGES)
TITLES: dict[str, str] = {info.stem: info.title for info in (*LIFECYCLES, *STAGES, *CALLABLE)}
