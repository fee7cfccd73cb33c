"""Our way to Apple's push service, against a real server that answers as scripted."""

import contextlib
import json
import logging
import re
import secrets
import ssl
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from hypothesis import given, strategies as st

from gatehouse.passes.adapters.apns import ApnsServer, Way
from gatehouse.passes.adapters.frames import Broken, Frames
from gatehouse.passes.adapters.session import Limits
from gatehouse.passes.pushes import LOST, Fate, Outcome, TopicRefused, Unreachable, fate, read
from tests.services import certificates, free_port
from tests.services.apns import TOPIC, Answer, Break, apns

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=80),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["reason", "timestamp", "x"]), inner),
    max_leaves=6,
)


def way_to(server, **changes) -> ApnsServer:
    own = server.certificate
    given = {"address": server.address, "topic": TOPIC, "chain": own.pem, "key": own.key_pem, "ca": server.ca}
    return ApnsServer(Way(**{**given, "limits": Limits(2, 2), **changes}))


def some_tokens(number: int) -> list[str]:
    return [secrets.token_hex(32) for _ in range(number)]


def pushed(server, tokens, **changes) -> list[Outcome]:
    way = way_to(server, **changes)
    try:
        return list(way.push(tokens))
    finally:
        way.close()


def test_n24_many_pushes_share_one_connection():
    tokens = some_tokens(500)
    with apns(streams=50) as server:
        outcomes = pushed(server, tokens)

        assert {(outcome.token, outcome.status) for outcome in outcomes} == {(token, 200) for token in tokens}
        assert len(outcomes) == 500
        assert server.connections == 1
        assert 10 <= server.most_in_flight <= 50
        assert Counter(server.tokens) == Counter(tokens)


def test_several_calls_share_it_too():
    with apns() as server:
        way = way_to(server)
        for _ in range(3):
            list(way.push(some_tokens(2)))
        way.close()

        assert server.connections == 1


def test_a_push_says_its_topic_and_nothing_else():
    with apns() as server:
        pushed(server, some_tokens(1))

        (asked,) = [line for line in server.record if "token" in line]
        assert asked["headers"] == {
            ":method": "POST",
            ":scheme": "https",
            ":authority": f"127.0.0.1:{server.port}",
            "apns-topic": TOPIC,
        }


def test_type_and_priority_are_said_when_set():
    with apns() as server:
        pushed(server, some_tokens(1), push_type="background", priority="5")

        (asked,) = [line["headers"] for line in server.record if "token" in line]
        assert (asked["apns-push-type"], asked["apns-priority"]) == ("background", "5")


@pytest.mark.parametrize(
    ("status", "reason", "becomes"),
    [
        (400, "BadDeviceToken", Fate.REFUSED),
        (400, "DeviceTokenNotForTopic", Fate.REFUSED),
        (400, "BadTopic", Fate.TROUBLE),
        (403, "BadCertificate", Fate.TROUBLE),
        (403, "Forbidden", Fate.TROUBLE),
        (404, "BadPath", Fate.TROUBLE),
        (405, "MethodNotAllowed", Fate.TROUBLE),
        (410, "Unregistered", Fate.GONE),
        (410, "ExpiredToken", Fate.GONE),
        (413, "PayloadTooLarge", Fate.REFUSED),
        (429, "TooManyRequests", Fate.LATER),
        (500, "InternalServerError", Fate.LATER),
        (503, "ServiceUnavailable", Fate.LATER),
        (503, "Shutdown", Fate.LATER),
    ],
)
def test_every_answer_is_read_and_has_a_fate(status, reason, becomes):
    with apns(Answer(status, reason, token="dd")) as server:
        outcomes = pushed(server, ["aa", "dd", "bb"])

    assert {outcome.token: str(outcome) for outcome in outcomes} == {
        "aa": "200",
        "bb": "200",
        "dd": f"{status} {reason}",
    }
    assert fate(next(outcome for outcome in outcomes if outcome.token == "dd")) is becomes


def test_410_tells_since_when():
    with apns(Answer(410, "Unregistered", timestamp=1_790_000_000_500)) as server:
        (outcome,) = pushed(server, ["aa"])

    assert outcome.timestamp == datetime(2026, 9, 21, 14, 13, 20, 500_000, tzinfo=UTC)


@pytest.mark.parametrize("timestamp", [-(10**30), 10**30, True, None])
def test_a_timestamp_that_is_none_is_not_believed(timestamp):
    with apns(Answer(410, "Unregistered", timestamp=timestamp)) as server:
        assert pushed(server, ["aa"]) == [Outcome("aa", 410, "Unregistered", None)]


@pytest.mark.parametrize("reason", ["Bad token aabbcc", "x" * 61, "<b>", "Ünregistered"])
def test_reasons_are_words_or_nothing(reason):
    with apns(Answer(400, reason)) as server:
        assert pushed(server, ["aa"]) == [Outcome("aa", 400, "")]


def test_a_topic_that_is_not_the_certificates_is_disallowed():
    with apns() as server:
        (outcome,) = pushed(server, ["aa"], topic="pass.org.example.other")

    assert str(outcome) == "400 TopicDisallowed"


def test_goaway_streams_it_has_not_heard_are_asked_again_and_the_others_are_answered():
    tokens = some_tokens(60)
    with apns(Break("goaway", after=20, reason="Shutdown", kept=7), streams=30, delay=0.01) as server:
        outcomes = pushed(server, tokens)

        assert Counter(outcome.token for outcome in outcomes) == Counter(tokens)
        assert {outcome.status for outcome in outcomes} == {200}
        assert server.connections == 2
        answered = Counter(line["answered"] for line in server.record if "answered" in line)
        assert set(answered.values()) == {1}
        assert sum(line["connection"] == 1 for line in server.record if "answered" in line) == 19 + 7


def test_a_server_that_says_goodbye_at_once_each_time_is_out_of_reach():
    with (
        apns(Break("goaway", after=1, times=None, reason="BadCertificate")) as server,
        pytest.raises(Unreachable, match="BadCertificate"),
    ):
        pushed(server, ["aa", "bb"])


def test_what_is_in_flight_when_the_connection_breaks_is_lost_and_the_rest_goes_by_another():
    tokens = some_tokens(60)
    with apns(Break("cut", after=15), streams=10, delay=0.01) as server:
        outcomes = pushed(server, tokens)

        assert Counter(outcome.token for outcome in outcomes) == Counter(tokens)
        lost = [outcome for outcome in outcomes if outcome.status == LOST]
        assert 1 <= len(lost) <= 10
        assert {fate(outcome) for outcome in lost} == {Fate.LATER}
        assert server.connections == 2


def test_a_server_that_breaks_each_connection_without_an_answer_is_out_of_reach():
    with apns(Break("cut", after=1, times=None)) as server:
        with pytest.raises(Unreachable):
            pushed(server, some_tokens(5))

        assert server.connections == 2


@pytest.mark.parametrize("how", ["reset", "long"])
def test_a_stream_that_ends_without_an_answer_is_lost_and_the_others_are_not(how):
    with apns(Answer(how=how, token="dd")) as server:
        outcomes = pushed(server, ["aa", "dd", "bb"])

        assert {outcome.token: outcome.status for outcome in outcomes} == {"aa": 200, "dd": LOST, "bb": 200}
        assert server.connections == 1


def test_a_body_that_is_no_json_is_an_answer_without_a_reason():
    with apns(Answer(500, how="odd")) as server:
        assert pushed(server, ["aa"]) == [Outcome("aa", 500)]


def test_an_answer_that_never_comes_is_lost_after_its_time():
    with apns(Answer(how="never", token="dd")) as server:
        outcomes = pushed(server, ["aa", "dd", "bb"], limits=Limits(1, 0.3))

    assert {outcome.token: outcome.status for outcome in outcomes} == {"aa": 200, "dd": LOST, "bb": 200}


@pytest.mark.parametrize("how", ["silent", "pings", "garbage", "cut"])
@pytest.mark.parametrize("after", [0, 1])
def test_a_server_that_says_nothing_of_use_is_out_of_reach_within_its_time(how, after):
    with apns(Break(how, after=after, times=None)) as server, pytest.raises(Unreachable):
        pushed(server, some_tokens(3), limits=Limits(0.5, 0.5))


def test_garbage_in_the_midst_loses_what_is_in_flight():
    tokens = some_tokens(30)
    with apns(Break("garbage", after=15), streams=10, delay=0.01) as server:
        outcomes = pushed(server, tokens)

    assert Counter(outcome.token for outcome in outcomes) == Counter(tokens)
    assert 1 <= sum(outcome.status == LOST for outcome in outcomes) <= 10


def test_bodies_wait_for_the_servers_window():
    with apns(window=0) as server:
        assert [outcome.status for outcome in pushed(server, some_tokens(20))] == [200] * 20


def test_a_server_that_wants_no_streams_is_waited_for_no_longer_than_for_an_answer():
    with apns(streams=0) as server, pytest.raises(Unreachable):
        pushed(server, ["aa"], limits=Limits(1, 0.3))


def test_nobody_there():
    own = certificates.client(certificates.authority(), TOPIC)
    way = ApnsServer(Way(f"https://127.0.0.1:{free_port()}", TOPIC, own.pem, own.key_pem))

    with pytest.raises(Unreachable, match="refused"):
        list(way.push(["aa"]))


def test_a_server_that_nobody_vouches_for_gets_no_push():
    with apns() as server:
        with pytest.raises(Unreachable, match="vouches"):
            pushed(server, ["aa"], ca="")

        assert server.tokens == []


def test_a_server_that_does_not_speak_http2_gets_no_push():
    with apns(alpn="http/1.1") as server, pytest.raises(Unreachable, match="HTTP/2"):
        pushed(server, ["aa"])


def test_a_foreign_certificate_is_the_topics_trouble():
    foreign = certificates.client(certificates.authority("Other root"), TOPIC)
    with apns() as server, pytest.raises((TopicRefused, Unreachable)):
        pushed(server, ["aa"], chain=foreign.pem, key=foreign.key_pem)


def test_without_a_certificate_the_stand_in_drops_us():
    with apns() as server:
        trusting = ssl.create_default_context(cafile=server.ca)
        with httpx.Client(verify=trusting, http2=True) as client, pytest.raises(httpx.TransportError):
            client.post(f"{server.address}/3/device/aa", headers={"apns-topic": TOPIC}, content=b"{}")

        assert server.tokens == []


def test_httpx_is_answered_as_we_are():
    with apns(Answer(410, "Unregistered", token="dd", timestamp=5)) as server:
        trusting = ssl.create_default_context(cafile=server.ca)
        trusting.load_cert_chain(*server.certificate.write(server.folder, "client"))
        with httpx.Client(verify=trusting, http2=True) as client:
            headers = {"apns-topic": TOPIC}
            good = client.post(f"{server.address}/3/device/aa", headers=headers, content=b"{}")
            dead = client.post(f"{server.address}/3/device/dd", headers=headers, content=b"{}")

    assert (good.status_code, good.http_version) == (200, "HTTP/2")
    assert (dead.status_code, dead.json()) == (410, {"reason": "Unregistered", "timestamp": 5})


@pytest.mark.parametrize("change", ["key", "chain", "both"])
def test_a_certificate_that_cannot_be_used_is_the_topics_trouble(change):
    other = certificates.client(certificates.authority(), TOPIC)
    given = {"key": {"key": other.key_pem}, "chain": {"chain": b"no"}, "both": {"chain": b"", "key": b""}}[change]
    with apns() as server, pytest.raises(TopicRefused):
        pushed(server, ["aa"], **given)


@pytest.mark.parametrize("token", ["../../x", "a b", "a\r\nhost: x", "", "é", "a" * 300, "a?b", "%2e"])
def test_no_token_becomes_part_of_the_address(token):
    with apns() as server:
        assert pushed(server, [token, "bb"]) == [Outcome(token, 400, "BadDeviceToken"), Outcome("bb", 200)]
        assert server.tokens == ["bb"]


def test_many_bad_tokens_in_a_row_keep_nobody_waiting():
    began = time.monotonic()
    with apns(streams=5) as server:
        outcomes = pushed(server, ["."] * 50 + ["aa"])

    assert [outcome.status for outcome in outcomes] == [400] * 50 + [200]
    assert time.monotonic() - began < 2


def test_an_answer_before_our_body_was_asked_for_is_taken():
    with apns(Answer(how="early"), window=1, streams=2) as server:
        outcomes = pushed(server, some_tokens(6))

        assert [outcome.status for outcome in outcomes] == [200] * 6


def test_the_key_is_left_nowhere(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with apns() as server:
        pushed(server, ["aa"])

    assert list(tmp_path.iterdir()) == []


def test_the_key_in_the_file_is_sealed_and_ours_alone(tmp_path, monkeypatch):
    seen = {}

    class Watching(ssl.SSLContext):
        def load_cert_chain(self, path, **options):
            seen.update(text=Path(path).read_text(), mode=Path(path).stat().st_mode & 0o777)
            super().load_cert_chain(path, **options)

    monkeypatch.setattr(ssl, "create_default_context", lambda **_options: Watching(ssl.PROTOCOL_TLS_CLIENT))
    with apns() as server, pytest.raises(Unreachable):
        pushed(server, ["aa"])

    assert "ENCRYPTED PRIVATE KEY" in seen["text"]
    assert seen["mode"] == 0o600


def test_n7_no_token_is_logged_at_any_level(caplog):
    tokens = some_tokens(3)
    for name in ("", "h2", "hpack", "hyperframe", "asyncio", "gatehouse"):
        caplog.set_level(logging.DEBUG, logger=name or None)
    with apns(Answer(400, "BadDeviceToken", token=tokens[1])) as server:
        pushed(server, tokens)

    assert not [token for token in tokens if token in caplog.text]


def test_whoever_stops_listening_closes_the_connection():
    with apns(Answer(how="never", token="dd")) as server:
        way = way_to(server)
        outcomes = way.push(["dd", "bb"])
        next(outcomes)
        outcomes.close()

        assert way._session is None
        assert [outcome.status for outcome in way.push(["aa"])] == [200]
        way.close()


def test_when_the_time_is_over_nothing_more_is_asked():
    with apns(delay=0.05, streams=2) as server:
        outcomes = pushed(server, some_tokens(200), seconds=0.3)

        assert 2 <= len(outcomes) < 60
        assert {outcome.status for outcome in outcomes} == {200}


def test_frames_are_cut_wherever_the_network_cuts_them():
    ping = b"\x00\x00\x08\x06\x00\x00\x00\x00\x00abcdefgh"
    goaway = b"\x00\x00\x08\x07\x00\x00\x00\x00\x00\x00\x00\x00\x05\x00\x00\x00\x00"
    stream = ping + goaway + ping + ping
    for size in (1, 7, 9, 16, 17, 18, 60):
        frames, kept, said = Frames(), b"", []
        for start in range(0, len(stream), size):
            some, farewells = frames.cut(stream[start : start + size])
            kept += some
            said += farewells
        assert kept == ping * 3
        assert [one.last_stream for one in said] == [5]


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\n", b"\xff" * 20, b"\x00\x00\x02\x07\x00\x00\x00\x00\x00ab"])
def test_what_is_no_frame_breaks_the_connection(head):
    with pytest.raises(Broken):
        Frames().cut(head + b" " * 20)


@given(st.integers(0, 999), st.binary(max_size=200) | st.builds(lambda told: json.dumps(told).encode(), JSON))
def test_no_body_is_too_strange_to_read(status, body):
    outcome = read("aa", status, body)

    assert (outcome.token, outcome.status) == ("aa", status)
    assert re.fullmatch("[A-Za-z]{0,60}", outcome.reason)
    assert isinstance(fate(outcome), Fate)


@given(st.lists(st.binary(max_size=80), max_size=8))
def test_no_bytes_are_too_strange_to_cut(chunks):
    frames = Frames()
    with contextlib.suppress(Broken):
        for chunk in chunks:
            frames.cut(chunk)
