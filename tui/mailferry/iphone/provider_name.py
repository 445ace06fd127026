"""How a provider is called in running text."""

from __future__ import annotations

import re

from mailferry.model.recommendation import Recommendation

_REMARK = re.compile(r"\s*\([^()]*\)$")


def provider_name(recommendation: Recommendation) -> str | None:
    """The provider's name without the remark in brackets that some have: “Outlook.com (MSN, Hotmail)”."""
    return _REMARK.sub("", recommendation.name) if recommendation.name else None
