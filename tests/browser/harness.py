"""A tiny site for the islands: the built bundle, two pages, and the answers that the designer asks for."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask, Response, render_template_string, request
from playwright.sync_api import Page
from werkzeug.serving import make_server

from service.assets import Assets

HERE = Path(__file__).parent
STATIC = HERE.parents[1] / "service" / "static"
SAMPLE = HERE / "sample_application.bpmn"

#: What the service promises in every answer; the islands must live with it.
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; frame-ancestors 'none'"
)

CATALOGUE = {
    "handlers": [
        {"name": "accept_application", "title": "登记受理结果", "kind": "user_task", "parameters": []},
        {
            "name": "check_duplicates",
            "title": "查重",
            "kind": "service_task",
            "parameters": [{"name": "application_id", "label": "申报编号", "type": "text", "required": True}],
        },
        {
            "name": "send_notice",
            "title": "发送通知",
            "kind": "service_task",
            "parameters": [
                {"name": "text", "label": "通知内容", "type": "text", "required": True},
                {"name": "receiver", "label": "接收人", "type": "text", "required": False},
            ],
        },
    ],
    "forms": [
        {"key": "accept_application", "title": "受理登记表"},
        {"key": "review_application", "title": "初审意见表"},
    ],
    "roles": [{"key": "window_clerk", "title": "综合窗口受理员"}, {"key": "reviewer1", "title": "初审人"}],
    "deadlines": [{"id": "review", "title": "初审 3 个工作日"}],
    "decisions": [{"id": "application_grade", "title": "申报等级评定表"}],
    "processes": [{"key": "disbursement_filing", "title": "兑现报备"}, {"key": "training", "title": "培训"}],
}

VIEWER = {
    "xmlUrl": "/sample.bpmn",
    "tokens": [
        {"elementId": "review_application", "count": 12, "state": "ready"},
        {"elementId": "check_duplicates", "count": 2, "state": "incident"},
        {"elementId": "file_disbursement", "count": 3, "state": "waiting"},
    ],
    "taken": ["submitted", "to_accept", "accept_application", "to_choice", "is_accepted", "when_accepted"],
    "stuck": [
        {"elementId": "check_duplicates", "message": "查重接口没有回应"},
        {"elementId": "review_application", "message": "没有人能办理"},
    ],
    "heat": [
        {"elementId": "accept_application", "value": 0.2, "label": "1 个工作日"},
        {"elementId": "review_application", "value": 1.0, "label": "4 个工作日"},
    ],
}

HEAD = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>样例</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="csrf-token" content="token-of-the-page">
{{ assets.tags("base") }}{{ assets.tags(island) }}</head><body><main class="zd-main is-wide"><h1>样例</h1>"""

VIEWER_PAGE = (
    HEAD
    + """<div data-island-target="viewer"></div>
<script type="application/json" data-island="viewer">{{ settings | tojson }}</script>
<section class="zd-card"><table class="zd-table">
<thead><tr><th>环节</th><th class="is-number">件数</th></tr></thead><tbody>
<tr data-element-id="accept_application" tabindex="0"><td>受理申报材料</td><td class="is-number">0</td></tr>
<tr data-element-id="review_application" tabindex="0"><td>初审</td><td class="is-number">12</td></tr>
</tbody></table></section></main></body></html>"""
)

DESIGNER_PAGE = (
    HEAD
    + """<div class="zd-filter">
<button class="btn btn-outline-primary" data-action="undo">撤销</button>
<button class="btn btn-outline-primary" data-action="redo">重做</button>
<button class="btn btn-outline-primary" data-action="zoom-fit">适应窗口</button>
<button class="btn btn-outline-primary" data-action="download">下载</button>
<button class="btn btn-outline-primary" data-action="check">检查</button>
<button class="btn btn-outline-primary" data-action="search">查找环节</button>
<button class="btn btn-outline-primary" data-action="shortcuts">键盘操作</button>
<button class="btn btn-primary" data-action="publish">发布</button></div>
<p data-draft-note hidden></p><div data-findings hidden></div><div data-island-target="designer"></div>
<script type="application/json" data-island="designer">{{ settings | tojson }}</script></main></body></html>"""
)


def wait_for_islands(page: Page) -> None:
    """Wait until the islands of the page are shown. (A polled script would need `unsafe-eval`, which we forbid.)"""
    page.locator("[data-island-state='ready']").first.wait_for()


@dataclass
class Harness:
    """The running site; `received` keeps what the designer has sent, `answer` is what it gets back."""

    url: str = ""
    xml: str = ""
    received: list[dict[str, Any]] = field(default_factory=list)
    answer: tuple[int, dict[str, Any]] = (200, {"ok": True, "findings": []})


def make_app(harness: Harness) -> Flask:
    """The site as a Flask app."""
    app = Flask(__name__, static_folder=str(STATIC), static_url_path="/static")
    assets = Assets(STATIC / "dist")

    @app.after_request
    def promise(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        return response

    @app.get("/viewer")
    def viewer() -> str:
        return render_template_string(VIEWER_PAGE, assets=assets, island="viewer", settings=VIEWER)

    @app.get("/designer")
    def designer() -> str:
        settings = {
            "xmlUrl": "/sample.bpmn",
            "catalogueUrl": "/catalogue.json",
            "checksUrl": "/checks",
            "publicationUrl": "/publication-requests",
            "draftUrl": "/draft",
            "processKey": "sample_application",
        }
        return render_template_string(DESIGNER_PAGE, assets=assets, island="designer", settings=settings)

    @app.get("/sample.bpmn")
    def sample() -> Response:
        return Response(harness.xml, mimetype="application/xml")

    @app.get("/catalogue.json")
    def catalogue() -> Response:
        return Response(json.dumps(CATALOGUE), mimetype="application/json")

    @app.get("/favicon.ico")
    def icon() -> tuple[str, int]:
        return "", 204

    serve_studio(app, harness)
    return app


def serve_studio(app: Flask, harness: Harness) -> None:
    """What the designer asks beside the diagram: checks, its draft, requests for publication."""

    @app.post("/checks")
    def receive() -> tuple[dict[str, Any], int]:
        upload = request.files["files"]
        harness.received.append(
            {
                "path": request.path,
                "name": upload.filename,
                "xml": upload.read().decode(),
                "token": request.headers.get("X-CSRFToken"),
            }
        )
        status, body = harness.answer
        return body, status

    @app.post("/publication-requests")
    def ask() -> tuple[dict[str, Any], int]:
        [file] = request.get_json()["files"]
        sent = {"path": request.path, "name": file["name"], "xml": file["content"], "body": request.get_json()}
        harness.received.append({**sent, "token": request.headers.get("X-CSRFToken")})
        status, body = harness.answer
        return body, status

    @app.post("/publication-requests/assessments")
    def assess() -> dict[str, Any]:
        return {"ok": True, "findings": [], "impact": [], "novelties": []}

    @app.get("/draft")
    def draft() -> tuple[dict[str, Any], int]:
        return {"detail": "没有草稿。"}, 404

    @app.get("/draft/lock")
    def lock() -> dict[str, Any]:
        return {"lock": None}

    @app.delete("/draft/lock")
    def unlock() -> tuple[str, int]:
        return "", 204

    @app.put("/draft")
    def keep() -> dict[str, Any]:
        return {"revision": request.get_json()["revision"] + 1, "edited_at": "2026-10-12T01:00:00+00:00"}


class Running:
    """Serves the harness in a thread for as long as the `with` block lasts."""

    def __init__(self) -> None:
        self.harness = Harness(xml=SAMPLE.read_text(encoding="utf-8"))
        self._server = make_server("127.0.0.1", 0, make_app(self.harness), threaded=True)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Harness:
        self.harness.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread.start()
        return self.harness

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
