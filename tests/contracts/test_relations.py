"""Models point downwards too: a foreign key by name escapes the import contracts, so it is looked at here."""

import tomllib
from pathlib import Path

from django.apps import apps

ROOT = Path(__file__).resolve().parents[2]


def layers() -> dict[str, int]:
    """Each app's height, 0 on the ground, from the very contract that `make check` holds imports against."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    rows = next(
        contract["layers"]
        for contract in contracts
        if contract["type"] == "layers" and "gatehouse" in contract["containers"]
    )
    return {name.strip("() "): height for height, row in enumerate(reversed(rows)) for name in row.split("|")}


def place(model: type) -> str:
    return model.__module__.split(".")[1]


def test_relations_point_downwards_or_stay_at_home():
    heights = layers()
    ours = [model for model in apps.get_models(include_auto_created=True) if model.__module__.startswith("gatehouse.")]
    upwards = [
        f"{model.__name__}.{field.name} -> {field.related_model.__name__}"
        for model in ours
        for field in (*model._meta.fields, *model._meta.many_to_many)
        if field.is_relation and field.related_model and field.related_model in ours
        if place(field.related_model) != place(model) and heights[place(field.related_model)] >= heights[place(model)]
    ]

    assert upwards == []


def test_every_app_has_its_height():
    known = layers()

    assert [
        config.name
        for config in apps.get_app_configs()
        if config.name.startswith("gatehouse.") and config.name.split(".")[1] not in known
    ] == []
