"""Which quick yes serves a head: the same for all heads that differ in nothing that it looks at.

In a check hardly two requests have the same headers. So what is compiled is shared, and no clean exchange is
waited for: that no check of heads found anything, and the facts asked for here, say as much of a head.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mockserver import media
from mockserver.checks.quick import Quick, quick
from mockserver.media.json import UTF_8
from mockserver.reading import MERGE, PATCH, Reader

if TYPE_CHECKING:
    from mockserver.checks.subject import Subject
    from mockserver.contract import Schema
    from mockserver.exchange import Exchange


def shortcut(subject: Subject) -> Quick | None:
    """Return the quick yes for exchanges with the head of *subject*, in which no check of heads found anything.

    None where there is none. The request's body can be read.
    """
    head, sent = subject.head, subject.sent
    if head.unrecorded or not head.succeeds or head.has_no_body:
        return None
    if head.family != "json" or head.charset not in UTF_8 or head.content is None or head.content.schema is None:
        return None
    if sent is None or media.family(sent.media_type) != "json" or sent.media_type == PATCH or sent.schema is None:
        return None
    narrowing = head.desk.manners.narrowing(head)
    if narrowing is None or not _is_read_alike(head.desk.reader, sent.schema):
        return None
    # All that the yes follows from: media types may share a schema.
    is_merged = sent.media_type == MERGE
    key = quick, narrowing, is_merged, sent.schema.shape, head.content.schema.shape
    compiled = head.desk.compiled
    if key not in compiled:
        found = quick(subject, sent.schema, head.content.schema, narrowing)
        compiled[key] = _Merged(found) if found is not None and is_merged else found
    known: Quick | None = compiled[key]
    return known


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
