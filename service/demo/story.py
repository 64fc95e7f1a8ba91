"""The story of policy 1: made, reviewed, issued, launched, opened, applied for three times, paid, filed, evaluated."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from forms.identifiers import make_credit_code
from processes.clock import business_date
from service.demo.http import HttpHands
from service.demo.telling import Telling
from service.samples import Play, samples
from service.samples.play import Wishes
from service.samples.scene import Scene

#: The policy is in force for so many days after its issue, then it is evaluated.
_IN_FORCE_DAYS = 150
_VISITOR = "示例装备制造有限公司"


class Unexpected(Exception):
    """The story did not go as it should."""


def expect(holds: bool, words: str) -> None:
    if not holds:
        raise Unexpected(words)


class Story:
    """One run of the demo. `cases` names every case, for the case file."""

    def __init__(self, hands: HttpHands, telling: Telling) -> None:
        self.hands = hands
        self.telling = telling
        self.play = Play(hands, samples()["high_tech"], telling.step)
        self.cases: dict[str, str] = {}

    def run(self) -> None:
        """All nine stages, in order. Raises Unexpected, Lost or HttpRefused."""
        policy = self._make()
        item = self._open(policy)
        paid = self._apply(item)
        self._corrected_then_rejected(item)
        self._withdrawn(item)
        self._pay(paid)
        self._evaluate(policy)

    def _make(self) -> str:
        self.telling.chapter("一、事前评估　二、意见征询　三、标准化审查")
        case = self.cases["政策全生命周期"] = self.hands.start("maker", "policy_lifecycle", {})
        self.play.until(case, "register_issue")
        self.telling.chapter("四、出台上线")
        self.play.until(case, "plan_enterprise_training", wishes={"register_issue": _in_force})
        return case

    def _open(self, case: str) -> str:
        self.telling.chapter("五、培训，开放报备，到期开放")
        self.play.work_off(case)
        item = self.hands.items(case)[0]
        opening = self.hands.next_moment(case)
        expect(opening is not None, "事项没有等待开放时间")
        assert opening is not None
        self.hands.move_to(opening)
        self.telling.line(f"事项于 {business_date(self.hands.now())} 开放")
        expect(self._item(item)["status"] == "已开放", f"事项状态是 {self._item(item)['status']}，应为已开放")
        expect(not self.telling.late, f"有环节逾期：{self.telling.late}")
        return item

    def _apply(self, item: str) -> str:
        self.telling.chapter("六、申报　七、审查：第一件，线上申报，审定通过")
        case = self._start("第一件申报", "applicant", item)
        self.play.work_off(case)
        expect(self._application(case)["status"] == "待兑现", f"第一件申报应待兑现：{self._application(case)}")
        return case

    def _corrected_then_rejected(self, item: str) -> None:
        self.telling.chapter("第二件：一次补正后受理，审定不通过")
        case = self._start("第二件申报", "applicant2", item)
        self.play.until(case, "accept_online", "accept_at_window", wishes=_SECOND)
        self.play.until(case, "correct_application", wishes={"accept_online": _asks_correction})
        self.hands.move_to(self.hands.now() + timedelta(days=1))
        self.play.work_off(case, wishes={"decide_application": _rejects})
        found = self._application(case)
        expect(found["status"] == "审查不通过", f"第二件申报应审查不通过：{found}")
        expect(self._end(case) == "application_refused", f"第二件申报的终点是 {self._end(case)}")

    def _withdrawn(self, item: str) -> None:
        self.telling.chapter("第三件：窗口代录，受理后申报主体撤回")
        case = self._start("第三件申报", "window_clerk", item)
        self.play.until(case, "review_first", wishes={"submit_application": _visitor})
        application = self._application(case)
        reason = {"reason": "申报主体已迁出新区，申请撤回。"}
        self.hands.call("window_clerk", "POST", f"/applications/{application['id']}/withdrawal", reason)
        self.hands.move_to(self.hands.now())
        expect(self._application(case)["status"] == "撤回", f"第三件申报应已撤回：{self._application(case)}")
        expect(self._end(case) == "application_withdrawn", f"第三件申报的终点是 {self._end(case)}")
        self.telling.line("已撤回")

    def _pay(self, paid: str) -> None:
        self.telling.chapter("八、兑现报备：公示期满后支付，报备金额")
        batch = self.cases["兑现批次"] = self.hands.start("payer", "disbursement_filing", {})
        self.play.to_the_end(batch)
        expect(self._end(batch) == "batch_paid", f"兑现批次的终点是 {self._end(batch)}")
        self.play.work_off(paid)
        found = self._application(paid)
        expect(found["status"] == "办结", f"第一件申报应已办结：{found}")
        expect(found["approved_fen"] == 10_000_000, f"核定金额应为 100000.00 元：{found}")

    def _evaluate(self, policy: str) -> None:
        self.telling.chapter("九、执行期满，实施效果评估，归档")
        self.play.to_the_end(policy)
        expect(self._end(policy) == "policy_archived", f"政策的终点是 {self._end(policy)}")

    def _start(self, name: str, login: str, item: str) -> str:
        case = self.cases[name] = self.hands.start(login, "application", {"item_id": item})
        return case

    def _item(self, item: str) -> dict[str, Any]:
        return dict(self.hands.call("maker", "GET", f"/policy-items/{item}"))

    def _application(self, case: str) -> dict[str, Any]:
        return dict(self.hands.call("admin", "GET", f"/applications?process_instance_id={case}")["items"][0])

    def _end(self, case: str) -> str | None:
        found = self.hands.call("admin", "GET", f"/process-instances/{case}")
        return None if found["end_element_id"] is None else str(found["end_element_id"])


def _in_force(scene: Scene) -> dict[str, Any]:
    return {"effective_to": (scene.today + timedelta(days=_IN_FORCE_DAYS)).isoformat()}


_SECOND: Wishes = {
    "submit_application": {
        "applicant_name": "示例生物医药有限公司",
        "account_name": "示例生物医药有限公司",
        "account_no": "6222020000000000034",
        "contact": "申小红",
        "legal_rep": "申小红",
    }
}


def _asks_correction(scene: Scene) -> dict[str, Any]:
    lines = [{"outcome": "合格"} for _ in scene.rows("lines")]
    lines[0] = {"outcome": "不合格", "note": "证书缺少第二页。"}
    return {"lines": lines, "accept_result": "补正", "reason": "证书不完整，请补交第二页。"}


def _rejects(scene: Scene) -> dict[str, Any]:
    return {
        "result": "不通过",
        "amount": None,
        "reason_code": "Q2",
        "opinion": "证书载明为上年度认定，不属于当年首次或重新认定。",
        "checks": [{"met": "不满足", "evidence": "证书日期"} for _ in scene.rows("checks")],
    }


def _visitor(scene: Scene) -> dict[str, Any]:
    return {
        "typed_for_them": True,
        "agent_name": "来访人",
        "agent_phone": "13800000006",
        "applicant_name": _VISITOR,
        "uscc": make_credit_code("91220101MA0EXAMP2"),
        "legal_rep": "示例负责人",
        "contact": "来访人",
        "account_name": _VISITOR,
        "account_no": "6222020000000000042",
    }
