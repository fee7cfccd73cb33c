"""A letter's template becomes its subject, HTML and text: one template, in the recipient's language.

`identity/letters/code` is the file `identity/letters/code.html`, which extends `mail/letter.html` and fills its blocks;
the subject is what its block `subject` puts into `<title>`.
"""

import html
import re
from typing import Any

import css_inline
from django.conf import settings
from django.template.loader import get_template
from django.urls import reverse
from django.utils import translation

from gatehouse.core import links, sealing
from gatehouse.mail import message, plain
from gatehouse.mail.models import Letter, MessageClass
from gatehouse.people.models import Organisation

PURPOSE = "letter"  # of the seal
UNSUBSCRIBE = "unsubscribe"  # of the link
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)  # @media keeps the dark colours


def write(letter: Letter, values: dict[str, Any], organisation: Organisation) -> None:
    """Fill in subject and bytes, sealed when the letter carries a credential; nothing is saved."""
    page = _page(letter, values, organisation)
    found = _TITLE.search(page)
    letter.subject = message.one_line(html.unescape(found[1]) if found else "", message.SUBJECT)
    content = message.build(
        message.Writing(
            message_id=letter.message_id,
            at=letter.created_at,
            sender=(organisation.name, settings.MAIL_FROM),
            to=(letter.name, letter.address),
            reply_to=letter.reply_to,
            subject=letter.subject,
            text=plain.from_html(page),
            html=_inliner.inline(page),
            unsubscribe_url=unsubscribe_url(letter),
        )
    )
    letter.rendered = sealing.seal(content, purpose=PURPOSE) if letter.is_credential else content


def _page(letter: Letter, values: dict[str, Any], organisation: Organisation) -> str:
    given = {
        "organisation": organisation,
        "portal_url": settings.BASE_URL,
        "unsubscribe_url": unsubscribe_url(letter),
        "name": letter.name,
        "message_class": letter.message_class,
    }
    with translation.override(letter.language):
        return get_template(f"{letter.template}.html").render({**given, **values})


def unsubscribe_url(letter: Letter) -> str:
    """For everything but notices: a link that names this letter, signed, without the address in it."""
    if letter.message_class == MessageClass.TRANSACTIONAL:
        return ""
    token = links.sign(UNSUBSCRIBE, letter.message_id)
    return settings.BASE_URL + reverse("mail:unsubscribe", args=[token])


def unseal(content: bytes) -> bytes:
    return sealing.unseal(content, purpose=PURPOSE)
