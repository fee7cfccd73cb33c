"""A zip whose unchanging records are made once (PKWARE APPNOTE 6.3.10): stored, not packed, and with no time of its own.

Pictures don't get smaller by packing, and packing costs more than signing does.
"""

import struct
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

# Signature, version needed, flags, method, time, date, CRC-32, size packed, size, length of name, of extra (4.3.7).
LOCAL = struct.Struct("<4s5H3I2H")
# The same with the version made by, and comment, disk, attributes within and without, and where the record is (4.3.12).
CENTRAL = struct.Struct("<4s6H3I5H2I")
END = struct.Struct("<4s4H2IH")  # 4.3.16
VERSION = 20
UNIX = 3 << 8 | VERSION
READABLE = 0o100644 << 16
STORED, NO_TIME, FIRST_DAY = 0, 0, 33  # the first of January 1980, as DOS counts


@dataclass(frozen=True)
class Part:
    """Some files of an archive, as they lie in it from its beginning on, and their lines of its directory."""

    records: bytes = b""
    directory: bytes = b""
    count: int = 0


def part(files: Iterable[tuple[str, bytes]], after: Part = Part()) -> Part:
    """These files, after those; names are ASCII."""
    records, directory, count = [after.records], [after.directory], after.count
    at = len(after.records)
    for name, content in files:
        local, central = _headers(name.encode("ascii"), content, at)
        records += (local, content)
        directory.append(central)
        at += len(local) + len(content)
        count += 1
    return Part(b"".join(records), b"".join(directory), count)


def close(whole: Part) -> bytes:
    """The archive."""
    end = END.pack(b"PK\5\6", 0, 0, whole.count, whole.count, len(whole.directory), len(whole.records), 0)
    return whole.records + whole.directory + end


def zipped(files: Mapping[str, bytes]) -> bytes:
    return close(part(sorted(files.items())))


def _headers(name: bytes, content: bytes, at: int) -> tuple[bytes, bytes]:
    size, crc = len(content), zlib.crc32(content)
    about = (STORED, NO_TIME, FIRST_DAY, crc, size, size, len(name), 0)
    local = LOCAL.pack(b"PK\3\4", VERSION, 0, *about) + name
    central = CENTRAL.pack(b"PK\1\2", UNIX, VERSION, 0, *about, 0, 0, 0, READABLE, at) + name
    return local, central
