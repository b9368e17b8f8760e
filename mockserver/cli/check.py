"""``mockserver check``: conformance of a live server."""

from __future__ import annotations

import sys
from typing import Any

import click

from mockserver.cli.options import Lines, judging_options
from mockserver.config import Config


@click.command(short_help="Say where a live server breaks the contract.")
@click.argument("url", metavar="URL")
@judging_options
@click.option("--plan", "only_plan", is_flag=True, help="Print what would be sent, and send nothing.")
@click.option("--operation", "operations", multiple=True, metavar="ID", help="Only this operation (repeatable).")
@click.option("--skip", multiple=True, metavar="FAMILY", help="None of these planned requests (repeatable).")
@click.option("--allow-writes", is_flag=True, help="Also operations that the document marks with x-writes.")
@click.option(
    "--profile",
    type=click.Choice(["mock", "superoffice"]),
    default="mock",
    show_default=True,
    help="A server that keeps the document to the letter, or a real one.",
)
@click.option(
    "--max-requests",
    default=500,
    show_default=True,
    type=click.IntRange(1),
    help="Requests to one operation at most.",
)
@click.option("--rate", metavar="RATE", help="No faster than this: 20/s, 100/m.  [default: as fast as answers come]")
@click.option("--time-limit", type=click.FloatRange(0, min_open=True), metavar="SECONDS", help="End after this time.")
@click.option(
    "--timeout",
    default=10.0,
    type=click.FloatRange(0, min_open=True),
    show_default=True,
    metavar="SECONDS",
    help="Wait so long for one answer.",
)
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Requests at a time.")
@click.option("--seed", default=1, show_default=True, help="Chooses the requests: same seed, same requests.")
@click.option("-u", "--user", envvar="MOCKSERVER_USER", metavar="NAME:PASSWORD", help="Sign in with Basic.")
@click.option("--bearer", envvar="MOCKSERVER_BEARER", metavar="TOKEN", help="Sign in with an access token.")
@click.option("--ticket", envvar="MOCKSERVER_TICKET", metavar="TICKET", help="Sign in with a SuperOffice ticket.")
@click.option("--app-token", envvar="MOCKSERVER_APP_TOKEN", metavar="TOKEN", help="Send SO-AppToken beside it.")
@click.option(
    "--api-key",
    "api_keys",
    type=Lines(),
    multiple=True,
    envvar="MOCKSERVER_API_KEYS",
    metavar="NAME=VALUE",
    help="Send this as the document's API key of that name (repeatable; in MOCKSERVER_API_KEYS one a line).",
)
@click.option(
    "-H",
    "--header",
    "headers",
    type=Lines(),
    multiple=True,
    envvar="MOCKSERVER_HEADERS",
    metavar="'NAME: VALUE'",
    help="Send this with every request (repeatable; in MOCKSERVER_HEADERS one a line).",
)
@click.option("--ca", type=click.Path(exists=True), metavar="FILE", help="Trust the authorities in this file.")
@click.option("--cert", type=click.Path(exists=True), metavar="FILE", help="A client's certificate with its key.")
@click.option(
    "--record", multiple=True, metavar="FILE", help="Write the exchanges to FILE, .ndjson or .har (repeatable)."
)
@click.option("--save", type=click.Path(), metavar="FILE", help="Write the smallest failing requests here.")
@click.option("--replay", type=click.Path(exists=True), metavar="FILE", help="Send just the requests saved in FILE.")
@click.pass_obj
def check(config: Config, /, **given: Any) -> None:
    """Say where a live server breaks the contract: planned and generated requests, each answer judged.

    URL is where the contract's paths begin: http://127.0.0.1:8080, https://crm.example.com/Cust12345.
    Credentials may stand in MOCKSERVER_USER, MOCKSERVER_BEARER, MOCKSERVER_TICKET, MOCKSERVER_APP_TOKEN,
    MOCKSERVER_API_KEYS and MOCKSERVER_HEADERS, where no list of processes shows them; they are told nowhere.

    Exit status: 0 conforms, 1 findings, 2 wrong use or nothing to judge, 3 a fault of mockserver, 130 interrupted.
    """
    from mockserver.cli.checking import Asked, run  # noqa: PLC0415 (imports the judges)

    sys.exit(run(config, Asked(**given)))
