"""The command line. Rooms are imported by the command that needs them: ``--help`` and ``sample`` start at once."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click

from mockserver import __version__
from mockserver.documents import bundled
from mockserver.errors import MockserverError

SIZES = {"k": 1024, "m": 1024**2, "g": 1024**3}
Command = TypeVar("Command", bound=Callable[..., Any])


class _Group(click.Group):
    """Prints an error of ours as one line and exits with its code."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except MockserverError as error:
            click.echo(f"mockserver: {error}", err=True)
            sys.exit(error.exit_code)


class _Size(click.ParamType):  # type: ignore[type-arg]  # generic in newer versions alone
    """A number of bytes: 1048576, 512k, 1M."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        text = str(value).strip().lower().removesuffix("ib").removesuffix("b")
        factor = SIZES.get(text[-1:], 1)
        digits = text[:-1] if factor > 1 else text
        if not (digits.isascii() and digits.isdigit()):
            self.fail(f"{value!r} is not a size; write 1048576, 512k or 1M", param, ctx)
        return int(digits) * factor


def _options(*options: Callable[[Any], Any]) -> Callable[[Command], Command]:
    def decorate(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


world_options = _options(
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


@click.group(
    cls=_Group,
    context_settings={
        "help_option_names": ["-h", "--help"],
        "auto_envvar_prefix": "MOCKSERVER",
        "max_content_width": 110,
    },
)
@click.version_option(__version__, prog_name="mockserver")
def main() -> None:
    """Serve an HTTP API from its OpenAPI document, and hold traffic against it."""


@main.command()
@click.argument("document", required=False, type=click.Path())
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    default=8080,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="Port to listen on; 0 picks a free one.",
)
@click.option("--base-path", metavar="PATH", help="Mount everything below this path, such as /Cust12345.")
@world_options
@click.option(
    "--time-zone",
    default="Europe/Oslo",
    show_default=True,
    help="The server's own zone: IANA name or SuperOffice code.",
)
@click.option(
    "--auth",
    type=click.Choice(["strict", "any", "off"]),
    default="strict",
    show_default=True,
    help="Take the credentials below, any well-formed ones, or ask for none.",
)
@click.option(
    "--installation",
    type=click.Choice(["onsite", "online"]),
    default="onsite",
    show_default=True,
    help="Online takes no Basic, and SoTicket only with SO-AppToken.",
)
@click.option(
    "--user",
    "users",
    multiple=True,
    metavar="NAME:PASSWORD",
    help="A user to let in (repeatable).  [default: tje0:Tje0]",
)
@click.option(
    "--ticket",
    "tickets",
    multiple=True,
    metavar="TICKET",
    help="A ticket to take (repeatable).  [default: one of the seed's]",
)
@click.option(
    "--bearer",
    "bearers",
    multiple=True,
    metavar="TOKEN",
    help="An access token to take (repeatable).  [default: one of the seed's]",
)
@click.option(
    "--app-token",
    "app_tokens",
    multiple=True,
    metavar="TOKEN",
    help="An SO-AppToken to take (repeatable).  [default: any]",
)
@click.option(
    "--negotiation",
    type=click.Choice(["strict", "lenient"]),
    default="strict",
    show_default=True,
    help="No acceptable media type: 406, or JSON all the same.",
)
@click.option("--cors/--no-cors", default=True, show_default=True, help="Let browser clients of other origins in.")
@click.option("--max-body", type=_Size(), default="1M", show_default=True, help="Largest request body taken.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Worker processes.")
@click.option("--reload", is_flag=True, help="Take up the document anew when it changes.")
@click.option("--quiet", is_flag=True, help="No log line for each request.")
def serve(document: str | None, *, quiet: bool, **options: Any) -> None:
    """Serve DOCUMENT (an OpenAPI 3.0 file; the SuperOffice contract by default)."""
    from mockserver.server.run import serve as run  # noqa: PLC0415 (imports Connexion)
    from mockserver.server.settings import Settings  # noqa: PLC0415

    run(Settings(document=document or str(bundled()), log=not quiet, **options))


@main.command()
@click.argument("document", required=False, type=click.Path())
@click.option("--operation", metavar="ID", help="Which operation answers.  [default: the only one]")
@click.option(
    "--request",
    metavar="JSON",
    help="What is asked: parameters and body members by name.  [default: the document's example]",
)
@click.option(
    "--count",
    default=1,
    show_default=True,
    type=click.IntRange(1),
    help="How many answers; the first whole number asked for counts up.",
)
@click.option("--select", metavar="NAMES", help="Members to show, as in $select; the others are null.")
@world_options
def sample(document: str | None, **options: Any) -> None:
    """Print answers without a server: one as indented JSON, several as a line each."""
    from mockserver.samples import samples  # noqa: PLC0415 (imports the provider)

    for text in samples(document or str(bundled()), **options):
        click.echo(text)
