"""Results as JSON beside the code: what was measured, when, at which commit, on what kind of machine, which database."""

import json
import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"


def database() -> str:
    return "postgresql" if os.environ.get("DATABASE_URL", "").startswith("postgres") else "sqlite"


def write(name: str, figures: Any) -> None:
    """Print the figures and keep them in results/<name>-<database>.json."""
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    result = {
        "what": name,
        "database": database(),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit.stdout.strip(),
        "machine": f"{os.cpu_count()} shared cores, {platform.system()}, Python {platform.python_version()}",
        "figures": figures,
    }
    text = json.dumps(result, indent=2) + "\n"
    (RESULTS / f"{name}-{database()}.json").write_text(text, encoding="utf-8")
    print(text)
