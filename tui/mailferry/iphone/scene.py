"""What the drawn screens of one account's set-up need to know."""

from __future__ import annotations

import msgspec

from mailferry.iphone.language import Language
from mailferry.iphone.remark import Remark
from mailferry.iphone.sheet_values import Screens
from mailferry.iphone.signer import Signer
from mailferry.iphone.way import Way
from mailferry.model.provider import AddAccount


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """One account as the screens of one iPhone show it. All texts are plain: each form escapes them itself.

    `title` is the account's name on the iPhone, `name` the sender's (empty: not known), `profile_name` that
    of its profile; `provider` is what running text calls the provider. `button` is the one under “Add
    Account”. `screens` has the values in the order of the screens, under English labels (`label` translates
    them). `password_words` stand where a password is typed (“your app-specific password”); a password never
    does. `shown` is what the iPhone will show while a profile is installed, nothing where none can be made.
    `contains` are the English labels of what it says is in the profile, `authorities` the names of the
    certificates that it warns of.
    """

    title: str
    address: str
    name: str
    provider: str
    button: AddAccount
    screens: Screens
    password_words: str
    one_password: bool
    profile_name: str
    way: Way
    language: Language
    organization: str = "mailferry"
    signer: Signer | None = None
    shown: tuple[Remark, ...] = ()
    contains: tuple[str, ...] = ("Mail Account",)
    authorities: tuple[str, ...] = ()

    def label(self, english: str) -> str:
        """What stands on the screen in the scene's language; English where no translation is known."""
        return self.language.label(english).text
