"""Tags for the letters and pages of cards."""

from django import template

from gatehouse.passes import card_links

register = template.Library()


@register.simple_tag
def card_link(serial: str) -> str:
    """A link made when the letter is written: its time begins then, and no row keeps it."""
    return card_links.address(serial)
