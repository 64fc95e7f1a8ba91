"""`zhida migrate`, `zhida check-db` and `zhida audit`: the schema, the rows and the trail."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from service.commands.house import House, Say, open_house
from service.orchestration.nightly import list_faults, write_root
from storage.anomalies import count_rows
from storage.db import db
from storage.history import chain_root, verify
from storage.schema import current_revision, migrate


def add_commands(commands: Any) -> None:
    """`migrate`, `check-db`, `audit verify`, `audit export-root`."""
    commands.add_parser("migrate", help="把数据库升级到本版本").set_defaults(command=migrate_now)
    commands.add_parser("check-db", help="检查业务关口和数据是否自相矛盾").set_defaults(command=check_database)
    audit = commands.add_parser("audit", help="核验和导出留痕").add_subparsers(required=True, metavar="动作")
    audit.add_parser("verify", help="逐条核验留痕，指出第一条不符的记录").set_defaults(command=verify_trail)
    export = audit.add_parser("export-root", help="把今天的留痕根值写入文件")
    export.add_argument("--to", type=Path, help="写到这个文件（默认写入数据目录的 audit/）")
    export.set_defaults(command=export_root)


def migrate_now(asked: argparse.Namespace, say: Say) -> int:
    """Bring the schema to the newest revision."""
    with open_house(migrated=False):
        before = current_revision(db.engine)
        migrate(db.engine)
        after = current_revision(db.engine)
    say(f"数据库已是最新版本（{after}）。" if before == after else f"数据库已从 {before or '空'} 升级到 {after}。")
    return 0


def check_database(asked: argparse.Namespace, say: Say) -> int:
    """Gates on content, contradictions between rows, and the trail; 1 when anything is wrong."""
    with open_house() as house:
        session = db.session()
        found = [f"[{each.code}] {each.message}" for each in list_faults(house.runtime, session, house.district_id)]
        found += _breaks(house)
        looked = "、".join(f"{name} {count} 条" for name, count in count_rows(session, house.district_id).items())
    for line in found:
        say(line)
    say(f"已检查：{looked}。" + (f"发现 {len(found)} 个问题。" if found else "没有发现问题。"))
    return 1 if found else 0


def _breaks(house: House) -> list[str]:
    return [
        f"[HISTORY_BROKEN] 流程实例 {each.instance_id}：{each.message}。"
        for each in verify(db.session(), key=house.runtime.chain_key)
    ]


def verify_trail(asked: argparse.Namespace, say: Say) -> int:
    """Check every row of the trail against its chain."""
    with open_house() as house:
        broken = _breaks(house)
        rows, root = chain_root(db.session())
    for line in broken:
        say(line)
    say(f"留痕共 {rows} 条，" + (f"{len(broken)} 个实例的链条不完整。" if broken else f"全部核验通过，根值 {root}。"))
    return 1 if broken else 0


def export_root(asked: argparse.Namespace, say: Say) -> int:
    """Write the digest over all chain heads to a file, to be kept where this database's keeper cannot reach it."""
    with open_house() as house:
        path, rows, root = write_root(house.runtime, db.session(), house.district_id, asked.to)
    say(f"留痕根值已写入 {path}（{rows} 条，{root}）。请另行保存。")
    return 0
