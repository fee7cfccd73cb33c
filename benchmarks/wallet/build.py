"""Passes built and signed per CPU-second, beside what `openssl speed rsa2048` signs on the same core at the same time.

A pass of ten hashed files and 30 KB: seven pictures, two languages, pass.json; from its Face to the bytes of the archive.
Both count CPU time on one core and take turns; what counts is the median of the rounds. Aim: 0.6 of the RSA limit. In
two processes of their own the peak of memory after 1,000 and after so many more passes.
"""

import argparse
import os
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from gatehouse.passes import cms, own_chain, pkpass
from gatehouse.passes.blueprint import Barcode, Blueprint, Content, Face, Field

PICTURES = {("icon", "1x"): 1_000, ("icon", "2x"): 1_800, ("icon", "3x"): 2_700, ("logo", "1x"): 2_300}
PICTURES |= {("logo", "2x"): 5_000, ("strip", "1x"): 5_000, ("strip", "2x"): 11_000}
TEXTS = {"Member": "Mitglied", "Valid until": "Gültig bis", "Level": "Stufe", "Number": "Nummer"}
FIELDS = (
    Field("level", "header", "Level", change="Your level is now %@"),
    Field("member", "primary", "Member"),
    Field("number", "secondary", "Number"),
    Field("until", "secondary", "Valid until", format="date", change="Valid until %@"),
    Field("guests", "auxiliary", "Guests", format="number"),
    Field("address", "back", "Address"),
    Field("hours", "back", "Opening hours"),
)
VALUES = {"level": "Friend", "until": "2027-03-31", "guests": "2", "address": "12 Mill Lane\nAlderton 15210"}
VALUES |= {"hours": "Daily from 9 to 17, on Thursdays to 21"}


def run(options: argparse.Namespace) -> dict[str, Any]:
    one_core()
    build = builder()
    rounds = [(openssl(options.seconds), built(build, options.seconds)) for _ in range(options.rounds)]
    limit, passes = (statistics.median(figures) for figures in zip(*rounds, strict=True))
    ratios = [made / signs for signs, made in rounds]
    return {
        "openssl_rsa2048_signs_per_cpu_second": round(limit),
        "passes_per_cpu_second": round(passes),
        "ratio": round(statistics.median(ratios), 2),
        "ratios": [round(ratio, 2) for ratio in ratios],
        "bytes_of_a_pass": len(build(0)),
        "hashed_files": len(PICTURES) + 3,
        "peak_memory_mb": {str(count): peak_of(count) for count in (1_000, options.passes)},
        "load_average": round(os.getloadavg()[0], 1),
    }


def one_core() -> None:
    """We and the openssl that we start, on the same core."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def openssl(seconds: int) -> float:
    """Signatures per second of its own CPU time, as it says them itself."""
    command = ["openssl", "speed", "-mr", "-seconds", str(seconds), "rsa2048"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    figures = next(line for line in said.splitlines() if line.startswith("+F2:")).split(":")
    return float(figures[3])


def built(build: Callable[[int], bytes], seconds: int) -> float:
    count, began = 0, time.process_time()
    while (spent := time.process_time() - began) < seconds:
        for _ in range(50):
            build(count)
            count += 1
    return count / spent


def builder() -> Callable[[int], bytes]:
    """The n-th pass, from its Face to its bytes; what a design and a key share is made once, before."""
    chance = random.Random(7)
    blueprint = design()
    pngs = iter([chance.randbytes(size) for size in PICTURES.values()])
    archive = pkpass.Archive.of(pkpass.assets(blueprint, lambda _sha256: next(pngs), written_in="en"))
    chain = own_chain.make("pass.org.example.garden", "TEAM123456", datetime.now(UTC)).credential
    signer = cms.Signer.of(chain.key, chain.leaf, chain.intermediate)

    def build(n: int) -> bytes:
        number = f"8-{n:08}"
        values = VALUES | {"member": f"Maya Okafor {n}", "number": number}
        face = Face(blueprint, Content(values, number, number, "2027-03-31T23:59:59+02:00"))
        identity = pkpass.Identity(
            chain.pass_type_id, "TEAM123456", f"{n:020}", f"{n:064x}", "https://cards.example.org/wallet"
        )
        return archive.build(
            pkpass.pass_json(face, identity), lambda manifest: signer.sign(manifest, datetime.now(UTC))
        )

    return build


def design() -> Blueprint:
    images: dict[str, dict[str, str]] = {}
    for role, scale in PICTURES:
        images.setdefault(role, {})[scale] = f"{role}{scale}"
    return Blueprint(
        style="storeCard",
        organisation="Linden Garden",
        description="Membership card",
        logo_text="Linden Garden",
        fields=FIELDS,
        barcode=Barcode("pdf417"),
        images=images,
        texts={"de": TEXTS},
    )


def peak_of(count: int) -> float:
    """Of a process that builds so many passes, one after the other."""
    code = f"from benchmarks.wallet import build; build.say_peak({count})"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    return float(said)


def say_peak(count: int) -> None:
    build = builder()
    for n in range(count):
        build(n)
    print(round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1))
