"""The guide (F13): made from the item's elements, confirmed by the department, found by category (三(三)1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers import case
from handlers.item_case import check_editable, organisation_names
from handlers.item_reading import content_of
from handlers.launch.register import PolicyParameters, items_of, stage
from handlers.stage import Fact, Prepared, Result, TaskContext
from processes.errors import BusinessError
from processes.opening_words import GuideStatus
from processes.policy_words import Signature
from storage import guides, items, policies
from storage.db import new_id
from storage.models.guides import Guide
from storage.models.items import PolicyItem
from storage.models.policies import Policy


@stage.prepare("make_guide")
def prepare_guide(task: TaskContext) -> Prepared:
    """The elements the guide will say, the version before, and what the department wanted changed."""
    item, policy = _item_of_guide(task)
    before = guides.find_guide(task.session, item)
    facts = [
        Fact(f"{row['number']} {row['label']}", row["value"])
        for row in content_of(item, policy, organisation_names(task))
    ]
    if before is not None and before.opinion:
        facts.insert(0, Fact("制定部门的意见", before.opinion))
    initial: dict[str, Any] = {"title": f"{item.name}办事指南"}
    if before is not None:
        initial |= {"title": before.title, "summary": before.summary, "faq": before.faq}
    return Prepared(initial=initial, facts=tuple(facts))


def _item_of_guide(task: TaskContext) -> tuple[PolicyItem, Policy]:
    item = items.get_item(task.session, task.district_id, task.item or task.variables.get("guide_item_id"))
    return item, policies.get_policy(task.session, task.district_id, item.policy_id)


@stage.user_task("编制办事指南", errors=("GUIDE_LOCKED",), makes=("Guide",))
def make_guide(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Keep a new version of the guide as a draft: the twenty elements as they stand, and what was added.

    Raises BusinessError GUIDE_LOCKED once the item has opened (gate G9).
    """
    item, policy = _item_of_guide(task)
    check_editable(item)
    item.facets = {
        **item.facets,
        "beneficiary": list(answers["beneficiary_kinds"]),
        "industry": [line.strip() for line in (answers["industries"] or "").splitlines() if line.strip()],
        "level": answers["level"],
    }
    guide = Guide(
        district_id=task.district_id,
        id=new_id(),
        item_id=item.id,
        version_no=guides.next_guide_version(task.session, item),
        item_version_no=item.version_no,
        status=GuideStatus.DRAFT,
        title=answers["title"],
        summary=answers["summary"],
        content=content_of(item, policy, organisation_names(task)),
        faq=[dict(row) for row in answers["faq"]],
        flow_chart_ids=case.file_ids(answers, "flow_chart"),
        facets=dict(item.facets),
        effective_on=answers["effective_on"],
        made_by=task.actor.id,
        made_at=task.now,
    )
    task.session.add(guide)
    return Result(changes={"guide_version": [None, guide.version_no]})


@stage.prepare("confirm_guides")
def prepare_confirmation(task: TaskContext) -> Prepared:
    """Each guide in a line."""
    policy = case.policy_of(task)
    facts = [Fact("政策", policy.title)]
    for item in items_of(task, policy):
        guide = _draft_of(task, item)
        facts.append(Fact("指南", f"{guide.title}（第 {guide.version_no} 版）：{guide.summary}"))
    return Prepared(facts=tuple(facts))


@stage.user_task("确认办事指南", outputs=("guide_result",))
def confirm_guides(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """The department stands for every guide, or says what must be changed."""
    agreed = answers["guide_result"] == Signature.AGREED
    for item in items_of(task, case.policy_of(task)):
        guide = _draft_of(task, item)
        guide.opinion = answers["opinion"] or ""
        guide.confirmed_by, guide.confirmed_at = (task.actor.id, task.now) if agreed else (None, None)
    return Result(outputs={"guide_result": answers["guide_result"]})


def _draft_of(task: TaskContext, item: PolicyItem) -> Guide:
    guide = guides.find_guide(task.session, item)
    if guide is None:
        raise BusinessError("CASE_INCOMPLETE", f"事项“{item.name}”还没有办事指南，请先编制指南。")
    return guide


@stage.service("编入指南数据库", parameters=PolicyParameters, irreversible=True, errors=("GUIDE_NOT_CONFIRMED",))
def index_guides(task: TaskContext, parameters: Mapping[str, Any]) -> Result:
    """Publish the confirmed version of every guide; the one before is kept as replaced (R30)."""
    policy = policies.get_policy(task.session, task.district_id, parameters["policy_id"])
    published = []
    for item in items_of(task, policy):
        guide = _draft_of(task, item)
        if guide.confirmed_by is None:
            raise BusinessError(
                "GUIDE_NOT_CONFIRMED", f"事项“{item.name}”的办事指南还没有经制定部门确认，不能发布，请先确认。"
            )
        guides.publish_guide(task.session, guide, at=task.now)
        published.append(f"{item.number} 第 {guide.version_no} 版")
    return Result(changes={"guides": [None, published]})
