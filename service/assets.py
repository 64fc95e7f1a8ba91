"""Script and style tags for the browser bundle, read from the manifest that Vite writes."""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path
from typing import TypedDict

from markupsafe import Markup

from processes.errors import ProcessError

#: Address under which Flask serves `service/static/dist`.
PUBLIC_PATH = "/static/dist"


class Chunk(TypedDict, total=False):
    """One file of the bundle, as the manifest describes it."""

    file: str
    name: str
    isEntry: bool
    imports: list[str]
    css: list[str]


class BundleMissing(ProcessError):
    """The browser bundle was never built on this machine, or was built without this entry."""

    code = "BUNDLE_MISSING"


class Assets:
    """The built browser code. The manifest is read once; a new build needs a restart of the service."""

    def __init__(self, dist_path: Path, *, public_path: str = PUBLIC_PATH) -> None:
        self._manifest_path = dist_path / "manifest.json"
        self._public_path = public_path.rstrip("/")

    def tags(self, entry: str) -> Markup:
        """Style and script tags of one entry (`base`, `viewer`, `designer`), styles first.

        Raises `BundleMissing` when the bundle is not built or has no such entry.
        """
        key = self._entry_key(entry)
        styles = [Markup('<link rel="stylesheet" href="{}">').format(self._url(file)) for file in self._styles(key)]
        script = Markup('<script type="module" src="{}"></script>').format(self._url(self._manifest[key]["file"]))
        return Markup("\n").join([*styles, script])

    @cached_property
    def _manifest(self) -> dict[str, Chunk]:
        try:
            text = self._manifest_path.read_text(encoding="utf-8")
        except FileNotFoundError as error:
            raise BundleMissing(
                "页面样式和脚本还没有构建，请先运行 make setup。 (The browser bundle is missing: run `make setup`.)",
                path=str(self._manifest_path),
            ) from error
        manifest: dict[str, Chunk] = json.loads(text)
        return manifest

    def _entry_key(self, entry: str) -> str:
        for key, chunk in self._manifest.items():
            if chunk.get("isEntry") and chunk.get("name") == entry:
                return key
        raise BundleMissing(
            f"构建结果里没有“{entry}”这一部分，请重新运行 make setup。"
            f" (The browser bundle has no entry {entry!r}: run `make setup` again.)",
            entry=entry,
        )

    def _styles(self, key: str) -> list[str]:
        """Styles of a chunk after those of the chunks it imports, each once."""
        found: dict[str, None] = {}
        seen: set[str] = set()

        def collect(chunk_key: str) -> None:
            if chunk_key in seen:
                return
            seen.add(chunk_key)
            chunk = self._manifest[chunk_key]
            for imported in chunk.get("imports", []):
                collect(imported)
            found.update(dict.fromkeys(chunk.get("css", [])))

        collect(key)
        return list(found)

    def _url(self, file: str) -> str:
        return f"{self._public_path}/{file}"
