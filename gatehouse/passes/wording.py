"""The texts of a design that can be said in other languages, and their translations when a text is written anew."""

from collections.abc import Iterator, Mapping

from gatehouse.passes.blueprint import PLACEHOLDER, Blueprint


def texts_of(blueprint: Blueprint) -> dict[str, str]:
    """Each text once, with the place where it first stands: `fields.member.label`, by keys, which reordering leaves."""
    places: dict[str, str] = {}
    for place, text in _all(blueprint):
        if text:
            places.setdefault(text, place)
    return places


def _all(blueprint: Blueprint) -> Iterator[tuple[str, str]]:
    yield from (("logo_text", blueprint.logo_text), ("description", blueprint.description))
    yield "organisation", "" if blueprint.logo_text else blueprint.organisation
    for field in blueprint.fields:
        yield f"fields.{field.key}.label", field.label
        yield f"fields.{field.key}.says", "" if PLACEHOLDER.search(field.says) else field.says
        yield f"fields.{field.key}.change", field.change
    for number, place in enumerate(blueprint.places):
        yield f"places.{number}.says", place.says


def carried(
    translated: Mapping[str, Mapping[str, str]], before: Mapping[str, str], blueprint: Blueprint
) -> dict[str, dict[str, str]]:
    """Translations of the texts there are now. A text that replaced another at its place takes over its translation.

    `before` maps the texts of before to their places. Empty translations are left out, languages without any stay.
    """
    now = texts_of(blueprint)
    gone = {place: text for text, place in before.items() if text not in now}
    origin = {text: text if text in before else gone.get(place, text) for text, place in now.items()}
    return {
        language: {text: said for text in now if (said := texts.get(origin[text], "").strip())}
        for language, texts in translated.items()
    }
