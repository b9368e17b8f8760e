"""A quick yes is shared by heads that hardly differ, and is asked for with the first exchange of each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from mockserver.contract import Contract, Document
from mockserver.exchange import Exchange, Headers, Request, Response
from mockserver.judging import Judge
from mutation import changed, places
from slow import slow_judge

Make = Callable[..., Exchange]
OPERATION = "CreateDefaultReOpenAppointment"
SALE = b'{"SaleId":703}'
FORM = "application/x-www-form-urlencoded"
MERGE = "application/merge-patch+json"


def test_heads_share_one_yes(superoffice: Contract, exchange: Make, answer: dict[str, Any]) -> None:
    """The first exchange of a head is answered quickly, by what another head had compiled."""
    judge = Judge(superoffice)
    desk = judge.desk(superoffice.operation(OPERATION))
    seen = set()
    for number in range(3):
        made = exchange(orjson.dumps(answer), request={"User-Agent": f"client {number}"}, asked=SALE)
        assert judge.judge(made).findings == judge.judge(made).findings == ()
        head = desk.head(made, {})
        assert head.quick is not None
        assert head.quick(made)
        seen.add(head.quick)
    assert len(seen) == 1
    assert len(desk.heads) == 3


def test_first_of_a_head(superoffice: Contract, exchange: Make, answer: dict[str, Any]) -> None:
    """What is wrong with the first exchange of a head is found, and hides nothing of the next."""
    judge, thorough = Judge(superoffice), slow_judge(superoffice)
    for number, path in enumerate(places(answer)):
        request = {"User-Agent": f"client {number}"}
        for asked in (SALE, b'{"SaleId":"703"}', b'{"SaleId"', b""):
            for value in (changed(answer, path, ["x"]), answer):
                made = exchange(orjson.dumps(value), request=request, asked=asked)
                assert judge.judge(made).findings == thorough.judge(made).findings, path
        if number > 40:  # enough of them
            break


@pytest.mark.parametrize(
    ("sent", "asked", "answered", "status", "rules"),
    [
        ("application/json", {"Id": 7}, {"Id": 7}, 200, []),
        ("application/json", {"Id": None}, {"Id": 7}, 200, []),
        (MERGE, {"Id": 7}, {"Id": 7}, 200, []),
        # RFC 7396: null takes the member away, and it is required.
        (MERGE, {"Id": None}, {"Id": 7}, 200, ["request.body"]),
        # What its own media type takes, and the first one does not.
        ("text/json", {"Id": 2000}, {"Id": 2000}, 200, ["request.body"]),
        # RFC 9110, section 15.3.6: there is no body, whatever the document says.
        ("application/json", {"Id": 7}, {"Id": 7}, 205, ["body.unexpected"]),
        ("application/json", {"Id": 7}, {"Id": "7"}, 200, ["body.type"]),
        # The same bytes are something else as a form.
        (FORM, {"Id": 7}, {"Id": 7}, 200, ["request.body", "request.member-unknown"]),
    ],
)
def test_facts_of_a_head(sent: str, asked: Any, answered: Any, status: int, rules: list[str]) -> None:
    """How a request is read, and how an answer is: whatever a yes does not look at is asked before."""
    judge, thorough = Judge(lenient()), slow_judge(lenient())
    assert judge.judge(_exchange("application/json", {"Id": 7}, {"Id": 7}, 200)).findings == ()
    for first in ({"Id": 7}, asked):  # with a clean exchange before and without
        for body, told in ((first, {"Id": 7}), (asked, answered)):
            made = _exchange(sent, body, told, status)
            assert judge.judge(made).findings == thorough.judge(made).findings
    assert [each.rule for each in Judge(lenient()).judge(_exchange(sent, asked, answered, status)).findings] == rules


def _exchange(sent: str, asked: Any, answered: Any, status: int) -> Exchange:
    request = Request("POST", "/things", "", Headers([("Content-Type", sent)]), orjson.dumps(asked))
    response = Response(status, Headers([("Content-Type", "application/json")]), orjson.dumps(answered))
    return Exchange(request, response)


def lenient() -> Contract:
    """Return a contract whose request has another schema in each media type, read leniently."""
    numbers = {"type": "integer", "nullable": True, "format": "int32"}

    def things(**bounds: Any) -> dict[str, Any]:
        return {"type": "object", "required": ["Id"], "properties": {"Id": {**numbers, **bounds}}}

    thing = {"type": "object", "properties": {"Id": {"type": "integer", "format": "int32"}}}
    answer = {"description": "made", "content": {"application/json": {"schema": thing}}}
    plain = {"schema": {"$ref": "#/components/schemas/Things"}}
    operation = {
        "operationId": "Make",
        "requestBody": {
            "content": {"application/json": plain, MERGE: plain, "text/json": {"schema": things()}, FORM: plain}
        },
        "responses": {"200": answer, "205": answer},
    }
    root = {
        "openapi": "3.0.3",
        "info": {"title": "Things", "version": "1"},
        "x-dialect": "superoffice",
        "components": {"schemas": {"Things": things(maximum=1000)}},
        "paths": {"/things": {"post": operation}},
    }
    return Contract(Document(root))
