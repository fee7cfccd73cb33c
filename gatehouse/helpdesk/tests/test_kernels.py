import io
from datetime import UTC, date, datetime, time

import pytest
from PIL import Image

from gatehouse.helpdesk import uploads
from gatehouse.helpdesk.estimate import USUAL, Helped, OnDuty, Pace, pace, turns, waits
from gatehouse.helpdesk.hours import Block, next_opening, open_until

TEN = Pace(10.0, 0.8)
STAT, CHEM = 1, 2


def minutes(found):
    return [round(wait.minutes) if wait else None for wait in found]


def test_two_tutors_halve_the_wait():
    assert minutes(waits([STAT] * 5, [OnDuty()], TEN)) == [0, 10, 20, 30, 40]
    assert minutes(waits([STAT] * 5, [OnDuty(), OnDuty()], TEN)) == [0, 0, 10, 10, 20]


def test_tutors_who_help_come_free_one_after_the_other_the_longest_at_it_first():
    alone, three = [OnDuty(helping_for=4.0)], [OnDuty(helping_for=minutes) for minutes in (1.0, 9.0, 3.0)]

    assert minutes(waits([STAT], alone, TEN)) == [5]
    assert [wait.minutes for wait in waits([STAT] * 4, three, TEN)] == [2.5, 5.0, 7.5, 12.5]


def test_nobody_waits_while_a_tutor_is_free():
    assert minutes(waits([STAT, STAT], [OnDuty(helping_for=4.0), OnDuty()], TEN)) == [0, 5]


def test_those_who_leave_shorten_the_wait_of_the_others():
    assert minutes(waits([STAT] * 3, [OnDuty()], Pace(10.0, 0.8, leaving=0.2))) == [0, 8, 16]


def test_a_turn_ends_when_the_tutor_begins_another():
    ana = [Helped("Ana", 0.0, 12.0), Helped("Ana", 5.0, None)]
    ben = [Helped("Ben", 0.0, 9.0), Helped("Ben", 20.0, 21.5), Helped("Ben", 30.0, None)]

    assert sorted(turns([*ben, *ana])) == [1.5, 5.0, 9.0]


def test_a_group_is_one_turn():
    together = [Helped("Ana", 3.0, 13.0), Helped("Ana", 3.0, 13.0), Helped("Ana", 3.0, 13.0)]

    assert pace(turns(together)) == pace([10.0])


def test_only_tutors_of_the_course_count():
    tutors = [OnDuty(frozenset({STAT})), OnDuty(frozenset({CHEM}))]

    assert minutes(waits([STAT, STAT, CHEM, 3, None], tutors, TEN)) == [0, 10, 0, None, 10]


def test_nobody_here_is_no_estimate():
    assert waits([STAT, None], [], TEN) == [None, None]


def test_range_holds_the_middle_and_grows_with_the_wait():
    found = waits([STAT] * 12, [OnDuty()], TEN)

    assert all(wait.low <= wait.minutes <= wait.high for wait in found)
    widths = [wait.high - wait.low for wait in found]
    assert widths == sorted(widths)


def test_pace_of_few_helps_leans_on_the_usual():
    assert pace([]) == USUAL
    assert USUAL.minutes < pace([30.0]).minutes < 16
    assert pace([20.0] * 200).minutes == pytest.approx(20, abs=0.5)
    assert pace([0.0, -3.0]) == USUAL


def test_waits_are_said_in_whole_minutes_and_in_fives():
    [*_, wait] = waits([STAT] * 4, [OnDuty()], Pace(11.3, 0.8))

    assert wait.said().minutes == 35
    assert waits([STAT], [OnDuty()], TEN)[0].said().minutes == 1


MON, TUE = 0, 1
WEEK = [
    Block(MON, time(9), time(12)),
    Block(MON, time(12), time(13)),
    Block(MON, time(14), time(18)),
    Block(TUE, time(9), time(12)),
]
MONDAY = datetime(2026, 11, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "until"),
    [("08:59", None), ("09:00", time(13)), ("12:59", time(13)), ("13:00", None), ("14:00", time(18)), ("18:00", None)],
)
def test_open_until_the_end_of_the_block_or_of_those_that_touch(at, until):
    local = datetime.combine(MONDAY, time.fromisoformat(at), UTC)

    assert open_until(WEEK, set(), local) == until


def test_next_opening_skips_holidays_and_goes_round_the_week():
    evening = datetime.combine(MONDAY, time(20), UTC)

    assert next_opening(WEEK, set(), evening) == datetime(2026, 11, 17, 9, tzinfo=UTC)
    assert next_opening(WEEK, {date(2026, 11, 17)}, evening) == datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert next_opening(WEEK, set(), datetime.combine(MONDAY, time(13), UTC)) == datetime(2026, 11, 16, 14, tzinfo=UTC)
    assert next_opening([], set(), evening) is None
    assert open_until(WEEK, {MONDAY.date()}, datetime.combine(MONDAY, time(10), UTC)) is None


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7 ...", "application/pdf"),
        ("Straße\n\tx = 3".encode(), "text/plain"),
        (b"<script>alert(1)</script>", "text/plain"),
        (b"\xff\xfe\x00", None),
        (b"GIF89a\x01\x00\x01\x00\x00", None),
        (b"\x89PNG\r\n\x1a\nbroken", None),
    ],
)
def test_kind_is_read_from_the_content(content, kind):
    assert uploads.kind_of(content) == kind


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("photo.html", "photo.png"),
        ("..\\..\\boot.ini", "boot.png"),
        ("/etc/passwd", "passwd.png"),
        ("", "file.png"),
        ("....", "file.png"),
        ('a"b\r\nc.png', "abc.png"),
        ("Übung 3 (neu).jpeg", "Übung 3 (neu).png"),
        ("x" * 400 + ".png", "x" * 116 + ".png"),
    ],
)
def test_name_is_safe_and_ends_as_its_content(name, safe):
    assert uploads.safe_name(name, "png") == safe


def test_a_photo_is_kept_without_the_place_where_it_was_taken():
    exif, out = Image.Exif(), io.BytesIO()
    exif.get_ifd(0x8825).update({1: "N", 2: (41.0, 15.0, 30.0), 27: b"Sycamore Hall"})
    Image.new("RGB", (8, 8)).save(out, "JPEG", exif=exif.tobytes())
    assert b"Sycamore Hall" in out.getvalue()

    kept = uploads.inspect("IMG_2041.JPG", out.getvalue())

    assert (kept.name, kept.media_type) == ("IMG_2041.jpg", "image/jpeg")
    assert b"Sycamore Hall" not in kept.content
    assert Image.open(io.BytesIO(kept.content)).size == (8, 8)


def test_too_large_is_refused():
    with pytest.raises(uploads.Unfit, match="10 MB"):
        uploads.inspect("big.txt", b"x" * (uploads.LARGEST + 1))
