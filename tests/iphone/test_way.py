from __future__ import annotations

import pytest

from mailferry.iphone.way import SUPPORTED_IOS, UnknownPhoneError, way_through


@pytest.mark.parametrize("ios", SUPPORTED_IOS)
def test_mail_accounts_moved_into_apps_with_18(ios: int) -> None:
    apps = ("Settings", "Apps", "Mail", "Mail Accounts")
    assert way_through(ios, "en").mail_accounts == (apps if ios >= 18 else ("Settings", "Mail", "Accounts"))


def test_what_was_not_seen_is_not_called_confirmed() -> None:
    assert [ios for ios in SUPPORTED_IOS if not way_through(ios, "en").confirmed] == [26]


@pytest.mark.parametrize("ios", [0, 14, 19, 27])
def test_an_unknown_version_names_the_known_ones(ios: int) -> None:
    with pytest.raises(UnknownPhoneError, match=f"iOS {ios}; use one of 15, 16, 17, 18, 26"):
        way_through(ios, "en")


def test_an_unknown_language_names_the_known_ones() -> None:
    with pytest.raises(UnknownPhoneError, match="“tlh”; use one of en"):
        way_through(26, "tlh")
