"""A quick yes is the yes of all checks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest

from mockserver.contract import Contract
from mockserver.exchange import Exchange, Headers
from mockserver.judging import Judge
from mockserver.provider import Provider
from mockserver.superoffice import Dialect
from mutation import changed, places
from slow import slow_judge

Make = Callable[..., Exchange]
OPERATION = "CreateDefaultReOpenAppointment"
SALE = b'{"SaleId":703}'
ASKED: list[dict[str, str]] = [
    {},
    {"SO-TimeZone": "UTC"},
    {"SO-TimeZone": "UTC,includeTZOffset"},
    {"SO-TimeZone": "AU-SA,includeTZOffset"},
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


def quick_yes(judge: Judge, clean: Exchange) -> Callable[[Exchange], bool]:
    """Return the quick yes that *judge* has for the head of *clean*, in which nothing is wrong, once it came twice."""
    for _ in range(2):
        assert judge.judge(clean).findings == ()
    quick = judge.desk(judge.contract.operation(OPERATION)).head(clean, {}).quick
    assert quick is not None
    return quick


@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_every_change_is_seen(
    superoffice: Contract, exchange: Make, answer: dict[str, Any], asked: dict[str, str]
) -> None:
    """Whatever is changed, and wherever: what is found does not depend on what was judged before."""
    clean = told(superoffice, answer, asked)
    judge, thorough = Judge(superoffice), slow_judge(superoffice)
    first = exchange(orjson.dumps(clean), request=asked, asked=SALE)
    assert thorough.judge(first).findings == ()
    assert quick_yes(judge, first)(first)
    for index, path in enumerate(places(clean)):
        for new in (CHANGES[index % len(CHANGES)], CHANGES[(index + 5) % len(CHANGES)]):
            other = exchange(orjson.dumps(changed(clean, path, new)), request=asked, asked=SALE)
            assert judge.judge(other) == thorough.judge(other), path


@pytest.mark.parametrize(
    ("body", "sent", "rules"),
    [
        (lambda clean: clean.replace(b'"SaleId":703', b'"SaleId":704'), SALE, ["echo.id"]),
        (lambda clean: clean, b'{"SaleId":704}', ["echo.id"]),
        (lambda clean: orjson.dumps({**orjson.loads(clean), "Sale": None}), SALE, ["echo.shown"]),
        (lambda clean: orjson.dumps({**orjson.loads(clean), "Sale": None}), b'{"SaleId":0}', []),
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
    quick_yes(judge, exchange(clean, asked=SALE))
    other = exchange(body(clean), asked=sent)
    findings = judge.judge(other).findings
    assert len(findings) == len(rules), findings
    assert findings == slow_judge(superoffice).judge(other).findings


def spelled(text: bytes) -> Iterator[bytes]:
    """Yield *text*, which is JSON, in other words: each of its strings and numbers in some, and cut off."""
    for index, found in enumerate(re.finditer(rb'"(?:[^"\\]|\\.)*"', text)):
        start, end = found.span()
        before, told, after = text[:start], text[start:end], text[end:]
        escaped = "".join(f"\\u{ord(each):04x}" if ord(each) < 0x10000 else each for each in orjson.loads(told))
        is_name = after.startswith(b":")
        ways = [
            before + b'"' + escaped.encode() + b'"' + after,
            before + told + b" " + after,
            before + b"\n" + told + after,
            *(
                before + told[:-1] + more + told[-1:] + after
                for more in (b"\xff", b"\\ud800", b"\t", b"\\u0000", b'"', b"\\/")
            ),
            before + (told + b":1," + told if is_name else b"") + after,
            before + (told + b":null," + told if is_name else told + told) + after,
        ]
        yield from (ways[(index + step) % len(ways)] for step in (0, 3, 9))
    for found in re.finditer(rb":([0-9][0-9.]*)", text):
        start, end = found.span(1)
        number = text[start:end]
        for other in (b"-" + number, number + b"e0", number + b".0", b"0" + number, number + b"0", b'"%b"' % number):
            yield text[:start] + other + text[end:]
    yield from (text[:cut] for cut in range(0, len(text), 97))
    yield from (text + more for more in (b"\n", b"]", b"{}", b"\x00", b"\xef\xbb\xbf", text))
    yield b"\xef\xbb\xbf" + text


@pytest.mark.parametrize("asked", [{}, {"SO-Language": "no"}], ids=str)
def test_every_way_to_write_is_seen(
    superoffice: Contract, exchange: Make, answer: dict[str, Any], asked: dict[str, str]
) -> None:
    """However an answer is written, with whatever twice in it: what is found is what all checks find."""
    clean = told(superoffice, answer, asked)
    judge, thorough = Judge(superoffice), slow_judge(superoffice)
    first = exchange(orjson.dumps(clean), request=asked, asked=SALE)
    quick_yes(judge, first)
    for body in spelled(orjson.dumps(clean)):
        other = exchange(body, request=asked, asked=SALE)
        assert judge.judge(other) == thorough.judge(other), body


@pytest.mark.parametrize("exponent", range(10, 20))
def test_what_grows_hides_nothing(superoffice: Contract, exchange: Make, answer: dict[str, Any], exponent: int) -> None:
    """A number that takes more bytes when it is written again does not make up for a member that is there twice."""
    clean, judge = orjson.dumps(answer), Judge(superoffice)
    quick_yes(judge, exchange(clean, asked=SALE))
    amount = re.search(rb'"Amount":[0-9.]+', clean)
    assert amount is not None
    twice = clean.replace(amount[0], b'"Amount":1e%d' % exponent)[:-1] + b',"Location":""}'
    assert [each.rule for each in judge.judge(exchange(twice, asked=SALE)).findings] == ["body.duplicate-member"]


@pytest.mark.parametrize(
    ("owner", "start", "end"),
    [
        ((), "StartDate", "EndDate"),
        ((), "PublishFrom", "PublishTo"),
        (("Recurrence",), "StartDate", "EndDate"),
    ],
)
def test_dates_in_order(
    superoffice: Contract, exchange: Make, answer: dict[str, Any], owner: tuple[str, ...], start: str, end: str
) -> None:
    """An end before its start gets no quick yes, in the answer itself and in a member that is remembered."""
    judge, first = Judge(superoffice), exchange(orjson.dumps(answer), asked=SALE)
    quick = quick_yes(judge, first)
    dated = changed(answer, (*owner, start), "2026-03-02T09:00:00")
    for other, is_right in (
        ("2026-03-02T08:59:59", False),
        ("2026-03-02T08:59:59.500000", False),
        ("2026-03-02T09:00:00", True),
        ("2026-03-02T09:00:00.500000", True),
        (..., False),
    ):
        made = exchange(orjson.dumps(changed(dated, (*owner, end), other)), asked=SALE)
        assert quick(made) is is_right
        assert judge.judge(made) == slow_judge(superoffice).judge(made)
        assert (judge.judge(made).findings == ()) is is_right


@pytest.mark.parametrize(
    ("asked", "place", "response", "count"),
    [
        ({"SO-Language": "no"}, b"", {}, 0),
        ({"SO-Language": "no"}, b"[SR_X]", {}, 1),
        ({}, b"[SR_X]", {}, 0),
        ({}, b"", {"Content-Length": "7"}, 1),
        ({}, b"", {"X-New": "7"}, 1),
    ],
)
def test_what_heads_do_not_share(
    superoffice: Contract,
    exchange: Make,
    answer: dict[str, Any],
    *,
    asked: dict[str, str],
    place: bytes,
    response: dict[str, str],
    count: int,
) -> None:
    """What is compiled is shared, and some is looked at for each head: its language, the length, other headers."""
    judge = Judge(superoffice)
    clean = orjson.dumps(told(superoffice, answer, {"SO-Language": "no"}))
    for request in ({}, {"SO-Language": "en"}, {"SO-Language": "no"}):
        assert judge.judge(exchange(clean, request=request, asked=SALE)).findings == ()
    body = clean.replace(b'"Location":""', b'"Location":"%b"' % place)
    made = exchange(body, request=asked, response=response, asked=SALE)
    for _ in range(3):
        findings = judge.judge(made).findings
        assert findings == slow_judge(superoffice).judge(made).findings
        assert len(findings) == count


def test_one_body_in_two_zones(superoffice: Contract, exchange: Make, answer: dict[str, Any]) -> None:
    """The same bytes are right for who asked for this zone, and wrong for who asked for another."""
    judge = Judge(superoffice)
    body = orjson.dumps(told(superoffice, answer, {"SO-TimeZone": "NO,includeTZOffset"}))
    for zone, is_right in (("NO", True), ("AU-SA", False), ("NO", True), ("AU-SA", False)):
        made = exchange(body, request={"SO-TimeZone": f"{zone},includeTZOffset"}, asked=SALE)
        assert (judge.judge(made).findings == ()) is is_right


OFFSETS = ["+01:00", "+02:00", "-01:00", "+00:00", "Z", "+01:30", "+15:00", "+23:59", "", "z"]


@pytest.mark.parametrize("zone", ["NO,includeTZOffset", "CA2A,includeTZOffset", "UTC,includeTZOffset"])
def test_every_offset_is_seen(superoffice: Contract, exchange: Make, answer: dict[str, Any], zone: str) -> None:
    """A date with an offset that its zone does not have then gets no quick yes, wherever it stands; nor one without."""
    asked = {"SO-TimeZone": zone}
    clean, thorough = orjson.dumps(told(superoffice, answer, asked)), slow_judge(superoffice)
    judge = Judge(superoffice)
    quick = quick_yes(judge, exchange(clean, request=asked, asked=SALE))
    times = set()
    for found in re.finditer(rb'(T\d\d:\d\d:\d\d)([^"]*)"', clean):
        for offset in OFFSETS:
            body = clean[: found.end(1)] + offset.encode() + clean[found.end(2) :]
            made = exchange(body, request=asked, asked=SALE)
            findings = thorough.judge(made).findings
            assert judge.judge(made).findings == findings, (found, offset)
            assert not (quick(made) and findings)
            times.add(quick(made))
    assert times == {True, False}


@pytest.mark.parametrize(
    ("content_type", "asked"),
    [
        ("application/xml", b"<T><SaleId>703</SaleId></T>"),
        ("application/x-www-form-urlencoded", b"SaleId=703"),
        ("application/json-patch+json", b'[{"op":"add","path":"/SaleId","value":703}]'),
        ("application/json", b'{"SaleId":"703"}'),
        ("application/json", b'{"SaleId":0}'),
        ("application/json", b'{"SaleId":true}'),
        ("application/json", b'{"SaleId":703.0}'),
        ("application/json", b'{"SaleId":[703]}'),
        ("application/json", b""),
    ],
)
def test_whatever_was_asked(
    superoffice: Contract, exchange: Make, answer: dict[str, Any], content_type: str, asked: bytes
) -> None:
    """An answer is judged by itself: however the request was written, and whatever was asked before."""
    judge, thorough = Judge(superoffice), slow_judge(superoffice)
    for sale in (answer["Sale"], {**answer["Sale"], "SaleId": 704}, None):
        for sent, words in (("application/json", SALE), (content_type, asked), ("application/json", SALE)):
            body = orjson.dumps({**answer, "Sale": sale})
            made = exchange(body, request={"Content-Type": sent}, asked=words)
            assert judge.judge(made).findings == thorough.judge(made).findings


@pytest.mark.parametrize("order", [sorted, lambda names: sorted(names, reverse=True)])
def test_members_in_another_order(
    superoffice: Contract, exchange: Make, answer: dict[str, Any], order: Callable[[Any], list[str]]
) -> None:
    """The order of the first answer is the one that gets a quick yes; in any other one nothing is found either."""

    def ordered(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: ordered(value[name]) for name in order(value)}
        return [ordered(each) for each in value] if isinstance(value, list) else value

    judge, first = Judge(superoffice), exchange(orjson.dumps(ordered(answer)), asked=SALE)
    quick = quick_yes(judge, first)
    assert quick(first)
    other = exchange(orjson.dumps(answer), asked=SALE)
    assert not quick(other)
    assert judge.judge(other).findings == ()


@pytest.mark.parametrize(
    ("asked", "is_quick"),
    [
        (b'{"SaleId":703}', True),
        (b'{"SaleId": 703}', True),
        (b'{"SaleId":  703}', False),
        (b'{ "SaleId":703}', False),
        (b'{"SaleId": 704}', False),
        (b'{"SaleId": 703, "SaleId": 703}', False),
    ],
)
def test_requests_with_blanks(
    superoffice: Contract, exchange: Make, answer: dict[str, Any], asked: bytes, is_quick: bool
) -> None:
    """A request written as Python's json writes it gets a quick yes, too."""
    judge, body = Judge(superoffice), orjson.dumps(answer)
    first = exchange(body, asked=SALE)
    quick = quick_yes(judge, first)
    assert quick(exchange(body, asked=asked)) is is_quick


@pytest.mark.parametrize(("count", "size"), [(1100, 1), (12, 300_000)], ids=["many", "large"])
def test_what_is_new_each_time(
    superoffice: Contract, exchange: Make, answer: dict[str, Any], count: int, size: int
) -> None:
    """A member that is never the same, or too large to be kept, gets its yes all the same, and its no."""
    judge, path = Judge(superoffice), ("Contact", "Name")
    first = exchange(orjson.dumps(answer), asked=SALE)
    quick = quick_yes(judge, first)
    text = orjson.dumps(answer)
    contact = orjson.dumps(answer["Contact"])
    for number in range(count):
        new = orjson.dumps({**answer["Contact"], "Department": f"{number}" * size})
        assert quick(exchange(text.replace(contact, new), asked=SALE))
    for new in (7, ...):
        wrong = exchange(orjson.dumps(changed(answer, path, new)), asked=SALE)
        assert judge.judge(wrong).findings == slow_judge(superoffice).judge(wrong).findings != ()


def test_most_are_answered_quickly(superoffice: Contract, exchange: Make) -> None:
    """Clean answers of a plain kind need no check at all."""
    provider, operation = Provider(superoffice), superoffice.operation(OPERATION)
    judge = Judge(superoffice)
    for sale in range(700, 720):
        body = orjson.dumps(provider.answer(operation, {"SaleId": sale}).value)
        made = exchange(body, asked=b'{"SaleId":%d}' % sale)
        assert quick_yes(judge, made)(made)
