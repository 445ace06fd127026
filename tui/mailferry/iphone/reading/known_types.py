"""What payloads that set up no mailbox are, in plain words, and which of them a stranger's profile abuses.

Types are Apple's (developer.apple.com, “Profile-Specific Payload Keys”).
"""

from __future__ import annotations

from collections.abc import Mapping

from mailferry.iphone.reading.warning import WarningCode

KNOWN: Mapping[str, str] = {
    "com.apple.caldav.account": "calendars (CalDAV)",
    "com.apple.carddav.account": "contacts (CardDAV)",
    "com.apple.ldap.account": "a directory (LDAP)",
    "com.apple.subscribedcalendar.account": "a subscribed calendar",
    "com.apple.jabber.account": "a chat account",
    "com.apple.ews.account": "an Exchange account for a Mac",
    "com.apple.wifi.managed": "a Wi-Fi network",
    "com.apple.vpn.managed": "a VPN",
    "com.apple.vpn.managed.applayer": "a VPN for single apps",
    "com.apple.vpn.managed.appmapping": "a list of apps that use a VPN",
    "com.apple.relay.managed": "a network relay",
    "com.apple.mdm": "device management (MDM)",
    "com.apple.declarations": "device management (MDM)",
    "com.apple.webcontent-filter": "a web filter",
    "com.apple.dnsSettings.managed": "a name server (DNS)",
    "com.apple.dnsProxy.managed": "a proxy for name servers (DNS)",
    "com.apple.proxy.http.global": "a web proxy",
    "com.apple.mobiledevice.passwordpolicy": "rules for the device’s passcode",
    "com.apple.applicationaccess": "restrictions",
    "com.apple.app.lock": "a single app that the device is held to",
    "com.apple.profileRemovalPassword": "a password for removing the profile",
    "com.apple.security.scep": "a certificate that the device fetches (SCEP)",
    "com.apple.security.acme": "a certificate that the device fetches (ACME)",
    "com.apple.webClip.managed": "a bookmark on the Home Screen",
    "com.apple.font": "a font",
    "com.apple.cellular": "settings of the mobile network",
    "com.apple.apn.managed": "settings of the mobile network",
    "com.apple.airprint": "printers",
    "com.apple.airplay": "AirPlay devices",
    "com.apple.sso": "a single sign-on",
    "com.apple.extensiblesso": "a single sign-on",
    "com.apple.notificationsettings": "settings for notifications",
    "com.apple.homescreenlayout": "the layout of the Home Screen",
    "com.apple.shareddeviceconfiguration": "a text on the lock screen",
    "com.apple.domains": "domains that count as one’s own",
    "com.apple.configurationprofile.identification": "one question for several accounts, on a Mac",
    "com.apple.ManagedClient.preferences": "settings of a Mac",
}

_VPN = "All that the device sends can go through somebody else’s computer."
_PROXY = "What the device loads can go through somebody else’s computer."
_NAMES = "Somebody else decides where names of servers lead, and sees which are asked for."
_MANAGED = "Whoever runs it can set up, read and erase the device."

DANGEROUS: Mapping[str, tuple[WarningCode, str]] = {
    "com.apple.mdm": ("device-management", _MANAGED),
    "com.apple.declarations": ("device-management", _MANAGED),
    "com.apple.vpn.managed": ("vpn", _VPN),
    "com.apple.vpn.managed.applayer": ("vpn", _VPN),
    "com.apple.relay.managed": ("proxy", _PROXY),
    "com.apple.proxy.http.global": ("proxy", _PROXY),
    "com.apple.webcontent-filter": (
        "web-filter",
        "Somebody else decides which pages can be seen, and may see them all.",
    ),
    "com.apple.dnsSettings.managed": ("dns", _NAMES),
    "com.apple.dnsProxy.managed": ("dns", _NAMES),
    "com.apple.mobiledevice.passwordpolicy": (
        "passcode-policy",
        "It can demand another passcode, and erase the device after wrong ones.",
    ),
    "com.apple.applicationaccess": ("restrictions", "It takes away what the device can do."),
    "com.apple.app.lock": ("single-app", "It holds the device to one app."),
    "com.apple.profileRemovalPassword": (
        "removal-disallowed",
        "The profile can be removed only with a password.",
    ),
}
