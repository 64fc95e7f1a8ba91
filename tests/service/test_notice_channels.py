"""Notices that leave the house: by a real mail server, tried again, given up to a person, and once a day."""

from __future__ import annotations

import email
import email.policy
import socket
import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from processes.actors import system_actor
from processes.desk_words import Channel, DeliveryState, Digest
from processes.errors import BadRequest, Conflict, Forbidden
from processes.notice_channels import NoticeChannel, NoticeDelayed, NoticeRefused
from service.jobs.dispatch import Dispatcher
from service.jobs.table import JOBS
from service.notice_channels import channels_for, read_channel_settings
from service.notice_channels.smtp import MailServer, SmtpChannel
from service.notice_channels.written import ConsoleChannel, FileChannel
from service.orchestration import deliveries, repair
from service.orchestration.inbox import Contact, mark_everything_read, save_contact
from service.orchestration.notices import tell
from service.orchestration.runtime import Runtime, transaction
from service.settings import SettingsRefused, from_environment
from storage.models.instances import Incident
from storage.models.notices import ContactPreference, Delivery, Notice
from tests.journeys import applying_route as route
from tests.world import DISTRICT, World

SENDER, RECIPIENT = "zhida@office.example", "maker@office.example"


class Office:
    """A mail server's say: what it took, and the reply it gives instead while one is set."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.reply: str | None = None
        self.at_recipient: str | None = None

    async def handle_RCPT(  # noqa: N802  (the name that aiosmtpd calls)
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.at_recipient is not None:
            return self.at_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802  (the name that aiosmtpd calls)
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        if self.reply is not None:
            return self.reply
        assert isinstance(envelope.content, bytes)
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.mails.append(message)
        return "250 OK"


class Pigeon:
    """A channel that does what it is told: an error to raise, or nothing."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, str, str]] = []
        self.trouble: Exception | None = None

    def send(self, address: str, subject: str, body: str, key: str) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.sent.append((address, subject, body, key))


@pytest.fixture
def office() -> Iterator[Office]:
    yield Office()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def mail(office: Office) -> Iterator[SmtpChannel]:
    controller = Controller(office, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield SmtpChannel(MailServer("smtp", "127.0.0.1", controller.port), SENDER)
    controller.stop()


@pytest.fixture
def pigeon() -> Pigeon:
    return Pigeon()


@pytest.fixture
def outward(world: World, pigeon: Pigeon) -> Runtime:
    """The house's runtime with a way out for mails."""
    runtime = replace(world.runtime, notice_channels={Channel.EMAIL: pigeon}, site_url="https://zhida.example")
    assert world.zhida.worker is not None
    return runtime


def contact(world: World, digest: str = Digest.AT_ONCE, login: str = "maker") -> None:
    save_contact(world.runtime, Contact(digest, email=RECIPIENT), by=world.actor(login))


def told(world: World, runtime: Runtime, title: str = "一件事", **more: Any) -> Notice:
    """A notice to the maker, carried outside."""
    people = [world.actor("maker").id]
    transaction(
        runtime,
        system_actor(DISTRICT),
        lambda unit: tell(unit, people, kind="offered", title=title, key=title, link="/work", **more),
    )
    notice: Notice = world.one(Notice, title=title[:200])
    deliveries.carry_notices(runtime, DISTRICT, [notice.id])
    return notice


def delivery_id(world: World) -> UUID:
    found: UUID = world.one(Delivery).id
    return found


def test_a_mail_arrives_in_chinese_with_one_line_per_header(mail: SmtpChannel, office: Office) -> None:
    mail.send(RECIPIENT, "待办\r\nBcc: other@evil.example\r\n\r\n正文", "您有新任务。", "k1")

    (found,) = office.mails
    assert found["Subject"] == "待办 Bcc: other@evil.example 正文"
    assert (found["To"], found["From"], found["Bcc"]) == (RECIPIENT, SENDER, None)
    assert found.get_content().strip() == "您有新任务。"


def test_the_same_key_gives_the_same_message_id(mail: SmtpChannel, office: Office) -> None:
    for key in ("k1", "k1", "k2"):
        mail.send(RECIPIENT, "待办", "正文", key)

    ids = [each["Message-ID"] for each in office.mails]
    assert ids[0] == ids[1] != ids[2]


@pytest.mark.parametrize("address", ["a@b", "a@b.c\r\nBcc: x@y.z", "a b@c.d", "", "a@b.c,x@y.z", "<a@b.c>"])
def test_what_is_no_address_is_refused_before_any_connection(address: str) -> None:
    unreachable = SmtpChannel(MailServer("smtp", "127.0.0.1", 1), SENDER)

    with pytest.raises(NoticeRefused):
        unreachable.send(address, "待办", "正文", "k1")


@pytest.mark.parametrize(
    ("recipient", "data", "error"),
    [
        ("550 unknown user", None, NoticeRefused),
        ("451 try later", None, NoticeDelayed),
        (None, "554 refused", NoticeRefused),
        (None, "452 full", NoticeDelayed),
    ],
)
def test_a_refusal_for_good_is_told_from_one_for_now(
    mail: SmtpChannel, office: Office, recipient: str | None, data: str | None, error: type[Exception]
) -> None:
    office.at_recipient, office.reply = recipient, data

    with pytest.raises(error):
        mail.send(RECIPIENT, "待办", "正文", "k1")


def test_a_server_that_is_away_or_cannot_encrypt_is_tried_again(mail: SmtpChannel) -> None:
    away = SmtpChannel(MailServer("smtp", "127.0.0.1", 1), SENDER)
    plain = replace(mail, server=replace(mail.server, scheme="smtp+starttls"))

    for channel in (away, plain):
        with pytest.raises(NoticeDelayed):
            channel.send(RECIPIENT, "待办", "正文", "k1")


def test_a_login_is_made_and_a_wrong_one_is_a_fault_of_the_settings(office: Office) -> None:
    def check(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        right = isinstance(data, LoginPassword) and data.password == b"right"
        return AuthResult(success=right, handled=False)

    controller = Controller(
        office,
        hostname="127.0.0.1",
        port=free_port(),
        authenticator=check,
        auth_require_tls=False,
    )
    controller.start()
    port = controller.port
    try:
        SmtpChannel(MailServer("smtp", "127.0.0.1", port, "zhida", "right"), SENDER).send(RECIPIENT, "甲", "乙", "k")
        with pytest.raises(NoticeDelayed, match="ZHIDA_SMTP_URL"):
            SmtpChannel(MailServer("smtp", "127.0.0.1", port, "zhida", "wrong"), SENDER).send(
                RECIPIENT, "甲", "乙", "k"
            )
    finally:
        controller.stop()
    assert len(office.mails) == 1


def test_a_server_with_encryption_gets_login_and_mail_through_it(office: Office, tmp_path: Path) -> None:
    served, trusted = certificate(tmp_path)
    controller = Controller(
        office,
        hostname="127.0.0.1",
        port=free_port(),
        tls_context=served,
        require_starttls=True,
        authenticator=lambda *_: AuthResult(success=True),
    )
    controller.start()
    try:
        server = MailServer("smtp+starttls", "127.0.0.1", controller.port, "zhida", "right")
        SmtpChannel(server, SENDER, tls=trusted).send(RECIPIENT, "待办", "正文", "k1")
        with pytest.raises(NoticeDelayed):
            SmtpChannel(server, SENDER).send(RECIPIENT, "待办", "正文", "k2")  # nobody vouches for the certificate
    finally:
        controller.stop()
    assert len(office.mails) == 1


def certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """(what a server on 127.0.0.1 shows, what trusts it)."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    built = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    file.write_bytes(private + built.public_bytes(serialization.Encoding.PEM))
    served = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    served.load_cert_chain(file)
    return served, ssl.create_default_context(cafile=str(file))


def test_a_file_takes_each_key_once(tmp_path: Path) -> None:
    channel = FileChannel(tmp_path / "out" / "sms.jsonl")

    for key in ("k1", "k1", "k2"):
        channel.send("13800000001", "待办", "正文\n第二行", key)

    lines = [orjson.loads(line) for line in channel.path.read_bytes().splitlines()]
    assert [line["key"] for line in lines] == ["k1", "k2"]
    assert channel.path.stat().st_mode & 0o077 == 0


def test_the_console_shows_addresses_masked(capsys: pytest.CaptureFixture[str]) -> None:
    ConsoleChannel("sms").send("13800000001", "待办", "正文", "k1")

    shown = capsys.readouterr().err
    assert "138****0001" in shown
    assert "13800000001" not in shown


def test_the_settings_name_the_ways_out(tmp_path: Path) -> None:
    found = channels_for(
        read_channel_settings(
            {
                "ZHIDA_SMTP_URL": "smtp+starttls://user:p%40ss@mail.example",
                "ZHIDA_MAIL_FROM": SENDER,
                "ZHIDA_SMS": f"file:{tmp_path}/sms.jsonl",
                "ZHIDA_WECHAT": "console",
            }
        )
    )

    assert set(found) == {Channel.EMAIL, Channel.SMS, Channel.WECHAT}
    sender: NoticeChannel = found[Channel.EMAIL]
    assert isinstance(sender, SmtpChannel)
    assert sender.server == MailServer("smtp+starttls", "mail.example", 587, "user", "p@ss")
    assert "p@ss" not in repr(sender)


@pytest.mark.parametrize(
    "values",
    [
        {"ZHIDA_SMTP_URL": "mail.example", "ZHIDA_MAIL_FROM": SENDER},
        {"ZHIDA_SMTP_URL": "smtp://user:pass@mail.example", "ZHIDA_MAIL_FROM": SENDER},
        {"ZHIDA_SMTP_URL": "smtps://mail.example"},
        {"ZHIDA_SMS": "gateway"},
        {"ZHIDA_SITE_URL": "zhida.example"},
    ],
)
def test_a_wrong_setting_is_named(values: dict[str, str]) -> None:
    with pytest.raises(SettingsRefused, match=r"ZHIDA_\w+"):
        from_environment({"ZHIDA_DEMO": "1", **values})


def test_who_wants_it_at_once_gets_it_once_and_the_history_says_so(
    world: World, outward: Runtime, pigeon: Pigeon
) -> None:
    contact(world)
    root = route.begin(world, route.open_item(world).id)
    notice = told(world, outward, instance=world.instance(root))
    deliveries.carry_notices(outward, DISTRICT, [notice.id])

    for _ in range(2):
        deliveries.send_delivery(outward, DISTRICT, delivery_id(world))

    ((address, subject, body, _key),) = pigeon.sent
    assert (address, subject) == (RECIPIENT, "【直达】待办任务：一件事")
    assert "https://zhida.example/work" in body
    (row,) = [row for row in world.history(root) if row.kind == "notice_sent"]
    assert row.changes == {"channel": "email", "kind": "offered", "to": "m***@office.example"}
    assert world.one(Delivery).state == DeliveryState.SENT


@pytest.mark.parametrize("digest", [Digest.DAILY, Digest.NEVER])
def test_who_does_not_want_it_at_once_does_not_get_it(world: World, outward: Runtime, digest: str) -> None:
    contact(world, digest)

    told(world, outward)

    assert world.rows(Delivery) == []


def test_no_number_of_a_person_leaves_the_house(world: World, outward: Runtime) -> None:
    contact(world)

    told(world, outward, "账号6222000011112222，身份证220102199001011234，电话13800000001，信用代码91220101MA0Y12345X")

    row = world.one(Delivery)
    for number in ("6222000011112222", "220102199001011234", "13800000001", "91220101MA0Y12345X"):
        assert number not in row.subject + row.body


def test_a_delay_is_tried_again_later_and_then_given_to_a_person(
    world: World, outward: Runtime, pigeon: Pigeon
) -> None:
    contact(world)
    told(world, outward)
    pigeon.trouble = NoticeDelayed("邮件服务器没有接收")
    for pause in deliveries.BACK_OFF:
        deliveries.send_delivery(outward, DISTRICT, delivery_id(world))
        assert world.one(Delivery).state == DeliveryState.WAITING
        world.clock.advance(seconds=pause.total_seconds())

    with pytest.raises(deliveries.NoticeUndeliverable, match="请电话或当面告知本人"):
        deliveries.send_delivery(outward, DISTRICT, delivery_id(world))

    assert world.one(Delivery).state == DeliveryState.FAILED
    pigeon.trouble = None
    deliveries.send_again(outward, DISTRICT, delivery_id(world))
    assert world.one(Delivery).state == DeliveryState.SENT


def test_what_cannot_be_sent_becomes_an_incident_of_the_analysts(world: World, outward: Runtime) -> None:
    contact(world)
    told(world, outward)

    world.drain()  # this house's own worker has no way out

    incident = world.one(Incident, verb="send_delivery")
    assert incident.code == "NOTICE_UNDELIVERABLE"
    assert "m***@office.example" in incident.message
    assert RECIPIENT not in incident.message
    with pytest.raises(deliveries.NoticeUndeliverable):
        repair.retry_incident(world.runtime, incident.id, by=world.actor("analyst"))
    repair.retry_incident(outward, incident.id, by=world.actor("analyst"))
    assert world.one(Incident, verb="send_delivery").state == "resolved"


def test_who_told_the_person_otherwise_closes_the_incident_with_a_reason(world: World, outward: Runtime) -> None:
    contact(world)
    told(world, outward)
    world.drain()
    incident, analyst = world.one(Incident, verb="send_delivery"), world.actor("analyst")

    with pytest.raises(BadRequest, match="请填写原因"):
        repair.close_incident(world.runtime, incident.id, by=analyst, reason=" ")
    with pytest.raises(Forbidden):
        repair.close_incident(world.runtime, incident.id, by=world.actor("maker"), reason="已电话告知")
    repair.close_incident(world.runtime, incident.id, by=analyst, reason="已电话告知")

    closed = world.one(Incident, verb="send_delivery")
    assert (closed.state, closed.resolved_by, closed.resolution) == ("resolved", analyst.id, "已电话告知")
    with pytest.raises(Conflict, match="已经处理完毕"):
        repair.close_incident(world.runtime, incident.id, by=analyst, reason="已电话告知")


def test_a_digest_goes_out_on_working_days_while_something_is_unread(
    world: World, outward: Runtime, pigeon: Pigeon
) -> None:
    contact(world, Digest.DAILY)
    told(world, outward)
    run = Dispatcher(outward, JOBS)
    assert "send_digests" in run.names

    world.clock.set(world.clock.now().replace(day=8))  # a Saturday
    deliveries.send_digests(outward, DISTRICT)
    assert world.rows(Delivery) == []
    world.clock.set(world.clock.now().replace(day=10))
    deliveries.send_digests(outward, DISTRICT)
    deliveries.send_digests(outward, DISTRICT)
    deliveries.send_delivery(outward, DISTRICT, delivery_id(world))
    assert pigeon.sent[0][1] == "【直达】您有 1 条未读通知"

    mark_everything_read(world.runtime, by=world.actor("maker"))
    world.clock.set(world.clock.now().replace(day=11))
    deliveries.send_digests(outward, DISTRICT)
    assert len(world.rows(Delivery)) == 1


def test_an_address_is_kept_until_it_is_taken_away(world: World) -> None:
    contact(world)
    maker = world.actor("maker")

    save_contact(world.runtime, Contact(Digest.NEVER), by=maker)
    assert world.one(ContactPreference, user_id=maker.id).email == RECIPIENT
    save_contact(world.runtime, Contact(Digest.NEVER, email=""), by=maker)
    assert world.one(ContactPreference, user_id=maker.id).email == ""
