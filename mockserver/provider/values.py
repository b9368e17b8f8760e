"""Faker's values, kept in pools: each is made when first drawn, and drawn in well under a microsecond after.

A pool holds the values of one provider method in one locale. A slot's value hangs on method, locale
and slot alone, so pools need not be filled in any order, nor at all, before the first answer.
"""

from __future__ import annotations

import difflib
import importlib.util
import os
import re
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Protocol

from mockserver import packages
from mockserver.errors import MockserverError, UsageError
from mockserver.provider.source import root

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


DEFAULT_LOCALE = "en_US"
POOL_SIZE = 512
TRIES = 64
# Bokmål and Nynorsk; Faker knows both as Norwegian.
SAME_LANGUAGE = {"nb": "no", "nn": "no"}
NOTHING: Mapping[str, Any] = {}

# Cheap and commonly asked for first; then the others, in Faker's order. Which provider comes first
# changes no value: no two of them have a method of the same name.
FIRST_PROVIDERS = ("person", "company", "address", "phone_number", "lorem", "job")


class UnknownMethodError(MockserverError):
    """Faker has no provider method of this name, or does not take the arguments."""


class Draw(Protocol):
    """A pool to draw from."""

    def __call__(self, key: int) -> Any:
        """Return the value that *key* picks."""


def load_faker() -> None:
    """Import Faker without its scan of all providers in all locales.

    ``faker.config`` imports 26 provider packages to learn two lists: the providers, and the
    locales. That takes 0.25 s and 70 MB. Both lists are names of folders, so a module of that
    name that has read the folders is put in its place, unless Faker is there already. A test
    holds the two against each other.
    """
    if "faker" in sys.modules:
        return
    config: Any = ModuleType("faker.config", "The constants of faker.config, read from folders by mockserver.")
    config.DEFAULT_LOCALE = DEFAULT_LOCALE
    config.META_PROVIDERS_MODULES = ["faker.providers"]
    config.PROVIDERS = [f"faker.providers.{name}" for name in _provider_folders()]
    config.AVAILABLE_LOCALES = list(locales())
    sys.modules["faker.config"] = config
    # The import system binds a submodule to its package only where it loads it itself.
    vars(importlib.import_module("faker"))["config"] = config


@cache
def locales() -> tuple[str, ...]:
    """Return the locales that Faker has, sorted; does not import Faker."""
    return tuple(sorted({name for path in _provider_folders().values() for name in _folders(path)}))


def known_locale(name: str, among: Iterable[str] = ()) -> str:
    """Return the locale that *name* means: ``nb``, ``no`` and ``no-no`` are ``no_NO``.

    *among* are the locales to choose from: all of Faker's by default. Raises UsageError, which
    lists close ones, if there is none or several.
    """
    choice = tuple(dict.fromkeys(among)) or locales()
    language, _, region = name.replace("-", "_").casefold().partition("_")
    language = SAME_LANGUAGE.get(language, language)
    same_language = [locale for locale in choice if locale.split("_")[0].casefold() == language]
    matches = [locale for locale in same_language if not region or locale.casefold() == f"{language}_{region}"]
    if len(matches) == 1:
        return matches[0]
    resembling = difflib.get_close_matches(name, choice, 5, 0.4) if choice == locales() else []
    close = same_language or resembling or choice
    raise UsageError(f"there is no data for the locale {name!r}; try {', '.join(close)}")


class Pools:
    """The pools of one world, opened as they are asked for."""

    def __init__(self, size: int = POOL_SIZE) -> None:
        self._size = size
        self._pools: dict[tuple[str, str, str], Draw] = {}

    def pool(self, method: str, locale: str, arguments: Mapping[str, Any] = NOTHING) -> Draw:
        """Return the pool of *method* in *locale*; a method that the locale lacks is taken from ``en_US``.

        Raises UnknownMethodError when Faker has no such method.
        """
        name = (method, locale, repr(sorted(arguments.items())))
        pool = self._pools.get(name)
        if pool is None:
            pool = self._pools[name] = self.open(method, locale, arguments, _anything)
        return pool

    def check(self, method: str, locale: str) -> None:
        """Raise UnknownMethodError when Faker has no provider method *method* in *locale* or ``en_US``."""
        # To see a method's name in the source takes a tenth of the time of loading a locale.
        if not method.isidentifier() or not _is_declared(method):
            _with_method(method, locale)

    def open(self, method: str, locale: str, arguments: Mapping[str, Any], fits: Callable[[Any], bool]) -> Draw:
        """Return a pool of its own that holds only values that *fits* accepts."""
        make = _maker(method, locale, arguments)
        absent = object()
        size = self._size
        slots: list[Any] = [absent] * size

        def fill(slot: int) -> Any:
            for attempt in range(TRIES):
                value = make(root(slot, method, locale, attempt))
                if fits(value):
                    slots[slot] = value
                    return value
            raise UnknownMethodError(f"Faker's {method!r} gives no value that the schema takes (locale {locale})")

        def draw(key: int) -> Any:
            slot = key * size >> 64
            value = slots[slot]
            return fill(slot) if value is absent else value

        return draw


def _anything(_value: Any) -> bool:
    return True


def _maker(method: str, locale: str, arguments: Mapping[str, Any]) -> Callable[[int], Any]:
    """Return a function from seed to a value of *method*."""
    source = _with_method(method, locale)

    def make(seed: int) -> Any:
        try:
            return source.make(method, seed, arguments)
        except (TypeError, ValueError) as error:
            raise UnknownMethodError(f"Faker's {method!r} does not take {dict(arguments)}: {error}") from error

    return make


def _with_method(method: str, locale: str) -> _Source:
    """Return the source of *locale* if it has *method*, else that of ``en_US``."""
    source = next((each for each in map(_source, (locale, DEFAULT_LOCALE)) if each.offers(method)), None)
    if source is None:
        close = difflib.get_close_matches(method, _source(DEFAULT_LOCALE).methods(), 3)
        hint = f"; did you mean {' or '.join(close)}?" if close else ""
        raise UnknownMethodError(f"Faker has no provider method {method!r}{hint}")
    return source


def _is_declared(method: str) -> bool:
    """Whether the general provider of the first kinds has a method of this name."""
    folders = _provider_folders()
    sources = (folders[name] / "__init__.py" for name in FIRST_PROVIDERS)
    return any(re.search(rf"^    def {method}\(", path.read_text("utf-8"), re.MULTILINE) for path in sources)


@cache
def _source(locale: str) -> _Source:
    load_faker()
    return _Source(locale)


class _Source:
    """A Faker generator of one locale that gets its providers as they are needed."""

    def __init__(self, locale: str) -> None:
        from faker.generator import Generator  # noqa: PLC0415 (Faker is loaded when a value is first made)

        self._locale = locale
        self._generator = Generator()
        others = [name for name in _provider_folders() if name not in FIRST_PROVIDERS]
        self._missing = [*FIRST_PROVIDERS, *others]
        self._own = set(dir(Generator))

    def offers(self, method: str) -> bool:
        """Return whether a provider has *method*."""
        if method.startswith("_") or method in self._own:
            return False
        while not hasattr(self._generator, method):
            if not self._grow():
                return False
        return True

    def methods(self) -> list[str]:
        """Return the names of all provider methods."""
        while self._grow():
            pass
        return [name for name in vars(self._generator) if not name.startswith("_")]

    def make(self, method: str, seed: int, arguments: Mapping[str, Any]) -> Any:
        """Return the value that a generator with all providers gives after ``seed_instance(seed)``."""
        while True:
            self._generator.seed_instance(seed)
            try:
                return getattr(self._generator, method)(**arguments)
            except AttributeError:
                # A provider asks the generator for a method of another one that is not loaded yet.
                if not self._grow():
                    raise

    def _grow(self) -> bool:
        """Load the next provider; False when all are there."""
        from faker.factory import Factory  # noqa: PLC0415 (as above)

        if not self._missing:
            return False
        name = self._missing.pop(0)
        Factory.create(self._locale, [f"faker.providers.{name}"], self._generator)
        return True


@cache
def _provider_folders() -> dict[str, Path]:
    """Return the folder of each of Faker's providers, by name, in Faker's order."""
    providers = packages.folder("faker") / "providers"
    return {name: providers / name for name in _folders(providers)}


def _folders(path: Path) -> list[str]:
    return sorted(entry.name for entry in os.scandir(path) if entry.is_dir() and not entry.name.startswith("__"))
