"""Reading letters as their recipients do."""

import email
from email import policy

from gatehouse.mail import rendering
from gatehouse.mail.models import Letter


def last_letter() -> Letter:
    return Letter.objects.latest("pk")


def words_of(letter: Letter) -> str:
    content = rendering.unseal(letter.rendered) if letter.is_credential else bytes(letter.rendered)
    return email.message_from_bytes(content, policy=policy.default).get_body(("plain",)).get_content()
