"""How many pushes one CPU-second of our process is worth, into a local stand-in for Apple's service.

Three ways take turns in each round: our adapter alone (`h2` over a socket), the whole sweep (devices claimed, pushed and
settled in the database), and httpx with as many in flight, for comparison. The stand-in has a process of its own, so its
CPU does not count. What counts is the best round, for others on the machine only slow things down.
"""

import argparse
import asyncio
import contextlib
import os
import secrets
import ssl
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx

from gatehouse.passes.adapters.apns import ApnsServer, Way
from tests.services.apns import TOPIC, Apns, apns

IN_FLIGHT = 100  # as many for httpx as for us


def cpu_of(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def adapter(server: Apns, tokens: list[str]) -> None:
    own = server.certificate
    way = ApnsServer(Way(server.address, TOPIC, own.pem, own.key_pem, ca=server.ca))
    assert {outcome.status for outcome in way.push(tokens)} == {200}
    way.close()


def by_httpx(server: Apns, tokens: list[str]) -> None:
    context = ssl.create_default_context(cafile=server.ca)
    context.load_cert_chain(*server.certificate.write(server.folder, "client"))
    asyncio.run(_by_httpx(server, tokens, context))


async def _by_httpx(server: Apns, tokens: list[str], context: ssl.SSLContext) -> None:
    limits = httpx.Limits(max_connections=1, max_keepalive_connections=1)
    async with httpx.AsyncClient(http2=True, verify=context, limits=limits, timeout=60) as client:
        some = iter(tokens)

        async def one() -> None:
            for token in some:
                url = f"{server.address}/3/device/{token}"
                answer = await client.post(url, headers={"apns-topic": TOPIC}, content=b"{}")
                assert answer.status_code == 200

        await asyncio.gather(*(one() for _ in range(IN_FLIGHT)))


def sweep(tokens: list[str]) -> None:
    from gatehouse.passes import actions  # noqa: PLC0415  after django.setup

    assert actions.push_waiting(at_most=len(tokens)) == len(tokens)


def mark(server: Apns, tokens: list[str]) -> None:
    """Devices of these tokens wait to be pushed, under the stand-in's certificate."""
    from django.conf import settings  # noqa: PLC0415

    from gatehouse.core import clock  # noqa: PLC0415
    from gatehouse.passes.models import Device  # noqa: PLC0415

    settings.APNS, settings.APNS_CA = server.address, server.ca
    now = clock.now()
    Device.objects.all().delete()
    Device.objects.bulk_create(
        Device(library_id=token, pass_type_id=TOPIC, push_token=token, push_since=now, not_before=now)
        for token in tokens
    )


def certify(server: Apns) -> None:
    from datetime import timedelta  # noqa: PLC0415

    from gatehouse.core import clock, sealing  # noqa: PLC0415
    from gatehouse.passes.models import Certificate  # noqa: PLC0415

    Certificate.objects.create(
        pass_type_id=TOPIC,
        name=TOPIC,
        chain=server.certificate.pem.decode(),
        sealed_key=sealing.seal(server.certificate.key_pem, purpose=Certificate.PURPOSE),
        fingerprint=secrets.token_hex(32),
        starts_at=clock.now(),
        expires_at=clock.now() + timedelta(days=1),
    )


def rounds(pushes: int, times: int) -> dict[str, Any]:
    taken: list[dict[str, int]] = []
    with apns(streams=IN_FLIGHT) as server:
        certify(server)
        for _ in range(times):
            tokens = [secrets.token_hex(32) for _ in range(pushes)]
            fewer = tokens[: pushes // 5]
            mark(server, tokens)
            spent = {
                "adapter": pushes / cpu_of(lambda: adapter(server, tokens)),  # noqa: B023  called at once
                "sweep": pushes / cpu_of(lambda: sweep(tokens)),  # noqa: B023
                "httpx": len(fewer) / cpu_of(lambda: by_httpx(server, fewer)),  # noqa: B023
            }
            taken.append({name: round(figure) for name, figure in spent.items()})
            print(taken[-1], file=sys.stderr)
        most = server.most_in_flight
    best = {name: max(one[name] for one in taken) for name in taken[0]}
    return {
        "pushes": pushes,
        "load_average": round(os.getloadavg()[0], 1),
        "most_in_flight": most,
        "rounds": taken,
        "per_cpu_second": best,
        "of_httpx": round(best["adapter"] / best["httpx"], 1),
    }


@contextlib.contextmanager
def empty_portal() -> Iterator[None]:
    """A migrated database without devices and certificates, before and after."""
    import django  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    django.setup()
    from gatehouse.passes.models import Certificate, Device  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    for model in (Device, Certificate):
        model.objects.all().delete()
    yield
    for model in (Device, Certificate):
        model.objects.all().delete()


def run(options: argparse.Namespace) -> dict[str, Any]:
    with empty_portal():
        return rounds(options.pushes, options.rounds)
