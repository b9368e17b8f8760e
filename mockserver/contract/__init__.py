"""An OpenAPI document compiled once: operations, shapes and schemas that judge."""

from mockserver.contract.contract import Contract, Match
from mockserver.contract.document import Document
from mockserver.contract.operation import Answer, Content, Encoding, Operation, Parameter
from mockserver.contract.schema import Schema
from mockserver.contract.shape import Shape
from mockserver.contract.violation import Violation

__all__ = [
    "Answer",
    "Content",
    "Contract",
    "Document",
    "Encoding",
    "Match",
    "Operation",
    "Parameter",
    "Schema",
    "Shape",
    "Violation",
]
