"""Working on a task together, as programs ask for it."""

from __future__ import annotations

from tests.service.api.client import Program
from tests.world import World


def test_a_signer_is_added_signs_and_the_task_goes_on(world: World, note: str, clerk: Program) -> None:
    expert = Program(world, "expert")
    body = {"users": ["expert", "legal_officer"], "placing": "before", "mode": "any", "reason": "请会签"}

    assert clerk.post(f"/api/v1/tasks/{note}/signers", body).status_code == 201
    refused = clerk.post(f"/api/v1/tasks/{note}/completion", {"answers": {"note": "一", "amount": 1}})
    assert (refused.status_code, refused.get_json()["code"]) == (409, "SIGNING_OPEN")
    assert clerk.delete(f"/api/v1/tasks/{note}/signers/legal_officer?reason=出差").status_code == 204
    assert "sign" in expert.get(f"/api/v1/tasks/{note}").get_json()["actions"]
    assert expert.post(f"/api/v1/tasks/{note}/signature", {"agree": True, "opinion": "同意"}).status_code == 204

    done = clerk.post(f"/api/v1/tasks/{note}/completion", {"answers": {"note": "一", "amount": 1}})
    assert done.status_code == 200


def test_a_task_is_delegated_comes_back_and_is_recalled(world: World, note: str, clerk: Program) -> None:
    expert = Program(world, "expert")
    body = {"user": "expert", "reason": "请核"}

    assert clerk.post(f"/api/v1/tasks/{note}/delegation", body).status_code == 204
    assert expert.post(f"/api/v1/tasks/{note}/completion", {"answers": {}}).get_json()["code"] == "TASK_DELEGATED"
    assert expert.post(f"/api/v1/tasks/{note}/delegation-return", {"opinion": "已核"}).status_code == 204
    assert clerk.post(f"/api/v1/tasks/{note}/delegation", body).status_code == 204
    assert clerk.delete(f"/api/v1/tasks/{note}/delegation").status_code == 204

    assert "complete" in clerk.get(f"/api/v1/tasks/{note}").get_json()["actions"]


def test_a_held_task_says_why_it_cannot_be_completed(note: str, clerk: Program) -> None:
    assert clerk.post(f"/api/v1/tasks/{note}/hold", {"reason": "等材料", "until": "2026-08-10"}).status_code == 204

    refused = clerk.post(f"/api/v1/tasks/{note}/completion", {"answers": {"note": "一", "amount": 1}})

    assert refused.get_json()["code"] == "TASK_HELD"
    assert "等材料" in refused.get_json()["detail"]
    assert clerk.delete(f"/api/v1/tasks/{note}/hold").status_code == 204


def test_a_copy_is_read_and_gives_no_right(world: World, note: str, started: str, clerk: Program) -> None:
    auditee = Program(world, "legal_officer")
    assert auditee.get(f"/api/v1/process-instances/{started}").status_code == 404

    assert clerk.post(f"/api/v1/tasks/{note}/copies", {"users": ["legal_officer"], "note": "请知悉"}).status_code == 204

    assert auditee.get(f"/api/v1/process-instances/{started}").status_code == 200
    assert auditee.post(f"/api/v1/tasks/{note}/comments", {"text": "好"}).status_code == 403
    assert auditee.post(f"/api/v1/tasks/{note}/urge", {}).status_code == 403
    assert auditee.post(f"/api/v1/tasks/{note}/claim").status_code == 403


def test_urging_again_says_when(world: World, note: str, clerk: Program) -> None:
    assert clerk.post(f"/api/v1/tasks/{note}/comments", {"text": "已联系"}).status_code == 204
    assert clerk.post(f"/api/v1/tasks/{note}/urge", {"words": "请快"}).get_json() == {"told": 1}

    again = clerk.post(f"/api/v1/tasks/{note}/urge", {})

    assert (again.status_code, again.get_json()["code"]) == (409, "URGED_RECENTLY")
    assert "13:00" in again.get_json()["detail"]
    world.clock.advance(hours=5)
    assert clerk.post(f"/api/v1/tasks/{note}/urge", {}).status_code == 200


def test_what_waits_for_a_leaver_is_handed_over_by_an_administrator(note: str, clerk: Program, admin: Program) -> None:
    body = {"from_user": "window_clerk", "to_user": "platform_clerk", "reason": "离职"}
    assert clerk.post("/api/v1/handovers", body).status_code == 403

    [line] = admin.post("/api/v1/handovers", body).get_json()["lines"]

    assert (line["task_id"], line["done"]) == (note, False)
    assert "岗位" in line["refusal"]


def test_a_transfer_to_who_does_not_hold_the_post_is_refused(note: str, clerk: Program, maker: Program) -> None:
    assert clerk.post(f"/api/v1/tasks/{note}/transfer", {"user": "maker", "reason": "出差"}).status_code == 403
    assert maker.post(f"/api/v1/tasks/{note}/transfer", {"user": "maker", "reason": "出差"}).status_code in (403, 404)
