"""A peer in an environment of its own: ``python judge.py NAME SCHEMA BODIES DOCUMENT``; prints bodies a second."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def fastjsonschema(schema: Any, _: Any) -> Callable[[str], Any]:
    """Return what parses and judges a body by code that fastjsonschema made."""
    import fastjsonschema as peer

    judge = peer.compile({"$schema": "http://json-schema.org/draft-04/schema#", **schema})
    return lambda body: judge(json.loads(body))


def openapi_schema_validator(schema: Any, document: Any) -> Callable[[str], Any]:
    """Return what parses and judges a body by the validator of OAS 3.0."""
    from openapi_schema_validator import OAS30ReadValidator, oas30_format_checker

    whole = {"$ref": schema["$ref"], "components": document["components"], "paths": document["paths"]}
    validator = OAS30ReadValidator(whole, format_checker=oas30_format_checker)
    return lambda body: list(validator.iter_errors(json.loads(body)))


def openapi_core(_: Any, document: Any) -> Callable[[str], Any]:
    """Return what judges a response with the body by the whole document."""
    from openapi_core import OpenAPI
    from openapi_core.testing import MockRequest, MockResponse

    api = OpenAPI.from_dict(document)
    path = "/api/v1/Agents/Appointment/CreateDefaultReOpenAppointment"
    headers = {"Authorization": "Basic dGplMDpUamUw"}
    asked = MockRequest("http://localhost", "post", path, headers=headers, data=b'{"SaleId":703}')
    return lambda body: api.validate_response(asked, MockResponse(body.encode(), content_type="application/json"))


if __name__ == "__main__":
    name, schema_path, bodies_path, document_path = sys.argv[1:5]
    schema, document = (json.loads(Path(path).read_text()) for path in (schema_path, document_path))
    bodies = Path(bodies_path).read_text().splitlines()
    judge = globals()[name](schema, document)
    judge(bodies[0])
    started = time.perf_counter()
    for text in bodies:
        judge(text)
    print(len(bodies) / (time.perf_counter() - started))
