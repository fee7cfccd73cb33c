import pytest

from gatehouse.core import charts


def chart(*values, labels=None):
    series = tuple(charts.Series(str(n), column) for n, column in enumerate(values))
    labels = labels or tuple(str(n) for n in range(len(values[0]) if values else 0))
    return charts.Chart("c", "Title", "Summary", "Week", labels, series)


@pytest.mark.parametrize(
    ("peak", "marks"),
    [(301, [100, 200, 300]), (53, [20, 40]), (4, [1, 2, 3, 4]), (1, [1]), (0, [1]), (0.8, [0.2, 0.4, 0.6, 0.8])],
)
def test_axis_has_few_round_numbers(peak, marks):
    assert charts.ticks(peak) == pytest.approx(marks)


@pytest.mark.parametrize("peak", [n * 10**e for n in range(1, 100) for e in (0, 2, 5)])
def test_axis_never_has_more_than_five_hairlines_nor_goes_above_the_peak(peak):
    marks = charts.ticks(peak)

    assert 1 <= len(marks) <= 5
    assert marks[-1] <= peak


def test_bars_stand_on_the_axis_and_on_one_another():
    plot = charts.stacked(chart((100,), (50,)))

    lower, upper = plot.bars
    assert float(lower.y) + float(lower.height) == pytest.approx(float(plot.base), abs=0.2)
    assert float(upper.y) + float(upper.height) + 2 == pytest.approx(float(lower.y), abs=0.2)
    assert [bar.kind for bar in plot.bars] == ["a", "b"]


def test_peak_and_dip_are_written_out():
    plot = charts.stacked(chart((113, 301, 137)))

    assert sorted(word.text for word in plot.words) == [113, 301]


def test_empty_chart_is_drawn():
    assert charts.stacked(chart((0, 0))).bars == []
    assert charts.lines(chart()).lines == []


def test_more_than_five_series_are_refused():
    with pytest.raises(charts.TooManySeries, match="Title"):
        charts.stacked(chart(*[(1,)] * 6))


def test_labels_are_thinned_before_they_touch():
    plot = charts.stacked(chart(tuple(range(52))))

    assert len(plot.names) == 13


def test_small_groups_are_not_told_in_a_heat_map():
    heat = charts.HeatMap("h", "T", "S", ("9", "10", "11"), (("Mon", (4, 5, 60)),))

    assert heat.windows == [("Mon", [(0, None), (0, 5), (5, 60)])]


def test_what_is_not_told_is_not_drawn_and_has_no_sum():
    shown = chart((80, None, 90), (20, 30, None))

    assert shown.totals == [100, None, None]
    assert len(charts.stacked(shown).bars) == 4
    assert [word.text for word in charts.stacked(shown).words] == [100]
    assert len(charts.lines(chart((1, 2, None, 4))).lines) == 1
