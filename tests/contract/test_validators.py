"""Validators that share nothing with each other agree on what an appointment is.

Ours, Connexion's (of responses), Schemathesis's (with its default configuration) and that of
openapi-schema-validator, which openapi-core and others build on.
"""

from __future__ import annotations

import copy
import json
import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests
import schemathesis
from connexion.json_schema import Draft4ResponseValidator, resolve_refs
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft4Validator
from openapi_schema_validator import OAS30Validator, oas30_format_checker
from schemathesis.config import SchemathesisConfig

from mockserver.contract import pointer as pointers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mockserver.contract import Contract, Operation, Shape

    Judge = Callable[[Any], bool]

RECORDED = Path(__file__).parents[2] / "fixtures" / "answers" / "appointment.json"


@pytest.fixture(scope="module")
def operation(superoffice: Contract) -> Operation:
    return superoffice.operation("CreateDefaultReOpenAppointment")


@pytest.fixture(scope="module")
def answer(operation: Operation) -> Any:
    """The recorded answer, with a value instead of each null that stands for an entity: all 25 types are in it."""
    recorded = json.loads(RECORDED.read_text("utf-8"))
    (sample,) = operation.answers["200"].contents["application/json"].examples.values()
    entities = ("UpdatedBy", "InvitedPerson", "Priority", "Project", "AssignedBy")
    recorded["Contact"]["Address"]["Postal"] = recorded["Contact"]["Address"]["Street"]
    return recorded | {name: sample[name] for name in entities}


@pytest.fixture(scope="module")
def entity(superoffice: Contract) -> Shape:
    return superoffice.document.component("AppointmentEntity")


def ours(contract: Contract, operation: Operation) -> Judge:
    schema = operation.answers["200"].contents["application/json"].schema
    assert schema is not None
    return schema.is_valid


def connexions(contract: Contract, operation: Operation) -> Judge:
    root = resolve_refs(contract.document.root)
    return Draft4ResponseValidator(_answer_schema(root, operation), format_checker=Draft4Validator.FORMAT_CHECKER).is_valid


def openapi_schema_validators(contract: Contract, operation: Operation) -> Judge:
    root = resolve_refs(contract.document.root)
    return OAS30Validator(_answer_schema(root, operation), format_checker=oas30_format_checker).is_valid


def _answer_schema(root: Any, operation: Operation) -> Any:
    return root["paths"][operation.path]["post"]["responses"]["200"]["content"]["application/json"]["schema"]


def schemathesiss(contract: Contract, operation: Operation) -> Judge:
    schema = schemathesis.openapi.from_dict(copy.deepcopy(contract.document.root), config=SchemathesisConfig())
    request = requests.Request("POST", "http://localhost" + operation.path).prepare()

    def judge(value: Any) -> bool:
        body, headers = json.dumps(value).encode(), {"content-type": ["application/json"]}
        response = schemathesis.Response(200, headers, body, request, elapsed=0.0, verify=False)
        return schema[operation.path]["POST"].is_valid_response(response)

    return judge


@pytest.fixture(scope="module", params=[ours, connexions, openapi_schema_validators, schemathesiss], ids=lambda each: each.__name__)
def judge(request: pytest.FixtureRequest, superoffice: Contract, operation: Operation) -> Judge:
    """Each of the validators: whether a value may be the answer."""
    made: Judge = request.param(superoffice, operation)
    return made


def places(value: Any, shape: Shape, pointer: str = "") -> Iterator[tuple[str, Any, Shape]]:
    """Yield pointer, value and shape of *value* and of all that is in it."""
    yield pointer, value, shape
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from places(item, shape.items, pointers.join(pointer, index))
    elif isinstance(value, dict):
        for name, member in value.items():
            inner = shape.properties.get(name) or shape.additional
            assert inner is not None
            yield from places(member, inner, pointers.join(pointer, name))


def one_of_each(answer: Any, entity: Shape) -> dict[str, tuple[str, Any, Shape]]:
    """Return a place of *answer* for every property, item and entry that the contract declares, by its pointer there."""
    return {shape.pointer: (pointer, value, shape) for pointer, value, shape in places(answer, entity) if pointer}


class Put:
    """Puts a value at a pointer of an answer, or takes away what is there, for as long as it is looked at."""

    ABSENT = object()

    def __init__(self, answer: Any, pointer: str, value: Any = ABSENT) -> None:
        self.answer, self.value = answer, value
        above, _, token = pointer.rpartition("/")
        self.owner = pointers.resolve(answer, above)
        self.key = pointers.split("/" + token)[0]
