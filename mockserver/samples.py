"""Answers without a server, for the fixtures of other tests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from mockserver.contract import Contract, Operation
from mockserver.contract.coercion import declared_spelling
from mockserver.errors import UsageError
from mockserver.provider import Provider, Reply


def samples(
    document: str, *, operation: str | None, request: str | None, count: int, select: str | None, **world: Any
) -> Iterator[str]:
    """Yield *count* answers as JSON texts; one is indented, several are one line each.

    Of each the first whole number asked for is one higher than before, or the seed where none is
    asked for. *world* are the provider's options (seed, locales, style, now). Raises MockserverError
    for an unknown operation and for a request that the operation does not take.
    """
    contract = Contract.load(document)
    chosen = _operation(contract, operation)
    asked = _asked(chosen, request)
    provider = Provider(contract, **world)
    layout = orjson.OPT_INDENT_2 if count == 1 else 0
    for step in range(count):
        names = _counted_up(asked, step)
        if step and names == asked:
            provider = Provider(contract, **{**world, "seed": world["seed"] + step})
        reply = provider.answer(chosen, names)
        yield orjson.dumps(_selected(reply, select) if select else reply.value, option=layout).decode()


def _selected(reply: Reply, text: str) -> Any:
    from mockserver.superoffice import selection  # noqa: PLC0415 (only for --select)

    wanted = selection.Selection.parse(text)
    return reply.value if wanted is None or reply.shape is None else selection.select(reply.value, wanted, reply.shape)


def _operation(contract: Contract, name: str | None) -> Operation:
    names = contract.operation_ids
    if name is None:
        if len(names) != 1:
            raise UsageError(f"--operation is needed: the document has {', '.join(names)}")
        return contract.operation(names[0])
    if name not in names:
        raise UsageError(f"--operation {name}: the document has {', '.join(names)}")
    return contract.operation(name)


def _asked(operation: Operation, text: str | None) -> Mapping[str, Any]:
    if text is None:
        examples = [example for content in operation.contents.values() for example in content.examples.values()]
        return next((example for example in examples if isinstance(example, dict)), {})
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise UsageError(f"--request is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise UsageError('--request is not a JSON object; write it like {"SaleId": 703}')
    return _judged(operation, value)


def _judged(operation: Operation, value: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is asked for as the document spells it; raises UsageError with every reason why it is wrong."""
    schemas = {each.name: each.schema for each in operation.parameters}
    parameters = {name: member for name, member in value.items() if name in schemas}
    reasons = [
        f"{name}{each.pointer}: {each.message}" for name in parameters for each in schemas[name].violations(value[name])
    ]
    body = {name: member for name, member in value.items() if name not in schemas}
    schema = next((content.schema for content in operation.contents.values() if content.schema is not None), None)
    if schema is not None:
        body = declared_spelling(body, schema.shape)
        # What is not asked for may be absent.
        reasons += [str(each) for each in schema.violations(body) if each.keyword != "required"]
    if reasons:
        raise UsageError(f"--request: {'; '.join(reasons)}")
    return {**parameters, **body}


def _counted_up(asked: Mapping[str, Any], step: int) -> dict[str, Any]:
    """Return *asked* with its first whole number *step* higher."""
    result = dict(asked)
    for name, value in asked.items():
        if isinstance(value, int) and not isinstance(value, bool):
            result[name] = value + step
            break
    return result
