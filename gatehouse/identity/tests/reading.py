"""Reading letters as their recipients do."""

import email
import re
from email import policy

from gatehouse.mail import rendering
from gatehouse.mail.models import Letter


def words_of(letter: Letter) -> str:
    content = rendering.unseal(letter.rendered) if letter.is_credential else bytes(letter.rendered)
    body = email.message_from_bytes(content, policy=policy.default).get_body(("plain",))
    return body.get_content()


def code_of(letter: Letter) -> str:
    return re.search(r"(?<!\d)\d{6}(?!\d)", words_of(letter))[0]


def link_of(letter: Letter) -> str:
    return re.search(r"/sign-in/link/[^\s>)]+", words_of(letter))[0]


def last_letter() -> Letter:
    return Letter.objects.latest("pk")
