"""Typed settings from the environment. A default exists only where it is right in production and may be public."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from processes.opening_words import Channel
from service.notice_channels import ChannelSettings, read_channel_settings

#: The secret of a checkout that nobody configured. Production refuses to start with it.
DEMO_SECRET = "zhida-demo-secret-do-not-use"


#: Where publications for a channel are sent, by variable; the hall is this house itself.
CHANNEL_VARIABLES: dict[str, str] = {
    "ZHIDA_CHANNEL_PORTAL": Channel.PORTAL,
    "ZHIDA_CHANNEL_OPENNESS": Channel.OPENNESS,
}


class SettingsRefused(Exception):
    """A setting is missing or unsafe; the message names it and what to do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the service can be told from outside."""

    database_url: str
    data_dir: Path
    secret_key: str
    demo: bool = False
    clock_offset: float = 0.0
    district_id: str = "220193"  # 长春新区
    district_name: str = "长春新区"
    secure_cookies: bool = True
    debug: bool = False
    worker: bool = True  # the embedded worker thread in this process
    follows_server: bool = True  # False when the clock is not the machine's: procrastinate follows the server's
    trusted_proxies: int = 0  # reverse proxies in front, whose word on address, scheme and host is taken
    session_idle_minutes: int = 30
    session_hours: int = 12
    channel_addresses: Mapping[str, str] = field(default_factory=dict)  # channel -> where to POST publications
    channel_token: str | None = None
    second_person: bool = True  # whoever asks for a publication may not approve it
    notices: ChannelSettings = field(default_factory=ChannelSettings)  # how notices leave the house

    def __post_init__(self) -> None:
        if self.demo:
            return
        if self.secret_key == DEMO_SECRET:
            raise SettingsRefused("请设置 ZHIDA_SECRET_KEY（至少 32 个字符的随机值）；演示密钥不能用于正式环境。")
        if len(self.secret_key) < 32:
            raise SettingsRefused("ZHIDA_SECRET_KEY 太短：请设置至少 32 个字符的随机值。")
        if self.debug:
            raise SettingsRefused("正式环境不能开启调试：请去掉 ZHIDA_DEBUG。")
        if not self.secure_cookies:
            raise SettingsRefused("正式环境的登录会话必须走 HTTPS：请去掉 ZHIDA_PLAIN_COOKIES。")
        if self.clock_offset:
            raise SettingsRefused("ZHIDA_CLOCK_OFFSET 只能在演示模式（ZHIDA_DEMO=1）下使用。")


def from_environment(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings; raises SettingsRefused naming the variable that is wrong."""
    values = os.environ if environ is None else environ
    demo = values.get("ZHIDA_DEMO", "") == "1"
    data_dir = Path(values.get("ZHIDA_DATA_DIR", "var")).resolve()
    try:
        clock_offset = float(values.get("ZHIDA_CLOCK_OFFSET", "0"))
    except ValueError as error:
        raise SettingsRefused("ZHIDA_CLOCK_OFFSET 应为秒数，例如 86400。") from error
    proxies = values.get("ZHIDA_PROXIES", "0")
    if not proxies.isdigit():
        raise SettingsRefused("ZHIDA_PROXIES 应为前置反向代理的个数，例如 1。")
    return Settings(
        database_url=_database(values.get("ZHIDA_DATABASE_URL"), data_dir),
        data_dir=data_dir,
        secret_key=values.get("ZHIDA_SECRET_KEY", DEMO_SECRET),
        demo=demo,
        clock_offset=clock_offset,
        secure_cookies=not demo and values.get("ZHIDA_PLAIN_COOKIES", "") != "1",
        debug=values.get("ZHIDA_DEBUG", "") == "1",
        worker=values.get("ZHIDA_WORKER", "1") == "1",
        trusted_proxies=int(proxies),
        channel_addresses=_channels(values),
        channel_token=values.get("ZHIDA_CHANNEL_TOKEN") or None,
        second_person=values.get("ZHIDA_SECOND_PERSON", "0" if demo else "1") == "1",
        notices=_notices(values),
    )


def _notices(values: Mapping[str, str]) -> ChannelSettings:
    try:
        return read_channel_settings(values)
    except ValueError as error:
        raise SettingsRefused(str(error)) from error


def _channels(values: Mapping[str, str]) -> dict[str, str]:
    found = {channel: values.get(variable, "") for variable, channel in CHANNEL_VARIABLES.items()}
    wrong = [variable for variable, channel in CHANNEL_VARIABLES.items() if _is_no_address(found[channel])]
    if wrong:
        raise SettingsRefused(f"{wrong[0]} 应为网址，例如 https://portal.example/api/publications。")
    return {channel: address for channel, address in found.items() if address}


def _is_no_address(text: str) -> bool:
    return bool(text) and not text.startswith(("https://", "http://"))


def _database(url: str | None, data_dir: Path) -> str:
    if not url:
        return f"sqlite:///{data_dir / 'zhida.db'}"
    if url.startswith("postgresql://"):
        return url.replace("postgresql://", "postgresql+psycopg://", 1)
    return url
