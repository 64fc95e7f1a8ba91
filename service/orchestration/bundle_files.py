"""A bundle as a file: a zip of definitions with a manifest. Whatever comes from outside is read within limits."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any

import orjson

from processes.errors import BadRequest
from processes.library_words import LARGEST_DRAFT
from service.orchestration.file_kinds import SUFFIXES

MANIFEST = "manifest.json"
FORMAT = "zhida-bundle"
#: Larger bundles, more files and more unpacked bytes are refused before anything is read.
LARGEST_BUNDLE, MOST_FILES, LARGEST_UNPACKED = 5_000_000, 200, 50_000_000
_LONGEST_PATH = 200


@dataclass(frozen=True, slots=True)
class BundleFile:
    """One file of a bundle that is written: where it stands in the zip, its bytes, and what its manifest line says."""

    path: str
    content: bytes
    facts: Mapping[str, Any]


def write_bundle(files: list[BundleFile], head: Mapping[str, Any]) -> bytes:
    """The zip of these files. The same files give the same bytes: no clock, no order of chance."""
    ordered = sorted(files, key=lambda each: each.path)
    lines = [{"file": each.path, "hash": sha256(each.content).hexdigest(), **each.facts} for each in ordered]
    manifest = {"format": FORMAT, "format_version": 1, **head, "definitions": lines}
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        _put(made, MANIFEST, orjson.dumps(manifest, option=orjson.OPT_INDENT_2))
        for each in ordered:
            _put(made, each.path, each.content)
    return target.getvalue()


def _put(made: zipfile.ZipFile, path: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(path, date_time=(2026, 1, 1, 0, 0, 0))
    entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
    made.writestr(entry, content)


def read_bundle(data: bytes) -> dict[str, bytes]:
    """File name -> bytes of a bundle's definitions, as the checks want them named (`review/review_first.form`).

    Raises BadRequest for what is no bundle, too large, has paths that lead elsewhere, or does not fit its manifest.
    """
    if len(data) > LARGEST_BUNDLE:
        raise BadRequest(f"导入包超过 {LARGEST_BUNDLE // 1_000_000} MB，没有读取。请分成几个包。")
    try:
        with zipfile.ZipFile(BytesIO(data)) as given:
            found = _unpacked(given)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise BadRequest("这不是可以读取的 zip 导入包。请重新导出后再上传。") from error
    manifest = found.pop(MANIFEST, None)
    if manifest is None:
        raise BadRequest(f"导入包里没有清单 {MANIFEST}。请上传由流程库导出的包。")
    _check_manifest(manifest, found)
    return {path.partition("/")[2]: content for path, content in found.items()}


def _unpacked(given: zipfile.ZipFile) -> dict[str, bytes]:
    entries = [each for each in given.infolist() if not each.is_dir()]
    if len(entries) > MOST_FILES + 1:
        raise BadRequest(f"导入包里有 {len(entries)} 个文件，上限是 {MOST_FILES} 个。请分成几个包。")
    found: dict[str, bytes] = {}
    seen: set[str] = set()
    left = LARGEST_UNPACKED
    for entry in entries:
        _check_path(entry)
        if entry.filename.casefold() in seen:
            raise BadRequest(f"导入包里“{entry.filename}”出现了两次。请重新导出。")
        seen.add(entry.filename.casefold())
        content = _content(given, entry, min(LARGEST_DRAFT, left))
        left -= len(content)
        found[entry.filename] = content
    return found


def _content(given: zipfile.ZipFile, entry: zipfile.ZipInfo, limit: int) -> bytes:
    """Read no more than the limit, whatever the entry says of its size: a small zip may unpack to a huge file."""
    with given.open(entry) as file:
        content = file.read(limit + 1)
    if len(content) > limit:
        raise BadRequest(f"导入包里的“{entry.filename}”解压后太大，没有读取。请检查这个包的来源。")
    return content


def _check_path(entry: zipfile.ZipInfo) -> None:
    path = PurePosixPath(entry.filename)
    is_link = stat.S_ISLNK(entry.external_attr >> 16)
    leads_away = path.is_absolute() or ".." in path.parts or "\\" in entry.orig_filename or ":" in entry.filename
    if is_link or leads_away or not entry.filename.isprintable() or len(entry.filename) > _LONGEST_PATH:
        raise BadRequest(f"导入包里有不安全的路径“{entry.filename[:60]!r}”，没有读取。请检查这个包的来源。")
    if entry.flag_bits & 0x1:
        raise BadRequest("导入包加了密码，没有读取。请导出不加密码的包。")
    if entry.filename != MANIFEST and (path.suffix not in SUFFIXES or len(path.parts) < 2):
        raise BadRequest(f"导入包里有不认识的文件“{entry.filename}”。只能有 {'、'.join(SUFFIXES)} 和清单。")


def _check_manifest(text: bytes, files: Mapping[str, bytes]) -> None:
    """Every file is named with the digest of its bytes, and nothing is named that is not there."""
    try:
        manifest = orjson.loads(text)
        known = {str(line["file"]): str(line["hash"]) for line in manifest["definitions"]}
        fits = manifest["format"] == FORMAT and manifest["format_version"] == 1
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise BadRequest("导入包的清单读不了。请重新导出后再上传。") from error
    if not fits:
        raise BadRequest("导入包的格式不是这个版本认识的。请用同一版本的流程库导出。")
    if set(known) != set(files):
        odd = sorted(set(known) ^ set(files))
        raise BadRequest(f"导入包与清单不符：{'、'.join(odd[:5])}。请重新导出后再上传。")
    changed = [path for path, content in files.items() if sha256(content).hexdigest() != known[path]]
    if changed:
        raise BadRequest(f"导入包里的文件与清单的校验值不符：{'、'.join(sorted(changed)[:5])}。文件可能被改过或损坏。")
