"""What a provider that keeps the contract would answer."""

from mockserver.provider.answers import Provider, Reply, usual_status
from mockserver.provider.generator import Generator, UnsatisfiableSchemaError
from mockserver.provider.world import World

__all__ = ["Generator", "Provider", "Reply", "UnsatisfiableSchemaError", "World", "usual_status"]
