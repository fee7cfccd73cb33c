"""The pages with forced colours, on paper, from right to left, and with letters twice as large."""

import pytest

PATHS = ["/", "/manage/", "/manage/parts", "/manage/people", "/manage/organisation", "/docs/reference/roster-files"]
OVER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# What stands outside the window, but for what is hidden on purpose or scrolls in a box of its own.
OUTSIDE = """[...document.querySelectorAll('main *')].filter((one) => {
  const box = one.getBoundingClientRect();
  return box.width && (box.left < -1 || box.right > innerWidth + 1)
    && !one.closest('.hush, .heatwrap, .alt, .tabs, .scroller, pre, thead');
}).map((one) => one.outerHTML.slice(0, 80))"""


@pytest.fixture
def owner(visit):
    return visit("owner")


def style(page, selector: str, name: str) -> str:
    return page.locator(selector).first.evaluate("(one, name) => getComputedStyle(one)[name]", name)


@pytest.mark.parametrize("width", [320, 1280])
def test_pages_hold_from_right_to_left(owner, width):
    owner.page.set_viewport_size({"width": width, "height": 900})
    faults = []
    for path in PATHS:
        owner.open(path)
        owner.page.evaluate("document.documentElement.dir = 'rtl'")
        faults += [(path, over) for over in [owner.page.evaluate(OVER)] if over > 0]
        faults += [(path, outside) for outside in owner.page.evaluate(OUTSIDE)]

    assert faults == []


def test_pages_hold_with_letters_twice_as_large(owner):
    owner.page.set_viewport_size({"width": 640, "height": 900})
    faults = []
    for path in PATHS:
        owner.open(path)
        owner.page.evaluate("document.documentElement.style.fontSize = '200%'")
        faults += [(path, over) for over in [owner.page.evaluate(OVER)] if over > 0]

    assert faults == []


@pytest.mark.parametrize("chosen", ["", "dark"])
def test_paper_is_light_whatever_the_screen_was(owner, chosen):
    owner.page.emulate_media(media="print", color_scheme="dark")
    owner.open("/manage/people")
    if chosen:
        owner.page.evaluate("theme => { document.documentElement.dataset.bsTheme = theme }", chosen)

    assert style(owner.page, "h1", "color") == "rgb(26, 35, 33)"
    assert style(owner.page, ".side", "display") == "none"
    assert style(owner.page, ".btn", "display") == "none"
    assert style(owner.page, "thead", "display") == "table-header-group"


def test_forced_colours_keep_borders_and_what_is_chosen(owner):
    owner.page.emulate_media(forced_colors="active")
    owner.open("/manage/parts")

    assert style(owner.page, ".btn.main", "borderTopWidth") == "1px"
    assert style(owner.page, ".badge", "borderTopStyle") == "solid"
    assert style(owner.page, ".chip input:checked + span", "outlineStyle") == "solid"
    assert style(owner.page, ".side a[aria-current]", "outlineStyle") == "solid"
    assert style(owner.page, ".heat td:nth-of-type(2)", "borderTopStyle") == "solid"
