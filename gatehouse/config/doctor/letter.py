"""A letter that is really sent, and what became of it."""

import time
from typing import Any

from django.conf import settings

from gatehouse.mail import actions as mail, queries, route, worker
from gatehouse.mail.models import Letter

PATIENCE = 60.0  # seconds
TURN = 5.0


def send(address: str) -> dict[str, Any]:
    """Post a letter and be a worker until its fate is known: the answer's `state`, and the server's own words.

    Other letters that are due go out as well. While somebody has stopped the sending, nothing goes out.
    """
    letter = mail.send_test(to=address)
    sending = queries.sending()
    if sending.paused_at:
        return _told(letter, "Sending is stopped; the letter goes out when somebody resumes it.")
    if sending.retry_at:  # the server was in trouble; somebody wants to know now whether it still is
        mail.resume_sending(actor=None)
    deadline = time.monotonic() + PATIENCE
    while letter.state in Letter.WAITING and not letter.attempts and time.monotonic() < deadline:
        tally = worker.work(seconds=TURN)
        letter.refresh_from_db()
        if tally.trouble:
            mail.note_trouble(error=tally.trouble)
            return _told(letter, str(tally.trouble))
        time.sleep(0.1)  # a running worker may have it in hand
    if letter.state == Letter.State.SENT:
        mail.note_recovery()
    return _told(letter, " ".join(str(part) for part in (letter.answer_code, letter.answer_text) if part))


def _told(letter: Letter, answer: str) -> dict[str, Any]:
    way = str(route.read(settings.EMAIL_URL))
    return {"to": letter.address, "by": way, "state": letter.state, "answer": answer}
