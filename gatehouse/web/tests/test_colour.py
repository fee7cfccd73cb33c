import itertools

import pytest

from gatehouse.web import colour


def test_contrast_is_that_of_wcag():
    assert colour.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert colour.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("wrong", ["", "red", "#fff", "#12345g", "#1234567", "#123456\n"])
def test_what_is_no_colour_is_refused(wrong):
    with pytest.raises(ValueError):
        colour.channels(wrong)


def test_a_pale_door_is_refused_with_its_ratio():
    with pytest.raises(colour.ColourUnreadable) as refused:
        colour.paint("#f0b03a")

    assert refused.value.ratio == pytest.approx(1.9, abs=0.1)


def readable_doors():
    tones = (0, 40, 90, 140, 200, 255)
    for red, green, blue in itertools.product(tones, repeat=3):
        door = f"#{red:02x}{green:02x}{blue:02x}"
        if colour.contrast(door, colour.WHITE) >= colour.LEAST:
            yield door


@pytest.mark.parametrize("chosen", list(readable_doors()))
def test_every_door_that_is_accepted_can_be_read_by_day_and_by_night(chosen):
    day, night = colour.paint(chosen)

    texts = [
        (day.on_door, day.door),
        (day.on_door, day.hover),
        (night.on_door, night.door),
        (night.on_door, night.hover),
        (day.text, day.wash),
        (night.text, night.wash),
        (colour.LIGHT_INK, day.wash),
        (colour.DARK_INK, night.wash),
        *[(day.text, ground) for ground in colour.LIGHT_GROUNDS],
        *[(night.text, ground) for ground in colour.DARK_GROUNDS],
        ("#f4f7f3", day.bar),
        ("#f4f7f3", day.bar_hover),
        (day.on_bar_2, day.bar),
        (colour.DARK_INK, night.bar),
        (night.on_bar_2, night.bar),
    ]
    assert [(front, back) for front, back in texts if colour.contrast(front, back) < colour.LEAST] == []
    assert colour.contrast("#f0b03a", day.bar) >= 3


def test_style_sheet_paints_day_and_night_and_paper():
    sheet = colour.stylesheet("#7a1f3d")

    assert sheet.count("--gh-door: #7a1f3d;") == 2
    assert "prefers-color-scheme: dark" in sheet
