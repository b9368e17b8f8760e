"""Requests and responses as text: ``.http`` files, and the ``http`` fences of documentation pages in Markdown.

A message is its start line, headers, an empty line and its body (RFC 9112, section 2.1). In a file,
``###`` parts what is unrelated, ``#`` and ``//`` begin comments before a message, ``@name = value``
defines ``{{name}}``. The place of an exchange is the line of its request.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from mockserver.exchange import Exchange, Headers, Origin, Part, Request, Response
from mockserver.finding import Finding
from mockserver.recordings.blocks import Blocks
from mockserver.recordings.message import REQUEST, decoded, headers_of, target
from mockserver.recordings.rules import ANSWERED, READABLE, Unusable
from mockserver.recordings.shard import Bare
from mockserver.recordings.variables import resolved, resolved_url
from mockserver.recordings.whole import whole

METHODS = "GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH|QUERY"
REQUEST_LINE = re.compile(
    rf"(?:({METHODS})[ \t]+)?((?:[/?*{{]|https?://)\S*|\S[^\s/.:]*[/.:]\S*)(?:[ \t]+HTTP/[0-9.]+)?[ \t]*"
)
# Inside a body, only what cannot well be body begins the next message.
CERTAIN_REQUEST_LINE = re.compile(rf"({METHODS})[ \t]+(\S+)[ \t]+HTTP/[0-9.]+[ \t]*")
STATUS_LINE = re.compile(r"HTTP/[0-9.]+[ \t]+([0-9]{3})(?:[ \t].*)?")
FIELD = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z:-]+?)[ \t]*:(.*)")
VARIABLE = re.compile(r"@([^\s=]+)\s*=(.*)")
# No head of a message has a longer line (RFC 9112, section 3, recommends 8,000 bytes).
LONGEST = 1 << 16
ASIDE = re.compile(r"\s*(?:#|//|>|<\s*\{%|@|$)")
CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?(?:\r?\n|\r?$)")
LINE_END = re.compile(rb"\r?\n")
TRAILERS = re.compile(rb"(?:[^\r\n]+(?:\r?\n|$))*(?:\r?\n)*")
FENCE = re.compile(r" {0,3}(`{3,}|~{3,})[ \t]*([^\s`]*).*")
HTTP = re.compile(r"http\W*_*", re.IGNORECASE)


@dataclass(slots=True)
class Message:
    """A message as it is read: *number* is the line of its start, from 1; *status* is 0 for a request."""

    number: int
    method: str = ""
    url: str = ""
    status: int = 0
    fields: list[tuple[str, str]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    in_head: bool = True

    def take(self, raw: str) -> None:
        """Take the line *raw*, which may end with a carriage return, for what it is where it stands."""
        line = raw.rstrip("\r")
        is_indented = line[:1] in ("\t", " ")
        if not self.in_head:
            self.lines.append(raw)
        elif not line.strip():
            self.in_head = False
        elif is_indented and self._is_of_url(line):
            self.url += line.strip()
        elif match := FIELD.fullmatch(line):
            self.fields.append((match[1], match[2].strip(" \t")))
        elif is_indented and self.fields and len(self.fields[-1][1]) < LONGEST:
            # RFC 9112, section 5.2: a folded line goes on with the value.
            name, value = self.fields[-1]
            self.fields[-1] = name, f"{value} {line.strip()}"
        else:
            self.lines.append(raw)
            self.in_head = False

    def _is_of_url(self, line: str) -> bool:
        """Whether *line* goes on with the URL, as editors let it."""
        return not self.status and not self.fields and line.lstrip()[0] in "?&" and len(self.url) < LONGEST

    @property
    def body(self) -> str:
        """The body, without the empty lines around it."""
        return "\n".join(self.lines).strip("\r\n")

    @property
    def is_mention(self) -> bool:
        """Whether it is a request line and no more, as text shows one."""
        return not (self.status or self.fields or self.body)


Lines = Iterable[tuple[int, str]]


def read(
    blocks: Blocks, source: str, parted: Callable[[Lines], Iterator[Message | None]], bare: Bare | None
) -> Generator[Exchange | Finding, None, int]:
    """Yield the exchanges of the text in *blocks*, and what is none as a finding; return 0.

    *parted* finds its messages: :func:`in_file` or :func:`in_fences`. A response before which no
    request stands answers *bare*.
    """
    # What is no UTF-8 must come out as it went in.
    text = whole(blocks).decode(errors="surrogateescape")
    lines = list(enumerate(text.split("\n"), 1))
    variables = {match[1]: match[2].strip() for _, line in lines if (match := VARIABLE.fullmatch(line.rstrip("\r")))}
    asked: Message | None = None
    for message in parted(lines):
        if message is None or not message.status:
            yield from _unanswered(asked, source)
            asked = message
        elif message.status >= 200:  # noqa: PLR2004 (RFC 9110, section 15.2: 1xx comes before the answer)
            origin = Origin(source, 0, (asked or message).number, "line")
            try:
                yield _exchange(asked, message, variables, bare, origin)
            except Unusable as unusable:
                yield unusable.finding(origin)
            asked = None
    yield from _unanswered(asked, source)
    return 0


def _unanswered(asked: Message | None, source: str) -> Iterator[Finding]:
    if asked is not None and not asked.is_mention:
        yield Unusable(ANSWERED, "the request has no answer").finding(Origin(source, 0, asked.number, "line"))


def in_file(lines: Lines) -> Iterator[Message | None]:
    """Yield the messages of a file; None where what follows has nothing to do with what was before."""
    part: list[tuple[int, str]] = []
    for number, line in lines:
        if line.startswith("###"):
            yield from _messages(part)
            yield None
            part = []
        else:
            part.append((number, line))
    yield from _messages(part)


def in_fences(lines: Lines) -> Iterator[Message | None]:
    """Yield the messages in fences whose info string is ``http`` (CommonMark 0.31, section 4.5)."""
    closing = ""
    part: list[tuple[int, str]] | None = None
    for number, line in lines:
        fence = FENCE.fullmatch(line.rstrip("\r"))
        if closing:
            if fence and fence[1].startswith(closing) and not fence[2]:
                yield from _messages(part or ())
                closing, part = "", None
            elif part is not None:
                part.append((number, line))
        elif fence:
            closing, part = fence[1], [] if HTTP.fullmatch(fence[2]) else None


def _messages(lines: Lines) -> Iterator[Message]:
    message: Message | None = None
    for number, line in lines:
        following = _start(number, line.rstrip("\r"), inside=message is not None)
        if following is not None:
            if message is not None:
                yield message
            message = following
        elif message is not None:
            message.take(line)
    if message is not None:
        yield message


def _start(number: int, line: str, *, inside: bool) -> Message | None:
    """Return the message that begins with *line*, if one does; *inside* another, fewer lines can be a start."""
    if match := STATUS_LINE.fullmatch(line):
        return Message(number, status=int(match[1]))
    if inside:
        match = CERTAIN_REQUEST_LINE.fullmatch(line)
    else:
        match = None if ASIDE.match(line) else REQUEST_LINE.fullmatch(line)
    return Message(number, match[1] or "GET", match[2]) if match else None


def _exchange(
    asked: Message | None, answered: Message, variables: Mapping[str, str], bare: Bare | None, origin: Origin
) -> Exchange:
    unrecorded: frozenset[Part] = frozenset()
    if asked is not None:
        request = _request(asked, variables)
    elif bare is not None:
        request, unrecorded = Request(bare.method, bare.path), REQUEST
    else:
        raise Unusable(READABLE, "before the response there is no request; say with --operation which it answers")
    headers = headers_of(_heads(answered))
    return Exchange(request, Response(answered.status, headers, _body(answered.body, headers)), 0.0, origin, unrecorded)


def _request(asked: Message, variables: Mapping[str, str]) -> Request:
    path, query, authority, server = target(resolved_url(_text(asked.url), variables))
    headers = headers_of([(name, resolved(value, variables)) for name, value in _heads(asked)], authority)
    body = _body(resolved(asked.body, variables), headers)
    return Request(asked.method, path, query, headers, body, server)


def _heads(message: Message) -> list[tuple[str, str]]:
    return [(name, _text(value)) for name, value in message.fields]


def _text(line: str) -> str:
    """Return a *line* of a head as text: bytes that are no UTF-8 are Latin-1 there (RFC 9110, section 5.5)."""
    try:
        line.encode()
    except UnicodeEncodeError:
        return line.encode(errors="surrogateescape").decode("latin-1")
    return line


def _body(text: str, headers: Headers) -> bytes:
    body = text.encode(errors="surrogateescape")
    if headers.get("transfer-encoding", "").lower().endswith("chunked"):
        body = joined(body)
    return decoded(body, headers)


def joined(body: bytes) -> bytes:
    """Return *body* without its chunks (RFC 9112, section 7.1), as it is where it is not in chunks to its end.

    Most tools show a body without them, under the header as it was sent. A line may end without the
    carriage return, and the empty line behind the last chunk may be missing: editors do that.
    """
    chunks, at = list[bytes](), 0
    while size := CHUNK_SIZE.match(body, at):
        length = int(size[1], 16)
        if length == 0:
            return b"".join(chunks) if TRAILERS.fullmatch(body, size.end()) else body
        end = LINE_END.match(body, size.end() + length)
        if end is None:
            break
        chunks.append(body[size.end() : size.end() + length])
        at = end.end()
    return body
