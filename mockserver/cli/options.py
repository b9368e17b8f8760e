"""What the commands' options share: sizes, and the options of a world."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

SIZES = {"k": 1024, "m": 1024**2, "g": 1024**3}
Command = TypeVar("Command", bound=Callable[..., Any])


class Size(click.ParamType):  # type: ignore[type-arg]  # generic in newer versions alone
    """A number of bytes: 1048576, 512k, 1M."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number of bytes that *value* spells."""
        text = str(value).strip().lower().removesuffix("ib").removesuffix("b")
        factor = SIZES.get(text[-1:], 1)
        digits = text[:-1] if factor > 1 else text
        if not (digits.isascii() and digits.isdigit()):
            self.fail(f"{value!r} is not a size; write 1048576, 512k or 1M", param, ctx)
        return int(digits) * factor


class Lines(click.ParamType):  # type: ignore[type-arg]  # generic in newer versions alone
    """A text that may hold blanks: several of them in a variable stand on lines of their own."""

    name = "text"

    def split_envvar_value(self, rv: str) -> list[str]:
        """Return the lines of a variable's value, but for empty ones."""
        return [line for line in rv.splitlines() if line.strip()]


def options(*given: Callable[[Any], Any]) -> Callable[[Command], Command]:
    """Return a decorator that gives a command all the options *given*."""

    def decorate(command: Command) -> Command:
        for option in reversed(given):
            command = option(command)
        return command

    return decorate


world_options = options(
    click.option("--seed", default=1, show_default=True, help="Chooses the world: same seed, same answers."),
    click.option(
        "--locale",
        "locales",
        multiple=True,
        metavar="LOCALE",
        help="Names and places of these locales, such as nb_NO or de_DE (repeatable).",
    ),
    click.option(
        "--style",
        type=click.Choice(["realistic", "sample"]),
        default="realistic",
        show_default=True,
        help="A world that makes sense, or each value on its own as on the documentation page.",
    ),
    click.option(
        "--now",
        default="2026-01-15T09:00:00",
        show_default=True,
        metavar="DATETIME",
        help="The moment that dates hang on; the clock is never asked.",
    ),
)

judging_options = options(
    click.option("--contract", metavar="DOCUMENT", help="The OpenAPI 3.0 file.  [default: the SuperOffice contract]"),
    click.option("--base-path", metavar="PATH", help="What stands before the contract's paths.  [default: anything]"),
    click.option(
        "--fail-on",
        type=click.Choice(["error", "warning", "note"]),
        default="error",
        show_default=True,
        help="Exit with 1 for findings of this severity and graver ones.",
    ),
    click.option("--select", multiple=True, metavar="RULE", help="Judge by these rules alone (repeatable; drift.*)."),
    click.option(
        "--ignore",
        multiple=True,
        metavar="RULE[:POINTER]",
        help="Leave a rule out, everywhere or at a place such as /Links/*/Name (repeatable).",
    ),
    click.option("--baseline", type=click.Path(), metavar="FILE", help="Accept what is known; fail on what is new."),
    click.option("--update-baseline", is_flag=True, help="Write what was found to the baseline, and accept it."),
    click.option(
        "--report",
        "reports",
        multiple=True,
        metavar="FORMAT=PATH",
        help="Write json, ndjson, junit, sarif, html, github or text; - is standard output (repeatable).",
    ),
    click.option("--redact", multiple=True, metavar="NAME", help="Keep members and headers of this name secret, too."),
    click.option("--mask-pii", is_flag=True, help="Mask people's data in all that is told."),
    click.option("--quiet", is_flag=True, help="Neither progress nor report on the terminal."),
)
