"""What a server is started with."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any, Literal

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Settings:
    """Every choice of a user about a server, as plain values: it travels to worker processes as JSON.

    *max_body* is in bytes; *users* are ``NAME:PASSWORD`` texts, *api_keys* ``NAME=VALUE``; *now* is ISO 8601 without
    offset, wall clock of *time_zone*; an empty *locales* means the document's own mix. *record* is a file to
    which exchanges are appended, with what *redact* names and secrets are called taken out.
    """

    document: str
    host: str = "127.0.0.1"
    port: int = 8080
    base_path: str | None = None
    seed: int = 1
    locales: tuple[str, ...] = ()
    style: str = "realistic"
    now: str = "2026-01-15T09:00:00"
    time_zone: str = "Europe/Oslo"
    auth: Literal["strict", "any", "off"] = "strict"
    installation: Literal["onsite", "online"] = "onsite"
    users: tuple[str, ...] = ()
    tickets: tuple[str, ...] = ()
    bearers: tuple[str, ...] = ()
    app_tokens: tuple[str, ...] = ()
    api_keys: tuple[str, ...] = ()
    negotiation: str = "strict"
    describe: bool = False
    cors: bool = True
    max_body: int = MEBIBYTE
    record: str = ""
    redact: tuple[str, ...] = ()
    mask_pii: bool = False
    log: bool = True
    reload: bool = False
    workers: int = 1

    def to_json(self) -> str:
        """Return the settings as JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Settings:
        """Return the settings that :meth:`to_json` wrote."""
        read: dict[str, Any] = json.loads(text)
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in read.items()
        }
        return cls(**values)
