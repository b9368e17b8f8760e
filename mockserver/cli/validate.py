"""``mockserver validate``: a verdict on recorded exchanges."""

from __future__ import annotations

import sys
from typing import Any

import click

from mockserver.cli.options import judging_options
from mockserver.config import Config


@click.command(short_help="Say what in recorded traffic breaks the contract.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option(
    "--format",
    "format_",
    metavar="FORMAT",
    help="Read the recordings as har, vcr, ndjson, postman, nock, http, markdown, json or xml.  [default: by content]",
)
@click.option("--operation", metavar="ID", help="Which operation a bare body answers.  [default: the only one]")
@click.option("--status", default=200, show_default=True, type=click.IntRange(100, 599), help="Its status.")
@judging_options
@click.option("--processes", default=1, show_default=True, type=click.IntRange(1, 256), help="Processes that judge.")
@click.option("--cluster", metavar="ADDRESS", help="Judge on the Dask cluster of the scheduler at this address.")
@click.pass_obj
def validate(config: Config, /, **given: Any) -> None:
    """Say what in recorded traffic breaks the contract, where, and why.

    PATH is a recording, a folder, a pattern, a URL such as s3://…, or - for standard input: HAR, VCR and nock
    cassettes, NDJSON, Postman collections, message files (.http), documentation pages (.md), or a bare body.

    Exit status: 0 conforms, 1 findings, 2 wrong use or nothing to judge, 3 a fault of mockserver, 130 interrupted.
    """
    from mockserver.cli.validation import Asked, run  # noqa: PLC0415 (imports the judges)

    sys.exit(run(config, Asked(**given)))
