"""Why a letter did not arrive, in plain words, from what the server answered (RFC 3463; codes: the IANA registry)."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gatehouse.mail.delivery import Answer

# By the enhanced code without its first digit, the longest beginning first; the first digit says for now (4) or for good (5).
BY_SUBJECT: dict[str, str | Promise] = {
    "1.1": _("There is no such address at the receiving server."),
    "1.2": _("The part after the @ takes no mail: it may be misspelt."),
    "1.3": _("The address is not written as addresses are."),
    "1.6": _("The mailbox has moved, and nobody knows where to."),
    "1.7": _("The server takes no mail from our sender's address. Look at GATEHOUSE_MAIL_FROM."),
    "1.8": _("The server takes no mail from our sender's address. Look at GATEHOUSE_MAIL_FROM."),
    "1.10": _("The part after the @ takes no mail at all, and says so."),
    "1": _("The receiving server does not know this address."),
    "2.1": _("The mailbox is switched off."),
    "2.2": _("The mailbox is full."),
    "2.3": _("The letter is larger than this mailbox takes."),
    "2": _("The mailbox does not take the letter at present."),
    "3.4": _("The letter is larger than the server takes."),
    "3": _("The receiving server has trouble of its own."),
    "4": _("The mail server could not reach the receiving one."),
    "6.7": _("The mail server takes no address with letters beyond A to Z."),
    "7.8": _("The mail server did not accept our name and password."),
    "7.20": _("Our signature (DKIM) is missing or wrong for the receiving server."),
    "7.23": _("The sender check (SPF) failed: our server is not named as one that may send for our domain."),
    "7.26": _("The sender checks (SPF, DKIM) failed at the receiving server."),
    "7": _("The receiving server refuses the letter by a rule of its own, often because it takes it for junk."),
}
OURS: dict[str, str | Promise] = {
    "the connection broke": _("The connection broke before the server's answer: the letter may have arrived."),
    "the sending process ended": _("Gatehouse was stopped before it heard the answer: the letter may have arrived."),
    "no mail can be sent to this address": _("There is no address, or none that mail could reach."),
    "the letter could not be written": _("The letter could not be written: something is wrong in its text."),
    "sealed with another key": _("The letter was sealed with another key than this portal has now. Ask for a new one."),
}
LATER, NEVER = (
    _("The server asks us to come back later."),
    _("The server refuses the letter, and gives no reason we know."),
)


def why(answer: Answer) -> str | Promise:
    """One sentence; the server's own words stand beside it, never in it."""
    for words, reason in OURS.items():
        if answer.text.startswith(words):
            return reason
    parts = answer.enhanced.split(".")[1:]
    for length in range(len(parts), 0, -1):
        if reason_found := BY_SUBJECT.get(".".join(parts[:length])):
            return reason_found
    if answer.code == 552:
        return BY_SUBJECT["3.4"]
    return LATER if answer.is_for_later else NEVER
