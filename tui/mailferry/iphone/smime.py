"""S/MIME in payloads: the iPhone's owner decides."""

from __future__ import annotations

SMIME_STAYS_THE_USERS_CHOICE = {
    "SMIMESigningUserOverrideable": True,
    "SMIMESigningCertificateUUIDUserOverrideable": True,
    "SMIMEEncryptByDefaultUserOverrideable": True,
    "SMIMEEncryptionCertificateUUIDUserOverrideable": True,
    "SMIMEEnableEncryptionPerMessageSwitch": True,
}
"""A profile locks what it does not declare overridable; without these nobody could switch S/MIME on."""
