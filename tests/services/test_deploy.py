"""The container's steps, as one run of `scripts/try-deploy`."""

import subprocess
import sys

import pytest

from tests.services import ROOT, find, nginx, postgres


@pytest.mark.slow
@pytest.mark.postgres
def test_gatehouse_installs_and_serves_behind_nginx_as_in_its_container():
    if not find("nginx"):
        pytest.skip(nginx.ADVICE)
    if not postgres.bin_folder():
        pytest.skip(postgres.ADVICE)

    tried = subprocess.run(
        [sys.executable, ROOT / "scripts" / "try-deploy"], capture_output=True, text=True, check=False
    )

    assert tried.returncode == 0, tried.stdout + tried.stderr
