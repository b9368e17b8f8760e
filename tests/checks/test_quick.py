"""A quick yes is the yes of all checks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from mockserver.contract import Contract
from mockserver.exchange import Exchange, Headers
from mockserver.judging import Judge
from mockserver.provider import Provider
from mockserver.superoffice import Dialect
from mutation import changed, places

Make = Callable[..., Exchange]
OPERATION = "CreateDefaultReOpenAppointment"
SALE = b'{"SaleId":703}'
ASKED: list[dict[str, str]] = [
    {},
    {"SO-TimeZone": "UTC"},
    {"SO-TimeZone": "UTC,includeTZOffset"},
    {"SO-Language": "no"},
    {"Accept": "application/json", "Accept-Language": "en"},
]
CHANGES: list[Any] = [None, ..., "x", "", 7, 456.0, True, 2**31, [], {}, "2026-02-30T00:00:00", "2026-01-31T00:00:00Z"]


def told(contract: Contract, value: Any, headers: dict[str, str]) -> Any:
    """Return *value* as a server tells it to who sends *headers*."""
    dialect, operation = Dialect(), contract.operation(OPERATION)
    schema = operation.answers["200"].contents["application/json"].schema
    assert schema is not None
    return dialect.present(value, schema.shape, dialect.prepare(Headers(headers.items()), ""))


@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_every_change_is_seen(
    superoffice: Contract, exchange: Make, answer: dict[str, Any], asked: dict[str, str]
) -> None:
    """Whatever is changed, and wherever: what is found does not depend on what was judged before."""
    clean = told(superoffice, answer, asked)
    judge, thorough = Judge(superoffice), Judge(superoffice)
    first = exchange(orjson.dumps(clean), request=asked, asked=SALE)
    thorough.desk(superoffice.operation(OPERATION)).head(first, {}).is_tried = True  # it never learns a quick yes
    assert judge.judge(first).findings == thorough.judge(first).findings == ()
    for index, path in enumerate(places(clean)):
        for new in (CHANGES[index % len(CHANGES)], CHANGES[(index + 5) % len(CHANGES)]):
            other = exchange(orjson.dumps(changed(clean, path, new)), request=asked, asked=SALE)
            assert judge.judge(other) == thorough.judge(other), path


@pytest.mark.parametrize(
    ("body", "sent", "rules"),
    [
        (lambda clean: clean.replace(b'"SaleId":703', b'"SaleId":704'), SALE, ["echo.id"]),
        (lambda clean: clean, b'{"SaleId":704}', ["echo.id"]),
        (lambda clean: clean, b'{"SaleId":"703"}', []),
        (lambda clean: clean, b'{"saleId":703}', []),
        (lambda clean: clean, b'{"SaleId":7.5}', ["request.body"]),
        (lambda clean: clean, b'{"SaleId":703,"X":1}', ["request.member"]),
        (lambda clean: clean, b'{"SaleId":703', ["request.malformed"]),
        (lambda clean: b" " + clean + b"\n", SALE, []),
        (lambda clean: clean + b"]", SALE, ["body.syntax"]),
        (lambda clean: clean[:-1] + b',"Location":""}', SALE, ["body.duplicate"]),
        (lambda clean: clean[:-1] + b',"New":""}', SALE, ["drift.property"]),
        (lambda clean: clean.replace(b'"Location":""', b'"Location":"\\u0041"'), SALE, []),
        (lambda clean: clean.replace(b'"Location":""', b'"Location":"\xff"'), SALE, ["body.syntax"]),
    ],
)
def test_after_a_clean_one(
    superoffice: Contract,
    exchange: Make,
    answer: dict[str, Any],
    body: Callable[[bytes], bytes],
    sent: bytes,
    rules: list[str],
) -> None:
    """What a struct cannot see is seen: another sale, members twice, what only looks like the same."""
    clean, judge = orjson.dumps(answer), Judge(superoffice)
    assert judge.judge(exchange(clean, asked=SALE)).findings == ()
    other = exchange(body(clean), asked=sent)
    findings = judge.judge(other).findings
    assert len(findings) == len(rules), findings
    assert findings == Judge(superoffice).judge(other).findings


def test_most_are_answered_quickly(superoffice: Contract, exchange: Make) -> None:
    """Clean answers of a plain kind need no check at all."""
    provider, operation = Provider(superoffice), superoffice.operation(OPERATION)
    head = None
    judge = Judge(superoffice)
    for sale in range(700, 720):
        body = orjson.dumps(provider.answer(operation, {"SaleId": sale}).value)
        made = exchange(body, asked=b'{"SaleId":%d}' % sale)
        assert judge.judge(made).findings == ()
        head = judge.desk(operation).head(made, {})
        assert head.quick is not None
        assert head.quick(made)
