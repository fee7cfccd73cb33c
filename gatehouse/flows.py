"""WHERE APPS MEET: what happens because of what, and when."""

from datetime import time, timedelta

from gatehouse.core import housekeeping
from gatehouse.core.events import subscribe
from gatehouse.core.tasks import wake
from gatehouse.core.ticker import daily, every
from gatehouse.mail import tasks as mail_tasks
from gatehouse.mail.events import LettersPosted
from gatehouse.people import tasks as people_tasks
from gatehouse.people.events import RosterAsked


def connect() -> None:
    """A line here should read as a sentence."""
    subscribe(LettersPosted, wake(mail_tasks.send_waiting))  # soon after the commit: sign-in codes
    every(timedelta(seconds=10), mail_tasks.send_waiting)  # and in any case
    daily(time(3, 40), mail_tasks.erase_old_bytes)
    daily(time(0, 5), people_tasks.lapse_memberships)
    every(timedelta(hours=1), housekeeping.tidy_up)
    every(timedelta(seconds=30), housekeeping.beat)
    subscribe(RosterAsked, wake(people_tasks.work_on_imports))
    every(timedelta(seconds=10), people_tasks.work_on_imports)
    daily(time(3, 10), people_tasks.clear_away_imports)
