import pytest
from hypothesis import example, given, strategies as st

from gatehouse.people import attributes
from gatehouse.people.addresses import normal_email
from gatehouse.people.tidying import one_line, several_lines

values = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=3))


@given(st.dictionaries(st.text(), values, max_size=6))
@example({"a": "b: c", "a: b": "c"})
@example({"": "", " x ": " y ", "two": "line\nend", "Next": "\x85"})
@example({'"quoted"': '"so"', "list": "[1]", "list2": [1]})
def test_details_left_as_they_stand_come_back_as_they_were(details):
    assert attributes.from_lines(attributes.as_lines(details), details) == details


def test_a_changed_line_is_a_text():
    assert attributes.from_lines("Locker: 13\nParking:\n", {"Locker": 12}) == {"Locker": "13", "Parking": ""}


@pytest.mark.parametrize("line", ["Locker 12", ": 12", ":"])
def test_a_line_without_a_name_is_refused(line):
    with pytest.raises(attributes.LineUnfit):
        attributes.from_lines(line, {})


@given(st.text())
def test_tidying_twice_changes_nothing(text):
    once = one_line(text)

    assert one_line(once) == once
    assert several_lines(several_lines(text)) == several_lines(text)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Maya\t Okafor\n", "Maya Okafor"),
        ("Nguye\u0302\u0303n", "Nguyễn"),
        ("McDonald", "McDonald"),
        ("A\x00na", "Ana"),
        ("pay\u202epal", "paypal"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_names_stay_as_they_are_written(typed, kept):
    assert one_line(typed) == kept


@given(st.text())
def test_an_address_has_one_spelling(text):
    once = normal_email(text)

    assert normal_email(once) == once
