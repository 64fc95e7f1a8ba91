"""Which ways out there are, by the settings. Without any, notices stay in the house."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from processes.desk_words import Channel
from processes.notice_channels import NoticeChannel
from processes.notice_words import is_email
from service.notice_channels.smtp import BadMailServer, MailServer, SmtpChannel
from service.notice_channels.written import ConsoleChannel, FileChannel

#: Ways that are written down until an office connects its gateway, by variable.
WRITTEN: dict[str, str] = {"ZHIDA_SMS": Channel.SMS, "ZHIDA_WECHAT": Channel.WECHAT}
_FILE = "file:"


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """What the environment says of the ways out. `site_url` is put before links in what is sent."""

    smtp: MailServer | None = None
    mail_from: str = ""
    written: Mapping[str, str] = field(default_factory=dict)  # channel -> "console" or "file:PATH"
    site_url: str = ""


def read_channel_settings(values: Mapping[str, str]) -> ChannelSettings:
    """Read them; raises ValueError with a sentence that names the variable that is wrong."""
    url, sender = values.get("ZHIDA_SMTP_URL", ""), values.get("ZHIDA_MAIL_FROM", "")
    if url and not is_email(sender):
        raise ValueError("设置了 ZHIDA_SMTP_URL，还须设置 ZHIDA_MAIL_FROM（发件人邮箱），例如 zhida@example.gov.cn。")
    try:
        server = MailServer.read(url) if url else None
    except BadMailServer as error:
        raise ValueError(f"ZHIDA_SMTP_URL {error}") from error
    site = values.get("ZHIDA_SITE_URL", "").rstrip("/")
    if site and not site.startswith(("https://", "http://")):
        raise ValueError("ZHIDA_SITE_URL 应为本站网址，例如 https://zhida.example.gov.cn。")
    return ChannelSettings(server, sender, _written(values), site)


def _written(values: Mapping[str, str]) -> dict[str, str]:
    found = {channel: values[variable] for variable, channel in WRITTEN.items() if values.get(variable)}
    for variable, channel in WRITTEN.items():
        told = found.get(channel, "console")
        if told != "console" and not (told.startswith(_FILE) and len(told) > len(_FILE)):
            raise ValueError(f"{variable} 应为 console 或 file:文件路径。")
    return found


def channels_for(settings: ChannelSettings) -> dict[str, NoticeChannel]:
    """One adapter per way that is set up."""
    found: dict[str, NoticeChannel] = {}
    if settings.smtp is not None:
        found[Channel.EMAIL] = SmtpChannel(settings.smtp, settings.mail_from)
    for channel, told in settings.written.items():
        found[channel] = ConsoleChannel(channel) if told == "console" else FileChannel(Path(told.removeprefix(_FILE)))
    return found
