"""``mockserver convert``: recordings as NDJSON or HAR."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, Literal

import click

from mockserver.errors import UsageError


@click.command(short_help="Turn recordings into NDJSON or HAR, without secrets.")
@click.argument("paths", nargs=-1, required=True, metavar="IN...")
@click.argument("out", metavar="OUT")
@click.option("--format", "format_", metavar="FORMAT", help="Read the recordings as this.  [default: by content]")
@click.option(
    "--to", type=click.Choice(["ndjson", "har"]), help="Write this.  [default: har where OUT ends so, else ndjson]"
)
@click.option("--redact", multiple=True, metavar="NAME", help="Keep members and headers of this name secret, too.")
@click.option("--mask-pii", is_flag=True, help="Mask people's data.")
def convert(
    *,
    paths: tuple[str, ...],
    out: str,
    format_: str | None,
    to: Literal["ndjson", "har"] | None,
    redact: tuple[str, ...],
    mask_pii: bool,
) -> None:
    """Turn recordings into NDJSON or HAR, written to OUT or - for standard output.

    Credentials, cookies and tokens are taken out. What cannot be read is told, and the rest is converted.

    Exit status: 0 all was converted, 1 something could not be read, 2 wrong use or nothing to convert.
    """
    from mockserver.finding import Finding, Severity  # noqa: PLC0415 (other commands start without it)
    from mockserver.recordings import OperationNeeded, sources  # noqa: PLC0415
    from mockserver.recordings import convert as converted  # noqa: PLC0415
    from mockserver.redaction import Redactor  # noqa: PLC0415
    from mockserver.reports.visible import visible  # noqa: PLC0415

    chosen: Literal["ndjson", "har"] = to or ("har" if out.endswith(".har") else "ndjson")
    if out != "-" and any(_is_same(source.name, out) for source in sources(paths)):
        raise UsageError(f"{out}: cannot be read and written at once; choose another OUT")
    exchanges = failed = 0
    with ExitStack() as open_:
        redactor = Redactor(redact, mask_pii=mask_pii)
        try:
            for each in converted(paths, lambda: _opened(out, open_), chosen, redactor, of=format_):
                if isinstance(each, Finding):
                    click.echo(visible(f"{each.origin}: {each.message}"), err=True)
                    failed += each.severity is Severity.ERROR
                else:
                    exchanges += 1
        except OperationNeeded as error:
            raise UsageError(f"{error.source}: is a body without its request, and no exchange; leave it out") from error
    if not exchanges:
        raise UsageError(f"there is no exchange in {', '.join(paths)}")
    sys.exit(1 if failed else 0)


def _is_same(path: str, out: str) -> bool:
    return Path(path).exists() and Path(out).exists() and Path(path).samefile(out)


def _opened(out: str, open_: ExitStack) -> BinaryIO:
    if out == "-":
        return sys.stdout.buffer
    try:
        return open_.enter_context(Path(out).open("wb"))
    except OSError as error:
        raise UsageError(f"{out}: cannot be written: {error.strerror}; choose another OUT") from error
