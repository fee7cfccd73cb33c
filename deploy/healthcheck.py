"""Ask the portal how it is: exit 0 when it answers 200. `healthcheck.py [PATH [HOST:PORT]]`, else /healthz, here."""

import os
import sys
import urllib.request
from urllib.parse import urlsplit


def main(path: str = "/healthz", where: str = "") -> int:
    where = where or f"127.0.0.1:{os.environ.get('PORT') or '8000'}"
    # The portal answers to its own name only.
    name = urlsplit(os.environ.get("GATEHOUSE_BASE_URL", "")).netloc or where
    request = urllib.request.Request(f"http://{where}{path}", headers={"Host": name})  # our own address
    try:
        with urllib.request.urlopen(request, timeout=4) as answer:  # noqa: S310  # the same
            return 0 if answer.status == 200 else 1
    except OSError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
