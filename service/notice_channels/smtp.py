"""Notices by mail, through the office's own mail server."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from hashlib import sha256
from urllib.parse import unquote, urlsplit

from processes.notice_channels import NoticeDelayed, NoticeRefused
from processes.notice_words import is_email, one_line

#: A server that does not answer within this time is tried again later.
TIMEOUT_SECONDS = 10
_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


class BadMailServer(ValueError):
    """The address of the mail server cannot be read; the message says what it should look like."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mails are handed over. `scheme`: smtp (no encryption), smtp+starttls or smtps."""

    scheme: str
    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def read(cls, url: str) -> MailServer:
        """`smtp+starttls://user:password@host:587`; user and password percent-encoded. Raises BadMailServer."""
        example = "例如 smtp+starttls://user:password@mail.example:587。"
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise BadMailServer(f"应为邮件服务器地址，{example}") from error
        if parts.scheme not in _PORTS or not parts.hostname:
            raise BadMailServer(f"应为邮件服务器地址，{example}")
        if parts.username and parts.scheme == "smtp":
            raise BadMailServer("带用户名和密码时须加密：请用 smtp+starttls:// 或 smtps://。")
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(parts.scheme, parts.hostname, port or _PORTS[parts.scheme], user, password)


@dataclass(frozen=True, slots=True)
class SmtpChannel:
    """Sends each notice as one plain mail; its Message-ID follows from the key, so a repetition can be told."""

    server: MailServer
    sender: str
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def send(self, address: str, subject: str, body: str, key: str) -> None:
        """See NoticeChannel."""
        if not is_email(address):
            raise NoticeRefused("邮箱地址的格式不对")
        message = self._message(address, subject, body, key)
        with _told_apart(), self._connected() as connection:
            connection.send_message(message, self.sender, [address])

    def _message(self, address: str, subject: str, body: str, key: str) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        message["From"] = self.sender
        message["To"] = address
        message["Subject"] = one_line(subject)
        message["Message-ID"] = f"<{sha256(key.encode()).hexdigest()[:40]}@{self.sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(body)
        return message

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        server = self.server
        if server.scheme == "smtps":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=TIMEOUT_SECONDS, context=self.tls
            )
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS)
        with connection:
            if server.scheme == "smtp+starttls":
                connection.starttls(context=self.tls)
            if server.user:
                connection.login(server.user, server.password)
            yield connection


@contextmanager
def _told_apart() -> Iterator[None]:
    """A server that says no for good (5xx to the recipient or the mail) is another thing than one that cannot now."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        code = max((reply[0] for reply in error.recipients.values()), default=550)
        raise _refusal("收件人", code) from error
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
        raise _refusal("这封邮件", error.smtp_code) from error
    except smtplib.SMTPAuthenticationError as error:
        raise NoticeDelayed(f"邮件服务器不接受登录（{error.smtp_code}），请核对 ZHIDA_SMTP_URL") from error
    except (smtplib.SMTPException, OSError) as error:
        raise NoticeDelayed(f"邮件服务器没有接收（{type(error).__name__}）") from error


def _refusal(what: str, code: int) -> Exception:
    if 500 <= code < 600:
        return NoticeRefused(f"邮件服务器拒绝了{what}（{code}）")
    return NoticeDelayed(f"邮件服务器暂时不收{what}（{code}）")
