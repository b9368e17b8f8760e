"""The command line. Rooms are imported by the command that needs them: ``--help`` and ``sample`` start at once."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from mockserver import __version__
from mockserver.cli.check import check
from mockserver.cli.convert import convert
from mockserver.cli.sample import sample
from mockserver.cli.serve import serve
from mockserver.cli.validate import validate
from mockserver.config import Config, find
from mockserver.errors import MockserverError

OUR_FAULT = 3
READ = ("contract", "baseline", "ca", "cert")  # parameters that name a file to be read
INTERRUPTED = 130  # 128 and the number of SIGINT, as shells have it


class _Group(click.Group):
    """Prints an error as one line and exits with its code: 2 for a user's mistake, 3 for one of ours."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except MockserverError as error:
            click.echo(f"mockserver: {error}", err=True)
            sys.exit(error.exit_code)
        except KeyboardInterrupt:
            click.echo("mockserver: interrupted", err=True)
            sys.exit(INTERRUPTED)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:
            if os.environ.get("MOCKSERVER_TRACEBACK"):
                raise
            hint = "this is a fault of mockserver; MOCKSERVER_TRACEBACK=1 shows where"
            click.echo(f"mockserver: {type(error).__name__}: {error} ({hint})", err=True)
            sys.exit(OUR_FAULT)


@click.group(
    cls=_Group,
    context_settings={
        "help_option_names": ["-h", "--help"],
        "auto_envvar_prefix": "MOCKSERVER",
        "max_content_width": 110,
    },
)
@click.version_option(__version__, prog_name="mockserver")
@click.pass_context
def main(context: click.Context) -> None:
    """Serve an HTTP API from its OpenAPI document, and hold traffic against it."""
    context.obj = find(Path.cwd())
    context.default_map = defaults(context.obj)


def defaults(config: Config) -> dict[str, dict[str, Any]]:
    """Return what *config* says of the options of each command, by name of the parameter; raises UsageError.

    What a command reads is found from the folder of the configuration, wherever the command is run.
    """
    given = config.defaults({name: _options(each) for name, each in main.commands.items()})
    given = {name: _several(main.commands[name], values) for name, values in given.items()}
    if config.path is not None:
        for values in given.values():
            read = {name: value for name, value in values.items() if name in READ and isinstance(value, str)}
            values.update({name: str(config.path.parent / value) for name, value in read.items()})
    return given


def _several(command: click.Command, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the defaults *given*, of options that may be repeated as a list: one alone may be written as a text."""
    repeated = {each.name for each in command.params if isinstance(each, click.Option) and each.multiple}
    return {name: [value] if name in repeated and isinstance(value, str) else value for name, value in given.items()}


def _options(command: click.Command) -> dict[str, str]:
    """Return the parameters of *command* by the names of their options, without dashes."""
    return {
        name.removeprefix("--"): str(each.name)
        for each in command.params
        if isinstance(each, click.Option)
        for name in each.opts
        if name.startswith("--")
    }


for command in (serve, check, sample, validate, convert):
    main.add_command(command)
