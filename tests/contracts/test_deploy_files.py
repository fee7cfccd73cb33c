"""The reader of deploy files finds nothing in ours, and finds what is planted."""

from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
READERS = {
    "compose.yaml": "compose",
    "Dockerfile": "dockerfile",
    "systemd/gatehouse.service": "unit",
    "Caddyfile": "caddyfile",
}


@pytest.fixture(scope="module")
def lint():
    spec = spec_from_loader("lint_deploy", SourceFileLoader("lint_deploy", str(ROOT / "scripts" / "lint-deploy")))
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_our_own_files_hold_no_faults(lint):
    assert list(lint.faults()) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "fault"),
    [
        ("compose.yaml", "postgres:17.6-bookworm", "postgres:latest", "names no version"),
        ("compose.yaml", "  tls:\n", "", "volume tls is not declared"),
        (
            "compose.yaml",
            '    healthcheck:\n      test: ["CMD", "pg_isready"',
            '    x-none:\n      test: ["CMD", "pg_isready"',
            "no healthcheck",
        ),
        ("compose.yaml", "read_only: true", "read_only: false", "can be written"),
        (
            "compose.yaml",
            "networks: [inside]\n    read_only",
            "ports: ['5432:5432']\n    read_only",
            "only nginx",
        ),
        ("Dockerfile", "USER 10001:10001\n", "", "runs as root"),
        ("Dockerfile", "COPY docs", "COPY no-such-folder", "no such file"),
        ("systemd/gatehouse.service", "ProtectSystem=strict\n", "", "ProtectSystem"),
        ("Caddyfile", "}\n}", "}\n", "braces"),
    ],
)
def test_a_planted_fault_is_found(lint, file, old, new, fault):
    text = (DEPLOY / file).read_text()
    assert old in text

    found = list(getattr(lint, READERS[file])(text.replace(old, new, 1)))

    assert any(fault in line for line in found), found


def test_a_wrong_unit_is_found_by_systemd_itself(lint):
    text = (DEPLOY / "systemd" / "gatehouse.service").read_text()
    if not lint.find("systemd-analyze"):
        pytest.skip("systemd-analyze was not found")

    assert list(lint.unit_by_systemd(text.replace("Type=exec", "Type=sometimes"), "gatehouse.service")) != []
