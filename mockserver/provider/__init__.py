"""What a provider that keeps the contract would answer."""
