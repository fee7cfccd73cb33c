"""WHERE APPS MEET: what happens because of what, and when."""

from datetime import time, timedelta

from gatehouse.core import housekeeping
from gatehouse.core.events import subscribe
from gatehouse.core.tasks import wake
from gatehouse.core.ticker import daily, every
from gatehouse.helpdesk import tasks as helpdesk_tasks
from gatehouse.identity import actions as identity, tasks as identity_tasks
from gatehouse.identity.events import CodeAsked
from gatehouse.mail import actions as mail, tasks as mail_tasks
from gatehouse.mail.events import LettersPosted, RunExpanded
from gatehouse.people import tasks as people_tasks
from gatehouse.people.events import PeopleInvited, PeopleMerged, PersonErased, PersonLeft, RosterAsked


def connect() -> None:
    """A line here should read as a sentence."""
    # rosters
    subscribe(RosterAsked, wake(people_tasks.work_on_imports))
    every(timedelta(seconds=10), people_tasks.work_on_imports)
    daily(time(3, 10), people_tasks.clear_away_imports)

    # people come, leave, and turn out to be one
    daily(time(0, 5), people_tasks.lapse_memberships)
    subscribe(PeopleInvited, wake(identity_tasks.write_invitations))
    every(timedelta(minutes=1), identity_tasks.write_invitations)
    subscribe(PersonLeft, identity.end_sessions_of_leavers)
    subscribe(PeopleMerged, identity.end_sessions_of_merged)
    subscribe(PeopleMerged, mail.give_letters_to_kept)
    subscribe(PersonErased, mail.erase_letters)

    # letters
    subscribe(LettersPosted, wake(mail_tasks.send_waiting))  # soon after the commit: sign-in codes
    subscribe(CodeAsked, wake(mail_tasks.send_waiting))  # for addresses nobody has too: time must not tell
    every(timedelta(seconds=10), mail_tasks.send_waiting)  # and in any case
    subscribe(RunExpanded, wake(mail_tasks.write_letters))
    every(timedelta(minutes=1), mail_tasks.write_letters)

    # the help desk
    daily(time(6, 15), helpdesk_tasks.send_monthly_reports)  # on the first of a month, or when a portal is up again

    # what nobody needs any more
    daily(time(3, 40), mail_tasks.erase_old_bytes)
    every(timedelta(hours=1), identity_tasks.forget_ended)
    every(timedelta(hours=1), housekeeping.tidy_up)
    every(timedelta(seconds=30), housekeeping.beat)  # a sign of life, asked for by /readyz
