"""To whom a push may be sent: a browser names any address it likes, and we are the one that calls it."""

import re
from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit

# Chrome, Edge on other systems, Opera, Brave, Samsung Internet: https://firebase.google.com/docs/cloud-messaging
# Firefox: https://mozilla-push-service.readthedocs.io
# Safari: https://developer.apple.com/documentation/usernotifications/sending-web-push-notifications-in-web-apps-and-browsers
# Edge on Windows: https://learn.microsoft.com/windows/apps/design/shell/tiles-and-notifications/firewall-allowlist-config
KNOWN = (
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    "*.push.apple.com",
    "*.notify.windows.com",
)

# urlsplit drops tabs and line ends and takes any host; whoever sends to the address does neither.
VISIBLE = re.compile(r"[!-~]+")
HOST = re.compile(r"(?=.{1,253}$)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*")


class PushServices:
    """The push services of the browsers, and `others`: hosts, or `host:port` of a loopback address."""

    def __init__(self, others: Iterable[str] = ()) -> None:
        self.hosts = (*KNOWN, *others)

    def include(self, endpoint: str) -> bool:
        """Tells whether `endpoint` is an https address of one of them; plain http is for loopback alone."""
        try:
            url = urlsplit(endpoint)
            host, port = url.hostname or "", url.port
        except ValueError:
            return False
        if url.username is not None or not VISIBLE.fullmatch(endpoint) or not HOST.fullmatch(host):
            return False
        if is_loopback(host):
            return url.scheme in ("http", "https") and f"{host}:{port}" in self.hosts
        return (
            url.scheme == "https" and port in (None, 443) and any(fits(host, known) for known in self.hosts)
        )


def fits(host: str, known: str) -> bool:
    return host.endswith(known[1:]) if known.startswith("*.") else host == known


def is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
