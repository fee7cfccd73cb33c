"""WHERE APPS MEET: what happens because of what, and when."""

from datetime import time, timedelta

from django.utils.translation import gettext

from gatehouse.core import housekeeping
from gatehouse.core.events import subscribe
from gatehouse.core.tasks import wake
from gatehouse.core.ticker import daily, every
from gatehouse.helpdesk import actions as helpdesk, ports as helpdesk_ports, queries as desk, tasks as helpdesk_tasks
from gatehouse.helpdesk.events import AppointmentBooked, AppointmentCancelled, AppointmentMoved, QueueMoved
from gatehouse.identity import actions as identity, tasks as identity_tasks
from gatehouse.identity.events import CodeAsked, SessionsEnded, SignInDenied
from gatehouse.identity.oidc import actions as oidc, tasks as oidc_tasks
from gatehouse.identity.oidc.events import SignOutsToTell
from gatehouse.mail import actions as mail, tasks as mail_tasks
from gatehouse.mail.events import LettersPosted, RunExpanded
from gatehouse.passes import actions as passes, queries as passes_queries, tasks as passes_tasks
from gatehouse.passes.events import BatchAsked, GoogleMarked, MailingAsked, PassesRenewed, PassesStale
from gatehouse.people import tasks as people_tasks
from gatehouse.people.events import (
    MembershipChanged,
    MembershipLapsed,
    OrganisationChanged,
    PeopleChanged,
    PeopleInvited,
    PeopleMerged,
    PersonErased,
    PersonLeft,
    RoleRevoked,
    RoleShut,
    RosterAsked,
)
from gatehouse.people.models import Person


def connect() -> None:
    """A line below should read as a sentence."""
    rosters()
    people()
    single_sign_on()
    help_desk()
    appointments()
    letters()
    passes_and_wallets()
    forgetting()


def rosters() -> None:
    """A file comes in."""
    subscribe(RosterAsked, wake(people_tasks.work_on_imports))
    every(timedelta(seconds=10), people_tasks.work_on_imports)
    daily(time(3, 10), people_tasks.clear_away_imports)


def people() -> None:
    """People come, leave, and turn out to be one."""
    daily(time(0, 5), people_tasks.lapse_memberships)
    every(timedelta(minutes=10), people_tasks.tell_of_leavers)  # a day named long before begins at midnight here
    subscribe(PeopleInvited, wake(identity_tasks.write_invitations))
    every(timedelta(minutes=1), identity_tasks.write_invitations)
    subscribe(PersonLeft, identity.end_sessions_of_leavers)
    subscribe(PeopleMerged, identity.end_sessions_of_merged)
    subscribe(PeopleMerged, identity.give_factors_to_kept)
    subscribe(PeopleMerged, identity.give_fobs_to_kept)
    subscribe(PeopleMerged, mail.give_letters_to_kept)
    subscribe(PeopleMerged, helpdesk.give_tickets_to_kept)
    subscribe(PersonErased, mail.erase_letters)
    subscribe(PersonErased, _forget_cards)
    subscribe(PersonErased, helpdesk.erase_asker)
    subscribe(PersonLeft, helpdesk.cancel_of_leavers)
    subscribe(PersonLeft, helpdesk.end_shifts_of_leavers)


def single_sign_on() -> None:
    """Other services ask who somebody is; who is signed out here, leaves or may come in no more is signed out there."""
    subscribe(SessionsEnded, oidc.end_with_sessions)
    subscribe(SignInDenied, oidc.end_with_denied)
    subscribe(PersonLeft, oidc.end_with_leavers)
    subscribe(PeopleMerged, oidc.end_with_merged)
    subscribe(PeopleMerged, oidc.give_names_to_kept)
    subscribe(PersonErased, oidc.end_with_erased)
    subscribe(RoleRevoked, oidc.end_where_not_welcome)
    subscribe(RoleShut, oidc.end_with_role)
    subscribe(MembershipChanged, oidc.end_where_not_welcome)
    subscribe(MembershipLapsed, oidc.end_with_lapsed)
    subscribe(PeopleChanged, oidc.end_with_imported)
    subscribe(SignOutsToTell, wake(oidc_tasks.tell_sign_outs))
    every(timedelta(seconds=30), oidc_tasks.tell_sign_outs)
    every(timedelta(hours=1), oidc_tasks.rotate_keys)
    every(timedelta(hours=1), oidc_tasks.forget_devices)


def help_desk() -> None:
    """Somebody waits, is helped, and says how it was."""
    helpdesk_ports.holder_of = _holder_of
    subscribe(QueueMoved, wake(helpdesk_tasks.tell_the_waiting))
    every(timedelta(seconds=20), helpdesk_tasks.tell_the_waiting)
    every(timedelta(minutes=1), helpdesk_tasks.ask_ratings)
    every(timedelta(seconds=20), helpdesk_tasks.open_appointments)
    every(timedelta(minutes=1), helpdesk_tasks.remind_of_appointments)
    daily(time(3, 30), helpdesk_tasks.forget_guests)
    daily(time(6, 15), helpdesk_tasks.send_monthly_reports)  # on the first of a month, or when a portal is up again


def _holder_of(code: str) -> Person | None:
    """Of a card of theirs, or of one that stands for an appointment they booked."""
    return passes_queries.holder_of(code) or desk.booked_by(_appointment(passes_queries.about_in(code)))


def appointments() -> None:
    """A time is booked, and with it comes a card for the phone."""
    helpdesk_ports.card_designs = _designs_of_tickets
    helpdesk_ports.card_of = lambda appointment: passes_queries.address_about(_about(appointment))
    subscribe(AppointmentBooked, _keep_card)
    subscribe(AppointmentMoved, _keep_card)
    subscribe(AppointmentCancelled, _stop_card)


def _about(appointment: int) -> str:
    return f"appointment {appointment}"


def _appointment(about: str) -> int | None:
    kind, _blank, number = about.partition(" ")
    return int(number) if kind == "appointment" else None


def _designs_of_tickets() -> list[tuple[int, str]]:
    return [(design.pk, design.name) for design in passes_queries.ticket_designs()]


def _keep_card(fact: AppointmentBooked | AppointmentMoved) -> None:
    design = desk.desk().appointment_card
    passes.keep_card(about=_about(fact.appointment), design=design, own=desk.card_words(fact.appointment))


def _stop_card(fact: AppointmentCancelled) -> None:
    passes.stop_card(about=_about(fact.appointment), reason=gettext("The appointment was cancelled."))


def _forget_cards(fact: PersonErased) -> None:
    passes.forget_cards(about=[_about(number) for number in desk.appointments_with(fact.person_id)])


def letters() -> None:
    """Letters leave soon after the commit, and in any case."""
    subscribe(LettersPosted, wake(mail_tasks.send_waiting))  # soon after the commit: sign-in codes
    subscribe(CodeAsked, wake(mail_tasks.send_waiting))  # for addresses nobody has too: time must not tell
    every(timedelta(seconds=10), mail_tasks.send_waiting)  # and in any case
    subscribe(RunExpanded, wake(mail_tasks.write_letters))
    every(timedelta(minutes=1), mail_tasks.write_letters)
    subscribe(MailingAsked, wake(passes_tasks.post_mailings))
    every(timedelta(minutes=1), passes_tasks.post_mailings)


def passes_and_wallets() -> None:
    """A fact changes, and with it the card on a phone."""
    subscribe(OrganisationChanged, passes.mark_all)
    subscribe(PeopleChanged, passes.mark_changed_people)
    subscribe(MembershipChanged, passes.mark_membership)
    subscribe(MembershipLapsed, passes.mark_lapsed)
    subscribe(PersonLeft, passes.mark_leavers)
    subscribe(PeopleMerged, passes.give_passes_to_kept)
    subscribe(PersonErased, passes.erase_holder)
    daily(time(0, 10), passes_tasks.mark_just_left)
    subscribe(PassesStale, wake(passes_tasks.renew_stale))
    every(timedelta(seconds=10), passes_tasks.renew_stale)
    subscribe(PassesRenewed, wake(passes_tasks.push_waiting))
    every(timedelta(seconds=30), passes_tasks.push_waiting)
    subscribe(PassesRenewed, wake(passes_tasks.tell_google))
    subscribe(GoogleMarked, wake(passes_tasks.tell_google))
    every(timedelta(minutes=1), passes_tasks.tell_google)
    subscribe(PeopleChanged, wake(passes_tasks.issue_due))
    subscribe(MembershipChanged, wake(passes_tasks.issue_due))
    every(timedelta(minutes=1), passes_tasks.issue_due)
    daily(time(7, 0), passes_tasks.warn_of_expiry)
    subscribe(BatchAsked, wake(passes_tasks.fill_batches))
    every(timedelta(minutes=1), passes_tasks.fill_batches)


def forgetting() -> None:
    """What nobody needs any more goes."""
    daily(time(3, 40), mail_tasks.erase_old_bytes)
    daily(time(3, 50), helpdesk_tasks.forget_imports)
    every(timedelta(hours=1), identity_tasks.forget_sessions)
    every(timedelta(hours=1), identity_tasks.forget_ways_in)
    every(timedelta(hours=1), identity_tasks.forget_browsers)
    every(timedelta(hours=1), oidc_tasks.forget_codes)
    every(timedelta(hours=1), oidc_tasks.forget_grants)
    every(timedelta(hours=1), oidc_tasks.forget_marks)
    every(timedelta(hours=1), oidc_tasks.forget_notices)
    daily(time(3, 50), passes_tasks.forget_reports)
    daily(time(3, 55), passes_tasks.forget_images)
    daily(time(3, 50), passes_tasks.forget_callbacks)
    daily(time(3, 55), passes_tasks.forget_drafts)
    every(timedelta(hours=1), housekeeping.tidy_up)
    every(timedelta(hours=1), housekeeping.forget_limits)
    every(timedelta(seconds=30), housekeeping.beat)  # a sign of life, asked for by /readyz
