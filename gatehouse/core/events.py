"""Publish and subscribe to facts, within the publisher's transaction.

A fact is a frozen dataclass. Subscribers only leave a mark (one UPDATE or INSERT); when one fails, the whole act fails.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.db import transaction

_subscribers: defaultdict[type, list[Callable[[Any], object]]] = defaultdict(list)


def subscribe(fact: type, subscriber: Callable[[Any], object]) -> None:
    """Call the subscriber with each published fact of exactly this type; saying it twice changes nothing."""
    if subscriber not in _subscribers[fact]:
        _subscribers[fact].append(subscriber)


def publish(fact: object) -> None:
    """Tell every subscriber at once; an error in one is the publisher's error, and undoes its act."""
    with transaction.atomic():
        for subscriber in _subscribers[type(fact)]:
            subscriber(fact)
