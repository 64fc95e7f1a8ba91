"""Uploaded files: kept by digest outside the web root, with type and size checked by content, not by name."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path, PurePath
from uuid import UUID

import puremagic

from processes.actors import Actor
from processes.errors import BadRequest, NotFound
from service.orchestration.runtime import Runtime, Unit, transaction
from storage.db import new_id
from storage.models.records import Attachment

LARGEST = 20 * 1024 * 1024
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

#: Ending -> (media type, how its content must begin). Plain text has no signature: it must decode as UTF-8.
ACCEPTED: dict[str, tuple[str, tuple[bytes, ...]]] = {
    ".pdf": ("application/pdf", (b"%PDF-",)),
    ".png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    ".jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    ".jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    ".docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", (_ZIP,)),
    ".xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (_ZIP,)),
    ".doc": ("application/msword", (_OLE,)),
    ".xls": ("application/vnd.ms-excel", (_OLE,)),
    ".ofd": ("application/ofd", (_ZIP,)),
    ".txt": ("text/plain", ()),
    ".csv": ("text/csv", ()),
}


def store(runtime: Runtime, name: str, content: bytes, *, by: Actor) -> UUID:
    """Keep a file; answers its attachment id. Raises BadRequest for a file that is too large or not what it says."""
    shown = _shown_name(name)
    media_type = check_content(shown, content)
    digest = sha256(content).hexdigest()
    _write(runtime.data_dir, digest, content)

    def work(unit: Unit) -> UUID:
        row = Attachment(
            district_id=unit.district_id,
            id=new_id(),
            name=shown,
            media_type=media_type,
            size=len(content),
            digest=digest,
            uploaded_by=by.id,
            uploaded_at=unit.now,
        )
        unit.session.add(row)
        return row.id

    return transaction(runtime, by, work)


def check_content(name: str, content: bytes) -> str:
    """The media type of a file whose content fits its ending. Raises BadRequest with what to do."""
    ending = PurePath(name).suffix.lower()
    if ending not in ACCEPTED:
        kinds = "、".join(sorted(each.removeprefix(".") for each in ACCEPTED))
        raise BadRequest(f"不能上传“{name}”：只接受 {kinds} 格式的文件。")
    if not content:
        raise BadRequest(f"“{name}”是空文件，请重新选择。")
    if len(content) > LARGEST:
        raise BadRequest(f"“{name}”超过 20 MB，请压缩或拆分后上传。")
    media_type, signatures = ACCEPTED[ending]
    fits = content.startswith(signatures) if signatures else _is_text(content)
    if not fits:
        raise BadRequest(f"“{name}”的内容不是 {ending.removeprefix('.')} 格式{_really(content)}，请核对后重新上传。")
    return media_type


def read_content(data_dir: Path, attachment: Attachment) -> bytes:
    """The bytes of a stored file; raises NotFound when they are gone from the disk."""
    path = _path(data_dir, attachment.digest)
    if not path.is_file():
        raise NotFound(f"文件“{attachment.name}”不在存储中，请联系系统管理员从备份恢复。")
    return path.read_bytes()


def _is_text(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return b"\x00" not in content


def _really(content: bytes) -> str:
    try:
        found = puremagic.from_string(content[:4096])
    except (puremagic.PureError, ValueError):
        return ""
    return f"（看起来是 {found.removeprefix('.')}）" if found else ""


def _shown_name(name: str) -> str:
    """The file name without folders and control characters, at most 200 characters; only for people to read."""
    last = name.replace("\\", "/").rpartition("/")[2]
    clean = "".join(each for each in last if each.isprintable()).strip(". ")
    if len(clean) > 200:
        ending = PurePath(clean).suffix[:20]
        clean = clean[: 200 - len(ending)] + ending
    return clean or "未命名"


def _path(data_dir: Path, digest: str) -> Path:
    return data_dir / "files" / digest[:2] / digest


def _write(data_dir: Path, digest: str, content: bytes) -> None:
    path = _path(data_dir, digest)
    if path.is_file():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{digest}.{new_id()}.part")
    partial.write_bytes(content)
    partial.replace(path)
