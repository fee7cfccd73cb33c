"""Phones are told of new versions: which, over what, and what becomes of each by Apple's answer."""

import contextlib
import json
import logging
import secrets
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.template.loader import render_to_string
from django_tasks_db.models import DBTaskResult

from gatehouse.core import claims, clock, sealing, ticker
from gatehouse.core.events import publish
from gatehouse.core.logs import JsonLines
from gatehouse.journal.models import Entry
from gatehouse.passes import actions, queries, tasks, ways
from gatehouse.passes.actions import pushing
from gatehouse.passes.adapters.apns import ApnsServer, Way
from gatehouse.passes.adapters.file import FilePushes
from gatehouse.passes.adapters.session import Limits
from gatehouse.passes.events import PassesRenewed
from gatehouse.passes.models import Certificate, Device, Registration
from gatehouse.passes.pushes import Outcome, Unreachable
from gatehouse.passes.tests.factories import PASS_TYPE, a_pass
from tests.services.apns import Answer, Break, apns

pytestmark = pytest.mark.django_db

OTHER_TYPE = "pass.org.example.workshop"


def a_certificate(server=None, **fields) -> Certificate:
    own = server and server.certificate
    given = {
        "pass_type_id": PASS_TYPE,
        "team_id": "TESTTEAM01",
        "name": PASS_TYPE,
        "chain": own.pem.decode() if own else "",
        "sealed_key": sealing.seal(own.key_pem if own else b"", purpose=Certificate.PURPOSE),
        "fingerprint": secrets.token_hex(32),
        "starts_at": clock.now() - timedelta(days=1),
        "expires_at": clock.now() + timedelta(days=300),
    }
    return Certificate.objects.create(**{**given, **fields})


def a_device(token: str = "", **fields) -> Device:
    """Marked, and registered a day ago."""
    now = clock.now()
    given = {
        "library_id": secrets.token_hex(16),
        "pass_type_id": PASS_TYPE,
        "push_token": token or secrets.token_hex(32),
    }
    given |= {"token_at": now - timedelta(days=1), "push_since": now, "not_before": now}
    return Device.objects.create(**{**given, **fields})


def devices(number: int) -> list[Device]:
    return [a_device() for _ in range(number)]


@contextlib.contextmanager
def pushing_to(settings, *told, **how):
    """The stand-in runs, and a certificate that it likes is in the portal."""
    with apns(*told, **how) as server:
        settings.APNS, settings.APNS_CA = server.address, server.ca
        a_certificate(server)
        yield server


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(ways, "Way", lambda *given, **named: Way(*given, **{**named, "limits": Limits(0.5, 0.5)}))


class Told:
    """A way out in this process, whose every answer a test gives; it may do something in the middle of the push."""

    def __init__(self, monkeypatch, *answers, meanwhile=lambda: None) -> None:
        self.answers, self.meanwhile, self.pushed, self.opened = list(answers), meanwhile, [], 0
        monkeypatch.setattr(ways, "open_pushes", self.open)

    def open(self, _certificate):
        self.opened += 1
        return self

    def push(self, tokens):
        assert not connection.savepoint_ids  # no transaction but the test's own
        for token in tokens:
            self.pushed.append(token)
            self.meanwhile()
            answer = self.answers.pop(0) if self.answers else (200,)
            if isinstance(answer, Exception):
                raise answer
            yield Outcome(token, *answer)

    def close(self):
        """Nothing is open."""


def minutes_until(moment) -> float:
    return (moment - clock.now()).total_seconds() / 60


# --- the way through -------------------------------------------------------------------------------


def test_n24_marked_phones_are_told_over_one_connection(settings):
    marked, calm = devices(30), a_device(push_since=None)
    with pushing_to(settings) as server:
        assert actions.push_waiting() == 30

        assert sorted(server.tokens) == sorted(device.push_token for device in marked)
        assert server.connections == 1
    assert not Device.objects.filter(push_since__isnull=False).exists()
    assert Device.objects.filter(pushed_at__isnull=False, claim=None).count() == 30
    calm.refresh_from_db()
    assert calm.pushed_at is None


def test_batches_share_the_connection_too(settings, monkeypatch):
    monkeypatch.setattr(pushing, "BATCH", 4)
    devices(10)
    with pushing_to(settings) as server:
        assert actions.push_waiting() == 10
        assert server.connections == 1


def test_a_sweep_takes_no_more_than_it_is_told(monkeypatch):
    told = Told(monkeypatch)
    a_certificate()
    devices(5)

    assert actions.push_waiting(at_most=3) == 3
    assert actions.push_waiting(at_most=3) == 2
    assert actions.push_waiting(at_most=3) == 0
    assert len(told.pushed) == 5


def test_each_pass_type_goes_under_its_own_certificate(settings):
    mine, others = a_device(), a_device(pass_type_id=OTHER_TYPE)
    with apns() as server, apns(topic=OTHER_TYPE) as other:
        settings.APNS, settings.APNS_CA = server.address, server.ca
        a_certificate(server)
        a_certificate(other, pass_type_id=OTHER_TYPE, name=OTHER_TYPE)
        accepted = actions.push_waiting()

        assert (accepted, server.tokens) == (1, [mine.push_token])
    others.refresh_from_db()
    assert others.push_since  # its certificate is of an authority that this server does not know
    assert [trouble.pass_type_id for trouble in queries.push_troubles()] == [OTHER_TYPE]


def test_n18_the_newest_token_is_pushed_to(settings):
    card, library = a_pass(), secrets.token_hex(16)
    actions.register_device(card=card, library_id=library, push_token="aaaa")
    actions.register_device(card=card, library_id=library, push_token="bbbb")
    Device.objects.update(push_since=clock.now(), **claims.anew(clock.now()))
    with pushing_to(settings) as server:
        actions.push_waiting()

        assert server.tokens == ["bbbb"]


def test_n18_a_token_that_changes_while_we_push_is_pushed_to_at_once(monkeypatch):
    a_certificate()
    device = a_device("aaaa")
    told = Told(monkeypatch, meanwhile=lambda: Device.objects.update(push_token="bbbb", token_at=clock.now()))
    assert actions.push_waiting(at_most=1) == 0
    device.refresh_from_db()
    assert (device.push_since is None, device.attempts, device.claim) == (False, 0, None)

    told.meanwhile = lambda: None
    actions.push_waiting()
    device.refresh_from_db()
    assert told.pushed == ["aaaa", "bbbb"]
    assert device.push_since is None


def test_marked_anew_while_we_push_keeps_its_mark(monkeypatch):
    a_certificate()
    device = a_device()
    later = clock.now() + timedelta(seconds=1)
    told = Told(monkeypatch, meanwhile=lambda: Device.objects.update(push_since=later, **claims.anew(clock.now())))

    actions.push_waiting(at_most=1)
    device.refresh_from_db()
    assert device.push_since == later

    told.meanwhile = lambda: None
    actions.push_waiting()
    device.refresh_from_db()
    assert device.push_since is None
    assert len(told.pushed) == 2


# --- answers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", ["BadDeviceToken", "DeviceTokenNotForTopic"])
def test_a_bad_token_is_taken_away_and_never_pushed_to_again(settings, reason):
    bad = a_device("zz", failed_at=None)
    good = a_device()
    with pushing_to(settings, Answer(400, reason, token="zz")) as server:
        assert actions.push_waiting() == 1
        Device.objects.update(push_since=clock.now(), **claims.anew(clock.now()))
        actions.push_waiting()

        assert server.tokens.count("zz") == 1
        assert server.tokens.count(good.push_token) == 2
    bad.refresh_from_db()
    assert (bad.push_token, bad.answer) == (None, f"400 {reason}")
    assert bad.failed_at


def test_what_apple_never_takes_is_not_pushed_again_by_itself(settings):
    device = a_device()
    with pushing_to(settings, Answer(413, "PayloadTooLarge")):
        actions.push_waiting()
    device.refresh_from_db()

    assert (device.push_since, device.answer, device.push_token is None) == (None, "413 PayloadTooLarge", False)


def test_a_push_that_goes_through_forgets_the_refusal_before(monkeypatch):
    Told(monkeypatch)
    a_certificate()
    device = a_device(failed_at=clock.now(), answer="413 PayloadTooLarge")

    actions.push_waiting()

    device.refresh_from_db()
    assert (device.failed_at, device.answer) == (None, "")


@pytest.mark.parametrize("reason", ["Unregistered", "ExpiredToken"])
def test_n24_410_takes_device_and_registrations_away(settings, reason):
    card = a_pass()
    gone, stays = a_device("zz"), a_device()
    for device in (gone, stays):
        Registration.objects.create(device=device, card=card)
    since = int(clock.now().timestamp() * 1000)
    with pushing_to(settings, Answer(410, reason, token="zz", timestamp=since)):
        actions.push_waiting()

    assert list(Device.objects.all()) == [stays]
    assert [one.device for one in Registration.objects.all()] == [stays]


def test_n24_410_leaves_whoever_registered_since_then(settings):
    device = a_device("zz", token_at=clock.now())
    Registration.objects.create(device=device, card=a_pass())
    an_hour_ago = int((clock.now() - timedelta(hours=1)).timestamp() * 1000)
    with pushing_to(settings, Answer(410, "Unregistered", timestamp=an_hour_ago)):
        actions.push_waiting()

    device.refresh_from_db()
    assert device.push_token == "zz"
    assert device.push_since
    assert 0.9 < minutes_until(device.not_before) < 1.2
    assert device.registrations.count() == 1


@pytest.mark.parametrize(("registers", "is_gone"), [(False, True), (True, False)])
def test_410_without_a_time_is_believed_of_a_token_that_nobody_brought_since_we_asked(monkeypatch, registers, is_gone):
    a_certificate()
    a_device()
    Told(
        monkeypatch,
        (410, "Unregistered"),
        meanwhile=lambda: registers and Device.objects.update(token_at=clock.now()),
    )

    actions.push_waiting(at_most=1)

    assert Device.objects.exists() is not is_gone


def test_410_for_a_token_that_was_changed_meanwhile_takes_nothing_away(monkeypatch):
    a_certificate()
    device = a_device()
    Told(
        monkeypatch,
        (410, "Unregistered", clock.now() + timedelta(hours=1)),
        meanwhile=lambda: Device.objects.update(push_token="bbbb", token_at=clock.now()),
    )

    actions.push_waiting(at_most=1)

    device.refresh_from_db()
    assert (device.push_token, device.push_since is None) == ("bbbb", False)


@pytest.mark.parametrize(
    ("answer", "minutes"),
    [
        (Answer(429, "TooManyRequests"), [1, 5, 15, 60, 240]),
        (Answer(500, "InternalServerError"), [15, 30, 60, 240]),
        (Answer(503, "ServiceUnavailable"), [15, 30, 60, 240]),
        (Answer(how="reset"), [1, 5, 15]),
    ],
)
def test_what_is_put_off_comes_again_and_later_each_time(settings, answer, minutes):
    device = a_device("zz")
    with pushing_to(settings, answer):
        for expected in minutes:
            assert actions.push_waiting() == 0
            device.refresh_from_db()
            assert expected * 0.98 < minutes_until(device.not_before) < expected * 1.11
            assert device.answer
            assert actions.push_waiting() == 0
            Device.objects.update(not_before=clock.now())

    assert device.push_since
    assert device.failed_at is None


def test_after_many_tries_it_is_given_up(monkeypatch):
    a_certificate()
    device = a_device(attempts=pushing.TRIES - 1)
    Told(monkeypatch, (503, "ServiceUnavailable"))

    actions.push_waiting()

    device.refresh_from_db()
    assert (device.push_since, device.answer) == (None, "503 ServiceUnavailable")
    assert device.failed_at


def test_a_new_version_begins_a_new_count(monkeypatch):
    device = a_device(attempts=11)
    Device.objects.update(push_since=clock.now(), **claims.anew(clock.now()))

    device.refresh_from_db()
    assert device.attempts == 0


def test_lost_ones_wait_a_minute_and_the_rest_goes_through(settings):
    devices(40)
    with pushing_to(settings, Break("cut", after=15), streams=10, delay=0.01):
        accepted = actions.push_waiting()

    waiting = Device.objects.filter(push_since__isnull=False)
    assert accepted + waiting.count() == 40
    assert 1 <= waiting.count() <= 10
    assert {round(minutes_until(device.not_before)) for device in waiting} == {1}


# --- trouble of a whole pass type ------------------------------------------------------------------


@pytest.mark.parametrize(("status", "reason"), [(403, "BadCertificate"), (403, "Forbidden"), (400, "BadTopic")])
def test_what_apple_refuses_of_us_fails_no_phone(settings, status, reason):
    devices(60)
    with pushing_to(settings, Answer(status, reason), streams=10) as server:
        assert actions.push_waiting() == 0

        assert 1 <= len(server.tokens) <= 30  # it stopped asking
        assert actions.push_waiting() == 0
        assert len(server.tokens) <= 30  # and does not come back before its time
    assert Device.objects.filter(push_since__isnull=False, failed_at=None, attempts=0, claim=None).count() == 60
    (trouble,) = queries.push_troubles()
    assert (trouble.pass_type_id, trouble.said, trouble.number) == (PASS_TYPE, f"{status} {reason}", 60)
    assert 14.9 < minutes_until(trouble.retry_at) <= 15
    assert [entry.verb for entry in Entry.objects.filter(verb__startswith="pushes.")] == ["pushes.refused"]


def test_after_trouble_one_phone_goes_first_then_all(settings):
    devices(20)
    with pushing_to(settings, Answer(403, "BadCertificate", times=20), streams=20) as server:
        actions.push_waiting()
        asked = len(server.tokens)
        for _ in range(20 - asked):
            Certificate.objects.update(push_retry_at=clock.now())
            actions.push_waiting()
        assert len(server.tokens) == 20

        Certificate.objects.update(push_retry_at=clock.now())
        assert actions.push_waiting() == 20

    assert queries.push_troubles() == []
    verbs = [entry.verb for entry in Entry.objects.filter(verb__startswith="pushes.").order_by("pk")]
    assert verbs == ["pushes.refused", "pushes.recovered"]


def test_one_phones_403_among_others_that_are_accepted_is_its_own(settings):
    device = a_device("zz")
    devices(5)
    with pushing_to(settings, Answer(403, "Forbidden", token="zz"), streams=1):
        assert actions.push_waiting() == 5

    device.refresh_from_db()
    assert (device.push_since, device.answer) == (None, "403 Forbidden")
    assert queries.push_troubles() == []


@pytest.mark.parametrize("how", ["cut", "silent", "garbage"])
def test_a_server_that_can_not_be_spoken_to_fails_no_phone(settings, impatient, how):
    devices(3)
    with pushing_to(settings, Break(how, after=1, times=None)):
        assert actions.push_waiting() == 0

    assert Device.objects.filter(push_since__isnull=False, failed_at=None, attempts=0, claim=None).count() == 3
    (trouble,) = queries.push_troubles()
    assert trouble.said.startswith("127.0.0.1")
    assert 0.4 < minutes_until(trouble.retry_at) <= 0.51


def test_an_outage_is_tried_again_as_long_as_it_lasts_but_each_five_minutes_at_least(monkeypatch):
    certificate = a_certificate()
    a_device()
    Told(monkeypatch, *[Unreachable("nobody answers")] * 3)
    for lasting, expected in [(0, 0.5), (2, 2), (60, 5)]:
        Certificate.objects.update(
            push_retry_at=None, push_trouble_since=(lasting and clock.now() - timedelta(minutes=lasting)) or None
        )
        actions.push_waiting()
        certificate.refresh_from_db()
        assert expected - 0.1 < minutes_until(certificate.push_retry_at) < expected + 0.1


def test_an_outage_in_the_midst_keeps_what_was_accepted(monkeypatch):
    a_certificate()
    devices(3)
    Told(monkeypatch, (200,), Unreachable("gone"))

    assert actions.push_waiting() == 1
    assert Device.objects.filter(push_since=None).count() == 1
    assert Device.objects.filter(push_since__isnull=False, attempts=0, claim=None).count() == 2


def test_without_a_certificate_phones_wait_and_staff_are_told():
    devices(2)

    assert actions.push_waiting() == 0
    (trouble,) = queries.push_troubles()
    assert (trouble.pass_type_id, trouble.number) == (PASS_TYPE, 2)
    assert "no valid certificate" in trouble.said
    said = render_to_string("passes/_push_troubles.html", {"troubles": [trouble]})
    assert "2 phones wait" in said


def test_an_expired_certificate_is_not_shown_to_apple(monkeypatch):
    told = Told(monkeypatch)
    a_certificate(expires_at=clock.now() - timedelta(seconds=1))
    a_device()

    assert actions.push_waiting() == 0
    assert told.opened == 0
    assert len(queries.push_troubles()) == 1


def test_a_certificate_sealed_with_another_key_is_trouble(settings):
    settings.APNS = "https://127.0.0.1:1"
    a_certificate(sealed_key=b"x" * 40)
    a_device()

    assert actions.push_waiting() == 0
    assert "upload it again" in queries.push_troubles()[0].said
    assert Device.objects.filter(attempts=0, claim=None).count() == 1


# --- the file twin, settings, doors ----------------------------------------------------------------


def test_a_test_certificate_pushes_into_a_file(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    a_certificate(is_test=True)
    marked = devices(2)

    assert actions.push_waiting() == 2

    file = tmp_path / "push" / "pushes.jsonl"
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert [line["token"] for line in lines] == [device.push_token for device in marked]
    assert {line["topic"] for line in lines} == {PASS_TYPE}
    assert all(datetime.fromisoformat(line["at"]) <= datetime.now(UTC) for line in lines)
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_folder_that_can_not_be_written_is_trouble(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    (tmp_path / "push").write_text("in the way")
    a_certificate(is_test=True)
    a_device()

    assert actions.push_waiting() == 0
    assert "cannot be written" in queries.push_troubles()[0].said


@pytest.mark.parametrize(
    ("setting", "is_test", "goes_to"),
    [
        ("", True, "file"),
        ("", False, "https://api.push.apple.com:443"),
        ("file:", False, "file"),
        ("https://127.0.0.1:1", True, "https://127.0.0.1:1"),
    ],
)
def test_where_pushes_go(settings, setting, is_test, goes_to):
    settings.APNS, settings.APNS_PRIORITY = setting, "5"
    way = ways.open_pushes(a_certificate(is_test=is_test))

    if goes_to == "file":
        assert isinstance(way, FilePushes)
    else:
        assert isinstance(way, ApnsServer)
        assert (way.way.address, way.way.priority, way.way.push_type) == (goes_to, "5", "")


def test_the_command_renews_pushes_and_counts(settings, capsys):
    card = a_pass()
    actions.register_device(card=card, library_id="phone", push_token="aa")
    a_device("zz")
    membership = card.membership
    membership.level = "Patron"
    membership.save()
    card.stale_since = clock.now()
    card.save(update_fields=["stale_since"])
    with pushing_to(settings, Answer(400, "BadDeviceToken", token="zz")) as server:
        call_command("passes_push", json=True)

        assert sorted(server.tokens) == ["aa", "zz"]
    assert json.loads(capsys.readouterr().out) == {"renewed": 1, "pushed": 1, "waiting": 0, "failed": 1}


def test_the_command_says_what_stands_in_the_way(capsys):
    a_device()
    call_command("passes_push", json=True)

    said = capsys.readouterr()
    assert json.loads(said.out) == {"renewed": 0, "pushed": 0, "waiting": 1, "failed": 0}
    assert PASS_TYPE in said.err


def test_the_sweep_may_run_twice(monkeypatch):
    Told(monkeypatch)
    a_certificate()
    devices(2)

    assert tasks.push_waiting.call() == 2
    assert tasks.push_waiting.call() == 0
    assert ticker.recurring[tasks.push_waiting.module_path].interval == timedelta(seconds=30)


def test_n7_no_token_gets_into_logs_journal_or_troubles(settings, caplog):
    for name in (None, "h2", "hpack", "httpx", "httpcore", "gatehouse"):
        caplog.set_level(logging.DEBUG, logger=name)
    marked = devices(6)
    told = [
        Answer(400, "BadDeviceToken", token=marked[0].push_token),
        Answer(503, "Shutdown", token=marked[1].push_token),
        Answer(how="reset", token=marked[2].push_token),
        Answer(400, f"Bad {marked[3].push_token}", token=marked[3].push_token),
    ]
    with pushing_to(settings, *told):
        actions.push_waiting()
    written = "\n".join(JsonLines().format(record) for record in caplog.records) + caplog.text
    kept = [str(entry.details) + entry.subject for entry in Entry.objects.all()]
    kept += [device.answer for device in Device.objects.all()] + [str(queries.push_troubles())]

    assert not [one for one in marked if one.push_token in written + "".join(kept)]


# --- several workers, and dead ones ----------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_push_each_phone_once(settings, together, monkeypatch):
    monkeypatch.setattr(pushing, "BATCH", 25)
    marked = devices(200)
    with pushing_to(settings, delay=0.005) as server:
        done = together(actions.push_waiting, actions.push_waiting)

        assert sum(done) == 200
        assert sorted(server.tokens) == sorted(device.push_token for device in marked)


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_midst_leaves_its_rows_to_the_next(settings, tmp_path):
    marked = devices(30)
    with pushing_to(settings, Answer(how="never", times=5), streams=5) as server:
        worker = subprocess.Popen([sys.executable, "-c", WORKER, settings.APNS, settings.APNS_CA, database()])
        until(lambda: len(server.tokens) >= 5)
        worker.kill()
        worker.wait()

        held = Device.objects.filter(claim__isnull=False)
        assert held.count() == 30
        assert actions.push_waiting() == 0  # they are held until the lease ends
        assert 0 < minutes_until(held.first().not_before) <= 5
        held.update(not_before=clock.now())
        assert actions.push_waiting() == 30
        assert {device.push_token for device in marked} <= set(server.tokens)
    assert not Device.objects.filter(push_since__isnull=False).exists()


WORKER = """
import sys, os
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
import django
from django.conf import settings
django.setup()
import json
settings.APNS, settings.APNS_CA = sys.argv[1:3]
given = json.loads(sys.argv[3])
settings.SECRET_KEY = given.pop("SECRET_KEY")
settings.DATABASES["default"].update(given)
from gatehouse.passes import actions
actions.push_waiting()
"""


def database() -> str:
    from django.conf import settings  # noqa: PLC0415

    named = {name: str(connection.settings_dict[name]) for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
    return json.dumps({**named, "SECRET_KEY": settings.SECRET_KEY})


def until(is_so) -> None:
    deadline = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_renewed_passes_wake_the_sweep(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        publish(PassesRenewed(1))

    waiting = DBTaskResult.objects.ready().filter(task_path=tasks.push_waiting.module_path)
    assert [task.queue_name for task in waiting] == ["long"]


def test_no_token_no_push(monkeypatch):
    told = Told(monkeypatch)
    a_certificate()
    Device.objects.create(library_id="x", pass_type_id=PASS_TYPE, push_token=None, push_since=clock.now())

    assert actions.push_waiting() == 0
    assert (told.opened, queries.waiting_to_be_pushed().count()) == (0, 0)
