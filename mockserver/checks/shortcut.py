"""Which quick yes serves a head: the same for all heads that differ in nothing that it looks at.

In a check hardly two requests have the same headers. So what is compiled is shared, and no clean exchange is
waited for: that no check of heads found anything, and the facts asked for here, say as much of a head.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mockserver import media
from mockserver.checks.echo import echoes_of
from mockserver.checks.hidden import keep
from mockserver.checks.quick import Answers, Quick, answers_of, quick, wanted_of
from mockserver.reading import MERGE, PATCH, Reader

if TYPE_CHECKING:
    from mockserver.checks.manners import Narrowing
    from mockserver.checks.subject import Subject
    from mockserver.contract import Schema
    from mockserver.exchange import Exchange


def is_plainly_right(subject: Subject) -> bool:
    """Return whether no check would find anything in the answer of *subject*; no is no answer."""
    head, body = subject.head, subject.exchange.response.body
    if not head.is_plain or subject.announced not in (None, len(body)):
        return False
    found = _answers(subject)
    if found is None:
        return False
    answers, narrowing = found
    asked = subject.asked
    wanted = tuple(wanted_of(asked.get(each.name)) for each in echoes_of(subject, answers.shape))
    facts = answers, wanted, narrowing.marks, narrowing.is_right
    if not head.desk.memory.of(body, facts, lambda: answers.is_right(body, wanted, narrowing)):
        return False
    keep(subject, body)
    return True


def shortcut(subject: Subject) -> Quick | None:
    """Return the quick yes for exchanges with the head of *subject*, which is plainly right; None if there is none."""
    head, sent, found = subject.head, subject.sent, _answers(subject)
    if found is None or sent is None or sent.schema is None:
        return None
    if media.family(sent.media_type) != "json" or sent.media_type == PATCH:
        return None
    if not _is_read_alike(head.desk.reader, sent.schema):
        return None
    # All that the yes follows from: media types may share a schema.
    answers, narrowing = found
    is_merged = sent.media_type == MERGE
    key = quick, answers, narrowing.marks, narrowing.is_right, is_merged, sent.schema.shape
    compiled = head.desk.compiled
    if key not in compiled:
        made = quick(subject, sent.schema, answers, narrowing)
        compiled[key] = _Merged(made) if made is not None and is_merged else made
    known: Quick | None = compiled[key]
    return known


def _answers(subject: Subject) -> tuple[Answers, Narrowing] | None:
    """Return what says yes to answers with the head of *subject*; None where nothing does."""
    head = subject.head
    narrowing = head.desk.manners.narrowing(head) if head.is_plain else None
    if narrowing is None or head.content is None or head.content.schema is None:
        return None
    answers = answers_of(subject, head.content.schema, narrowing.dates)
    return None if answers is None else (answers, narrowing)


def _is_read_alike(reader: Reader, schema: Schema) -> bool:
    """Whether a body is held to the *schema* of its media type alone: a lenient reader asks that of plain ones, too."""
    return reader.plain is None or schema.node == reader.plain.node


class _Merged:
    """A quick yes where null in a request takes a member away (RFC 7396), so that its schema does not judge it."""

    def __init__(self, quick: Quick) -> None:
        self._quick = quick

    def __call__(self, exchange: Exchange) -> bool:
        """Return whether no check finds anything in *exchange*; no is no answer."""
        return b"null" not in exchange.request.body and self._quick(exchange)
