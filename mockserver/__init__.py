"""A contract-testing mock server driven by an OpenAPI document."""

__version__ = "0.1.0"
