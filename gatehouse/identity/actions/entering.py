"""The way in ends: a code or a link is proved, once; and what the journal says of coming and going."""

from gatehouse.identity import codes, tokens
from gatehouse.identity.models import SignInFlow
from gatehouse.identity.refusals import CodeWrong, FlowOver
from gatehouse.journal import actions as journal
from gatehouse.people.models import Person


def try_code(*, flow: SignInFlow, code: str) -> Person:
    """The person whose code this is; raises `CodeWrong` or `FlowOver`.

    Not in a transaction: the try counts, whatever comes of it.
    """
    if not flow.count_try():
        raise FlowOver
    is_right = codes.fits(code, flow.code_hash, flow_id=flow.pk)
    person = _active(flow)
    if not is_right or person is None:
        note_failed("code", flow.person)
        raise CodeWrong(flow.tries_left) if flow.tries_left else FlowOver
    if not flow.use_up():
        raise FlowOver
    return person


def use_link(*, flow: SignInFlow, link: tokens.Token) -> Person:
    """The person to whom the link was sent; raises `FlowOver`. Which browser may use it is the caller's to check."""
    person = _active(flow)
    if person is None or not link.fits(flow.link_hash) or not flow.use_up():
        raise FlowOver
    return person


def note_sign_in(*, person: Person, methods: list[str]) -> None:
    details = {"methods": methods}
    journal.record(actor=person, verb="session.began", subject=person.name, subject_id=person.pk, details=details)


def note_proof(*, person: Person, method: str) -> None:
    """Somebody who is signed in proved once more that it is they."""
    details = {"method": method}
    journal.record(actor=person, verb="session.proved", subject=person.name, subject_id=person.pk, details=details)


def note_address(*, person: Person) -> None:
    """A code or link came back from the address that they have now."""
    if person.proved_email != person.email:
        Person.objects.filter(pk=person.pk, email=person.email).update(proved_email=person.email)


def note_sign_out(*, person: Person) -> None:
    journal.record(actor=person, verb="session.ended", subject=person.name, subject_id=person.pk)


def note_password_failed(*, person: Person | None) -> None:
    note_failed("password", person)


def note_failed(method: str, person: Person | None) -> None:
    """Written for unknown addresses too, so that both take the same time."""
    subject_id = person.pk if person else ""
    journal.record(
        actor=None, verb="sign-in.failed", subject="sign-in", subject_id=subject_id, details={"method": method}
    )


def _active(flow: SignInFlow) -> Person | None:
    """Asked anew: since the letter was sent they may have left, or have another address now."""
    someone = flow.person_id or flow.pk  # which is nobody's, and costs the same query
    person = Person.objects.filter(pk=someone).first()
    if person is None or not person.is_active:
        return None
    is_theirs = flow.purpose == SignInFlow.Purpose.NEW_ADDRESS or person.email == flow.email
    return person if is_theirs else None
