"""``mockserver convert``: recordings as NDJSON or HAR."""

from __future__ import annotations

import click


@click.command(short_help="Turn recordings into NDJSON or HAR, without secrets.")
@click.argument("paths", nargs=-1, required=True, metavar="IN...")
@click.argument("out", metavar="OUT")
@click.option("--format", "format_", metavar="FORMAT", help="Read the recordings as this.  [default: by content]")
@click.option(
    "--to",
    type=click.Choice(["ndjson", "har"]),
    help="Write this.  [default: har if OUT ends so, else ndjson]",
)
@click.option("--redact", multiple=True, metavar="NAME", help="Keep members and headers of this name secret, too.")
@click.option("--mask-pii", is_flag=True, help="Mask people's data.")
def convert(
    paths: tuple[str, ...], out: str, format_: str | None, to: str | None, redact: tuple[str, ...], *, mask_pii: bool
) -> None:
    """Turn recordings into NDJSON or HAR; credentials, cookies and tokens are left out."""
