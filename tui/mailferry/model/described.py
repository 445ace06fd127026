"""Descriptions of fields: they become the JSON Schemas that editors show while one types."""

import msgspec


def says(text: str) -> msgspec.Meta:
    """What a field means, in words for its user."""
    return msgspec.Meta(description=text)
