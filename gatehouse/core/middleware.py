"""What every request passes: the true client behind trusted proxies, a request id, and one line in the log."""

import ipaddress
import logging
import time
from collections.abc import Callable
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from gatehouse.core.logs import route_of
from gatehouse.core.origin import Origin, acting_from

log = logging.getLogger("gatehouse.requests")

# Headers by which proxies say that they stand between; with one of them, 127.0.0.1 is the proxy and not the person.
FORWARDING = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_REAL_IP",
    "HTTP_FORWARDED",
    "HTTP_VIA",
)
PROXIED = "gatehouse.proxied"

Handler = Callable[[HttpRequest], HttpResponse]


class TrustedProxies:
    """Believe X-Forwarded-For and -Proto only from the proxies named in the settings, hop by hop from the right."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.trusted = [ipaddress.ip_network(network) for network in settings.TRUSTED_PROXIES]

    def __call__(self, request: HttpRequest) -> HttpResponse:
        meta = request.META
        meta[PROXIED] = any(meta.get(name) for name in FORWARDING)
        forwarded = meta.pop("HTTP_X_FORWARDED_FOR", "")
        scheme = meta.pop("HTTP_X_FORWARDED_PROTO", "")
        if self._is_trusted(meta.get("REMOTE_ADDR", "")):
            hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
            meta["REMOTE_ADDR"] = self._client(hops, meta["REMOTE_ADDR"])
            if scheme in {"http", "https"}:
                meta["wsgi.url_scheme"] = scheme
        return self.get_response(request)

    def _client(self, hops: list[str], nearest: str) -> str:
        for hop in reversed(hops):
            if not _is_address(hop):
                return nearest
            nearest = hop
            if not self._is_trusted(hop):
                break
        return nearest

    def _is_trusted(self, address: str) -> bool:
        return _is_address(address) and any(ipaddress.ip_address(address) in network for network in self.trusted)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


class RequestLog:
    """Give each request an id, tell the journal where acts come from, and write one line when it is answered.

    The line holds no query string and no name or address of a person: paths carry ids only.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        request_id = uuid4().hex
        meta = request.META
        origin = Origin("web", request_id, meta.get("REMOTE_ADDR", ""), meta.get("HTTP_USER_AGENT", "")[:400])
        with acting_from(origin):
            response = self.get_response(request)
        response["X-Request-ID"] = request_id
        _write_line(request, response, request_id, began)
        return response


def _write_line(request: HttpRequest, response: HttpResponse, request_id: str, began: float) -> None:
    fields = {
        "request_id": request_id,
        "method": request.method,
        "route": route_of(request),
        "status": response.status_code,
        "ms": round((time.perf_counter() - began) * 1000, 1),
    }
    log.info("request", extra={"fields": fields})
