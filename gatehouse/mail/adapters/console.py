"""Letters are printed on stderr: for a look at one while writing a template."""

import sys

from gatehouse.mail.delivery import Answer, Parcel


class ConsoleServer:
    def deliver(self, parcel: Parcel) -> Answer:
        sys.stderr.write(f"--- to {parcel.address}\n{parcel.content.decode('utf-8', 'replace')}\n")
        sys.stderr.flush()
        return Answer(250, "2.0.0", "printed")

    def close(self) -> None:
        """Stderr stays open."""
