"""``mockserver serve``: a stand-in backend."""

from __future__ import annotations

from typing import Any

import click

from mockserver.cli.options import Size, world_options
from mockserver.documents import bundled


@click.command(short_help="Serve a mock of an OpenAPI document.")
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
    "--api-key",
    "api_keys",
    multiple=True,
    metavar="NAME=VALUE",
    help="An API key to take, by its name in the document (repeatable).  [default: any]",
)
@click.option(
    "--negotiation",
    type=click.Choice(["strict", "lenient"]),
    default="strict",
    show_default=True,
    help="No acceptable media type: 406, or JSON all the same.",
)
@click.option("--describe", is_flag=True, help="Answer GET on a path that takes none with what it is, as agents do.")
@click.option("--cors/--no-cors", default=True, show_default=True, help="Let browser clients of other origins in.")
@click.option("--max-body", type=Size(), default="1M", show_default=True, help="Largest request body taken.")
@click.option(
    "--record", default="", metavar="FILE", help="Append each exchange to this file as NDJSON, without secrets."
)
@click.option("--redact", multiple=True, metavar="NAME", help="Keep members and headers of this name out of it, too.")
@click.option("--mask-pii", is_flag=True, help="Mask people's data in it.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Worker processes.")
@click.option("--reload", is_flag=True, help="Take up the document anew when it changes.")
@click.option("--quiet", is_flag=True, help="No log line for each request.")
def serve(document: str | None, *, quiet: bool, **options: Any) -> None:
    """Serve DOCUMENT (an OpenAPI 3.0 file; the SuperOffice contract by default)."""
    from mockserver.server.run import serve as run  # noqa: PLC0415 (imports Connexion)
    from mockserver.server.settings import Settings  # noqa: PLC0415

    run(Settings(document=document or str(bundled()), log=not quiet, **options))
