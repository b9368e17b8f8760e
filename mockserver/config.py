"""Defaults of a project: ``mockserver.toml``, or ``[tool.mockserver]`` in ``pyproject.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any

from mockserver.errors import UsageError
from mockserver.finding import Severity
from mockserver.policy import Ignore

FILES = ("mockserver.toml", "pyproject.toml")
OWN = frozenset({"ignores", "severities"})


@dataclass(frozen=True, slots=True)
class Config:
    """What a project says: *options* by name as on the command line, without the dashes before it.

    An option whose value is a table is a command: the options in it are for that command alone.
    """

    path: Path | None = None
    options: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    ignores: tuple[Ignore, ...] = ()
    severities: tuple[tuple[str, Severity], ...] = ()

    def error(self, reason: str) -> UsageError:
        """Return the error that *reason* is, with the file's name."""
        return UsageError(f"{self.path}: {reason}")

    def defaults(self, commands: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, Any]]:
        """Return the defaults of each of *commands*, whose parameters are given by option name.

        An option at the top is for every command that has it. Raises UsageError for one that none has.
        """
        defaults: dict[str, dict[str, Any]] = {name: {} for name in commands}
        for option, value in self.options.items():
            taking = [option] if option in commands and isinstance(value, dict) else list(commands)
            chosen = value if option in commands and isinstance(value, dict) else {option: value}
            for name, given in chosen.items():
                known = [command for command in taking if name in commands[command]]
                if not known:
                    where = f"[{option}] " if chosen is value else ""
                    raise self.error(f"{where}{name}: there is no such option")
                for command in known:
                    defaults[command][commands[command][name]] = given
        return defaults


def find(folder: Path) -> Config:
    """Return the configuration of *folder*: of the nearest file in it or above it; an empty one if there is none.

    Raises UsageError, with the file's name, for one that cannot be read.
    """
    for parent in (folder, *folder.parents):
        for name in FILES:
            path = parent / name
            table = _table(path) if path.is_file() else None
            if table is not None:
                return _config(path, table)
    return Config()


def _table(path: Path) -> dict[str, Any] | None:
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        if path.name == "pyproject.toml":
            return None  # somebody else's matter
        raise UsageError(f"{path}: cannot be read: {error}") from error
    table = content if path.name == "mockserver.toml" else content.get("tool", {}).get("mockserver")
    return table if isinstance(table, dict) else None


def _config(path: Path, table: Mapping[str, Any]) -> Config:
    options = {name: value for name, value in table.items() if name not in OWN}
    empty = Config(path)
    if not isinstance(table.get("ignores", []), list):
        raise empty.error("ignores: is a list of tables; write [[ignores]]")
    if not isinstance(table.get("severities", {}), dict):
        raise empty.error("severities: is a table; write [severities]")
    ignored = tuple(_ignore(empty, each) for each in table.get("ignores", ()))
    severities = []
    for rule, name in table.get("severities", {}).items():
        if name not in list(Severity):
            raise empty.error(f"severities: {rule} = {name!r}; write {', '.join(Severity)}")
        severities.append((rule, Severity(name)))
    return Config(path, options, ignored, tuple(severities))


def _ignore(config: Config, entry: Any) -> Ignore:
    names = [each.name for each in fields(Ignore)]
    if not isinstance(entry, dict) or not all(isinstance(value, str) for value in entry.values()):
        raise config.error(f"ignores: each is a table of texts: {', '.join(names)}")
    unknown = entry.keys() - set(names)
    if unknown:
        raise config.error(f"ignores: there is no {', '.join(sorted(unknown))}; write {', '.join(names)}")
    if not entry.get("pointer", "/").startswith("/"):
        raise config.error(f"ignores: the pointer {entry['pointer']!r} does not begin with /")
    return Ignore(**entry)
