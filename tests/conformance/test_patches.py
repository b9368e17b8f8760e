"""Patches that were made up come to apply."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mockserver.conformance.patches import applicable
from mockserver.contract import Contract
from mockserver.media import patch
from mockserver.reading import defaults

operations = st.lists(
    st.fixed_dictionaries(
        {"op": st.sampled_from(["add", "replace", "remove", "test", "move", "none"]), "path": st.text(max_size=5)},
        optional={"value": st.none() | st.integers() | st.text(max_size=3) | st.lists(st.integers(), max_size=2)},
    )
    | st.integers(),
    max_size=5,
)


@given(operations)
def test_made_up_patches_apply_and_keep_the_schema(superoffice: Contract, made_up: list[Any]):
    schema = superoffice.operation("CreateDefaultReOpenAppointment").contents["application/json"].schema
    assert schema is not None
    found = applicable(made_up, schema.shape)
    assert schema.is_valid(patch.apply(found, defaults(schema.shape)))
    assert len(found) <= len(made_up)


def test_an_operation_on_nothing_is_left_out(superoffice: Contract):
    shape = superoffice.document.component("CreateDefaultReOpenAppointmentRequest")
    assert applicable([{"op": "remove", "path": "/x"}, "text"], shape) == []
    assert applicable([{"op": "add", "path": "/x", "value": "abc"}], shape) == [
        {"op": "add", "path": "/SaleId", "value": 3}
    ]
