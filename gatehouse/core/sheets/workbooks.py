"""Reading .xlsx: a bounded process (unpack.py) writes its first sheet as CSV, which is then read like any other."""

import json
import subprocess
import sys
from pathlib import Path
from typing import IO

from gatehouse.core.said import noop as _
from gatehouse.core.sheets import limits
from gatehouse.core.sheets.errors import SheetUnreadable

_DAMAGED = _("This workbook is damaged. Open it in Excel, save it anew as .xlsx or .csv, and choose that file.")
_LARGE = _("This workbook unpacks to more than we can take. Save its sheet as .csv and choose that file.")
_REASONS = {
    "damaged": _DAMAGED,
    "large": _LARGE,
    "sparse": _(
        "This sheet reaches to %(cell)s, though few of its cells are filled. Delete its empty rows and columns, save it, "
        "and choose it again."
    ),
    "locked": _("This workbook is locked with a password. Save it without one, or as .csv, and choose that file."),
    "other": _(
        "This is a packed file, but not an .xlsx workbook. Save the table as .xlsx or .csv and choose that file."
    ),
    "wide": _("The first sheet has more than %(most)s columns. Is this the right file?"),
    "empty": _("This workbook is empty: none of its sheets holds anything."),
}
_LIMITS = (limits.ENTRIES, limits.UNPACKED, limits.RATIO, limits.MEMORY, limits.SECONDS, limits.COLUMNS)


def unpack(path: Path, out: IO[bytes]) -> None:
    """Write the first sheet that holds anything to `out` as UTF-8 CSV, its blank rows too.

    Cells come as they are shown: days as ISO dates, whole numbers without a point, formulas as their last value, and
    as `unpack.NO_VALUE` where they have none.
    """
    verdict = _verdict(path, out)
    if verdict.get("refused") == "memory":
        verdict = _verdict(path, out, reach=True)
    if "refused" in verdict:
        reason = _REASONS.get(verdict["refused"], _LARGE)
        raise SheetUnreadable(reason, most=limits.COLUMNS, cell=verdict.get("cell", ""))


def _verdict(path: Path, out: IO[bytes], *, reach: bool = False) -> dict[str, str]:
    """What the process says; with `reach` only how far a sheet goes that is too large to unpack."""
    script = str(Path(__file__).with_name("unpack.py"))
    command = [sys.executable, "-I", script, str(path.resolve()), *map(str, _LIMITS), str(int(reach))]
    try:
        done = subprocess.run(  # noqa: S603 - our own file, and a path that no shell sees
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.PIPE, env={}, check=False,
            timeout=limits.SECONDS * 2,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return {"refused": "large"}
    if done.returncode == 0:
        verdict: dict[str, str] = json.loads(done.stderr.splitlines()[-1])
        return verdict
    # a negative code is the kernel's or Rust's: out of memory, time or room; else calamine gave up on bad XML
    return {"refused": "memory" if done.returncode < 0 else "damaged"}
