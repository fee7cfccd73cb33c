import pytest
from django_tasks_db.models import DBTaskResult

from gatehouse import flows
from gatehouse.core import ticker
from gatehouse.core.events import publish
from gatehouse.passes import tasks
from gatehouse.passes.events import MailingAsked


@pytest.mark.django_db
def test_letters_for_cards_are_made_soon_after_they_are_asked_for(django_capture_on_commit_callbacks):
    flows.connect()

    with django_capture_on_commit_callbacks(execute=True):
        publish(MailingAsked(1))

    assert DBTaskResult.objects.filter(task_path=tasks.post_mailings.module_path).count() == 1


def test_letters_for_cards_are_made_in_any_case():
    flows.connect()

    assert tasks.post_mailings.module_path in ticker.recurring
