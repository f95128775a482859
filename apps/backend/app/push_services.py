"""To whom a push may be sent: a browser names any address it likes, and we are the one that calls it."""

import re
from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit

# Chrome, Edge on other systems, Opera, Brave, Samsung Internet: https://firebase.google.com/docs/cloud-messaging
# Chromium without Google's keys, as Linux distributions build it: push_messaging_constants.cc in its source.
# Google has other things too at those hosts, so that the path belongs to the address.
# Firefox: https://mozilla-push-service.readthedocs.io
# Safari: https://developer.apple.com/documentation/usernotifications/sending-web-push-notifications-in-web-apps-and-browsers
# Edge on Windows: https://learn.microsoft.com/windows/apps/design/shell/tiles-and-notifications/firewall-allowlist-config
KNOWN = (
    "fcm.googleapis.com",
    "jmt17.google.com/fcm/send/",
    "fcm.google.com/preprod/wp/",
    "updates.push.services.mozilla.com",
    "*.push.apple.com",
    "*.notify.windows.com",
)

# urlsplit drops tabs and line ends and takes any host; whoever sends to the address does neither.
VISIBLE = re.compile(r"[!-~]+")
PLAIN = re.compile(r"(/[\w:~-]+)+")
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
        at_known = any(fits(host, url.path, known) for known in self.hosts)
        return url.scheme == "https" and port in (None, 443) and at_known


def fits(host: str, path: str, known: str) -> bool:
    name, slash, below = known.partition("/")
    # Dots and escapes could lead out of the path again.
    if slash and not (path.startswith(slash + below) and PLAIN.fullmatch(path)):
        return False
    return host.endswith(name[1:]) if name.startswith("*.") else host == name


def is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
