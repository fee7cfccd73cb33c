"""A real nginx with TLS before a portal, from the very template that `deploy/` ships."""

import contextlib
import os
import shutil
import string
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.services import ROOT, Missing, accepts, find, free_port, running
from tests.services.certificates import self_signed

ADVICE = "nginx was not found (apt-get install nginx-light)"
TEMPLATE = ROOT / "deploy" / "nginx.conf.template"
AROUND = """\
daemon off;
worker_processes 1;
pid $folder/pid;
error_log stderr warn;
events { worker_connections 256; }
http {
    access_log off;
    client_body_temp_path $folder/body;
    proxy_temp_path $folder/proxy;
    fastcgi_temp_path $folder/fastcgi;
    uwsgi_temp_path $folder/uwsgi;
    scgi_temp_path $folder/scgi;
    include $folder/portal.conf;
}
"""


@dataclass(frozen=True)
class Front:
    http_port: int
    https_port: int
    certificate: Path

    @property
    def url(self) -> str:
        return f"https://localhost:{self.https_port}"


def render(values: dict[str, str]) -> str:
    """Fill in the template as the image's envsubst does: names in braces that we know, and nothing else."""
    return string.Template(TEMPLATE.read_text()).safe_substitute(values)


def write(folder: Path, *, upstream: str, server_name: str = "localhost") -> Front:
    """Lay a whole configuration into the folder."""
    certificate, key = self_signed(folder, server_name)
    front = Front(free_port(), free_port(), certificate)
    values = {
        "GATEHOUSE_UPSTREAM": upstream,
        "GATEHOUSE_SERVER_NAME": server_name,
        "HTTP_PORT": f"127.0.0.1:{front.http_port}",
        "HTTPS_PORT": f"127.0.0.1:{front.https_port}",
        "TLS_CERTIFICATE": str(certificate),
        "TLS_KEY": str(key),
    }
    (folder / "portal.conf").write_text(render(values))
    (folder / "nginx.conf").write_text(string.Template(AROUND).substitute(folder=folder))
    return front


def command(folder: Path) -> list[str]:
    program = find("nginx")
    if program is None:
        raise Missing(ADVICE)
    return [program, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr"]


@contextlib.contextmanager
def front(*, upstream: str, server_name: str = "localhost") -> Iterator[Front]:
    """Run nginx before `upstream` (host:port) on two free ports of 127.0.0.1."""
    folder = Path(tempfile.mkdtemp(prefix="gatehouse-nginx-"))
    try:
        if os.getuid() == 0:
            folder.chmod(0o755)  # its workers become nobody, and keep large bodies here
        site = write(folder, upstream=upstream, server_name=server_name)
        with running(command(folder), ready=lambda: accepts(site.https_port), log=folder / "log"):
            yield site
    finally:
        shutil.rmtree(folder, ignore_errors=True)
