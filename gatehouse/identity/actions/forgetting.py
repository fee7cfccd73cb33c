"""What is over on the way in is forgotten: codes and links, the trust in browsers, networks. Sessions end in `sessions`."""

from gatehouse.core import clock
from gatehouse.core.forgetting import forget
from gatehouse.identity.models import KnownNetwork, SignInFlow, TrustedBrowser


def forget_ways_in() -> int:
    """Used and unused ones alike, as their time is over: until then a used one is told from one that never was."""
    return forget(SignInFlow.objects.filter(expires_at__lte=clock.now()).order_by("expires_at"))


def forget_browsers() -> int:
    now = clock.now()
    trusted = forget(TrustedBrowser.objects.filter(ends_at__lte=now).order_by("ends_at"))
    unseen = KnownNetwork.objects.filter(seen_at__lte=now - KnownNetwork.LASTS)
    return trusted + forget(unseen.order_by("seen_at"))
