"""A case as a curl command that a person can paste; credentials stay in variables of the shell."""

from __future__ import annotations

import shlex

from mockserver.conformance.case import Case
from mockserver.conformance.settings import Settings
from mockserver.exchange import raw_path


def command(url: str, case: Case, settings: Settings) -> str:
    """Return the command that sends *case* to the server at *url*.

    Values of secrets are not in it: ``$MOCKSERVER_AUTHORIZATION`` stands for that of Authorization.
    """
    request = case.request
    target = url + raw_path(request.path) + (f"?{request.query}" if request.query else "")
    words = ["curl", "-sS", "-i", "-X", request.method, shlex.quote(target)]
    for name, value in request.headers.fields:
        # curl's own way to send a field without a value.
        words += ["-H", shlex.quote(f"{name}: {value}" if value.strip() else f"{name};")]
    for name, _ in settings.added(case):
        if name not in request.headers:
            words += ["-H", f'"{name}: ${variable(name)}"']
    if not request.body:
        return " ".join(words)
    try:
        text = request.body.decode()
    except UnicodeDecodeError:
        text = ""
    if text and "\0" not in text:
        return " ".join([*words, "--data-binary", shlex.quote(text)])
    octal = "".join(f"\\{byte:03o}" for byte in request.body)
    return " ".join(["printf", f"'{octal}'", "|", *words, "--data-binary", "@-"])


def variable(name: str) -> str:
    """Return the shell variable that stands for the header field *name*."""
    return "MOCKSERVER_" + "".join(each if each.isalnum() else "_" for each in name).upper()
