"""``mockserver sample``: answers without a server."""

from __future__ import annotations

from typing import Any

import click

from mockserver.cli.options import world_options
from mockserver.documents import bundled


@click.command(short_help="Print answers without a server.")
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
