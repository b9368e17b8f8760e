"""Judging a value by a Schema Object: a fast yes or no, and every reason after a no."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from mockserver.contract.json_schema import exact_validator, validator
from mockserver.contract.violation import Violation, violations

if TYPE_CHECKING:
    from collections.abc import Mapping

    import jsonschema_rs

    from mockserver.contract.document import Document
    from mockserver.contract.shape import Shape


class Schema:
    """The Schema Object *node*, which stands at *pointer* of *document*: a validator and a shape.

    Of required properties, those that are *optional* need not be there: ``readOnly`` ones in a
    request, ``writeOnly`` ones in a response (OAS 3.0.3, Schema Object).
    """

    def __init__(self, document: Document, node: Mapping[str, Any], pointer: str, *, optional: str = "") -> None:
        self.document = document
        self.node = node
        self.pointer = pointer
        self.optional = optional

    @cached_property
    def shape(self) -> Shape:
        """The form of the values, references followed."""
        return self.document.shape(self.node, self.pointer)

    @cached_property
    def _validator(self) -> jsonschema_rs.Draft4Validator:
        return validator(self.document, self.node, self.pointer, optional=self.optional)

    @cached_property
    def _exact_validators(self) -> tuple[jsonschema_rs.Draft4Validator, ...]:
        exact, is_enough = exact_validator(self.document, self.node, self.pointer, optional=self.optional)
        return (exact,) if is_enough else (exact, self._validator)

    def is_exact(self, value: Any) -> bool:
        """Return whether *value* surely keeps the schema and has no member that the schema does not declare.

        A quick yes for what is as it should be. No means that it has to be looked at: parts of an ``allOf``
        do not know each other's members.
        """
        return all(validator.is_valid(value) for validator in self._exact_validators)

    def is_valid(self, value: Any) -> bool:
        """Return whether *value* keeps the schema, formats included."""
        return self._validator.is_valid(value)

    def violations(self, value: Any) -> list[Violation]:
        """Return every reason why *value* breaks the schema, in the order of the value; none if it keeps it."""
        return violations(self.document.root, value, self._validator.iter_errors(value))
