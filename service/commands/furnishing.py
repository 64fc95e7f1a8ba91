"""What an empty database starts with, and what a production database must not hold."""

from __future__ import annotations

from datetime import timedelta

from service.commands.house import House, Say
from service.orchestration.runtime import Unit, transaction
from service.samples.seeding import seed_policies
from service.seed.definitions import deploy_shipped
from service.seed.people import seed_demo_people, seed_organisations
from service.settings import SettingsRefused
from storage.db import db
from storage.models.people import District
from storage.people import list_users

#: The sample policies began months ago, and their people held their posts then.
_BEFORE_THE_SAMPLES = timedelta(days=730)


def furnish_empty(house: House, say: Say) -> bool:
    """Organisations, diagrams, forms and tables; in demo mode also people and sample policies. False when not empty.

    What is published already stays as it is: a newer shipped file is offered, not forced.
    """
    if db.session.get(District, house.district_id) is not None:
        return False

    def first(unit: Unit) -> None:
        seed_organisations(unit.session, house.district_id, house.settings.district_name)
        if house.settings.demo:
            seed_demo_people(unit.session, house.district_id, since=unit.today - _BEFORE_THE_SAMPLES)

    transaction(house.runtime, house.system, first)
    deploy_shipped(house.runtime, by=house.system)
    if house.settings.demo:
        say("正在把示例政策办到不同的环节，约需半分钟……")
        seed_policies(house.settings, now=house.runtime.clock.now())
    return True


def refuse_demo_people(house: House) -> None:
    """Raise SettingsRefused when demo accounts, whose password everybody knows, are in a production database."""
    known = [user.login for user in list_users(db.session(), house.district_id) if user.demo and user.active]
    if known:
        raise SettingsRefused(
            f"数据库中有演示账号（{'、'.join(known[:5])} 等 {len(known)} 个），不能用于正式环境。"
            "请换一个新的数据库，或设置 ZHIDA_DEMO=1 以演示模式运行。"
        )
