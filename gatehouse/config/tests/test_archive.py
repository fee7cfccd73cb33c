"""The file of a safety copy, whole and hostile."""

import io
import os
import tarfile

import pytest

from gatehouse.config.copies import archive
from gatehouse.config.copies.manifest import NAME, CopyUnusable, Manifest


def silent(done, total):
    pass


@pytest.fixture
def saved(tmp_path):
    """A whole copy with a key and an upload."""
    (tmp_path / "key").write_text("k" * 60)
    (tmp_path / "mark.svg").write_bytes(os.urandom(300_000))
    path = tmp_path / "copy.tar.gz"
    with archive.writing(path, total=0, report=silent) as writer:
        writer.add("key", tmp_path / "key")
        writer.add("media/organisation/mark.svg", tmp_path / "mark.svg")
        Manifest("1.0", "2026-11-22", "sqlite", ["people.0001_initial"], writer.members).write(tmp_path / "list")
        writer.add(NAME, tmp_path / "list")
    return path


def unpack(path, tmp_path):
    into = tmp_path / "into"
    into.mkdir()
    return archive.unpack(path, into, report=silent)


def hostile(tmp_path, *members):
    """A .tar.gz of these members: a TarInfo, or a name with content."""
    path = tmp_path / "hostile.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        for member in members:
            info, content = (
                (member, b"") if isinstance(member, tarfile.TarInfo) else (tarfile.TarInfo(member[0]), member[1])
            )
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return path


def link(name, kind, target):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def test_what_was_saved_comes_back(saved, tmp_path):
    known = unpack(saved, tmp_path)

    assert known.migrations == ["people.0001_initial"]
    assert sorted(known.members) == ["key", "media/organisation/mark.svg"]
    assert (tmp_path / "into/media/organisation/mark.svg").read_bytes() == (tmp_path / "mark.svg").read_bytes()


def test_only_its_owner_can_read_it(saved):
    assert oct(saved.stat().st_mode)[-3:] == "600"


def test_a_copy_that_fails_half_way_leaves_the_one_before(saved, tmp_path):
    before = saved.read_bytes()

    with pytest.raises(FileNotFoundError):
        write_a_gone_file(saved, tmp_path)

    assert saved.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".part")] == []


def write_a_gone_file(path, tmp_path):
    with archive.writing(path, total=0, report=silent) as writer:
        writer.add("key", tmp_path / "key")
        writer.add("media/gone", tmp_path / "gone")


@pytest.mark.parametrize("share", [0, 0.1, 0.5, 0.9, 0.999])
def test_a_copy_cut_short_is_refused(saved, tmp_path, share):
    content = saved.read_bytes()
    saved.write_bytes(content[: int(len(content) * share)])

    with pytest.raises(CopyUnusable):
        unpack(saved, tmp_path)


def test_a_copy_with_a_changed_byte_is_refused(saved, tmp_path):
    content = bytearray(saved.read_bytes())
    content[len(content) // 2] ^= 1
    saved.write_bytes(content)

    with pytest.raises(CopyUnusable):
        unpack(saved, tmp_path)


def test_a_copy_repacked_with_another_key_is_refused(saved, tmp_path):
    unpack(saved, tmp_path)
    listed = (tmp_path / "into" / NAME).read_bytes()
    upload = ("media/organisation/mark.svg", (tmp_path / "mark.svg").read_bytes())
    repacked = hostile(tmp_path, ("key", b"x" * 60), upload, (NAME, listed))

    with pytest.raises(CopyUnusable, match="first key"):
        archive.unpack(repacked, tmp_path_of(tmp_path, "again"), report=silent)


def test_a_copy_without_one_of_its_files_is_refused(saved, tmp_path):
    unpack(saved, tmp_path)
    repacked = hostile(tmp_path, ("key", b"k" * 60), (NAME, (tmp_path / "into" / NAME).read_bytes()))

    with pytest.raises(CopyUnusable, match=r"mark\.svg"):
        archive.unpack(repacked, tmp_path_of(tmp_path, "again"), report=silent)


def tmp_path_of(tmp_path, name):
    (tmp_path / name).mkdir()
    return tmp_path / name


@pytest.mark.parametrize(
    "member",
    [
        ("../key", b"x"),
        ("media/../../key", b"x"),
        ("/etc/passwd", b"x"),
        ("media//key", b"x"),
        ("media/./key", b"x"),
        ("media\\..\\key", b"x"),
        ("gatehouse.db", b"x"),
        ("media", b"x"),
        link("media/out", tarfile.SYMTYPE, "/etc"),
        link("media/out", tarfile.LNKTYPE, "/etc/passwd"),
        link("media/pipe", tarfile.FIFOTYPE, ""),
        link("media/device", tarfile.CHRTYPE, ""),
        link("media/folder", tarfile.DIRTYPE, ""),
    ],
    ids=lambda member: str(member.name if isinstance(member, tarfile.TarInfo) else member[0]),
)
def test_members_that_lead_elsewhere_are_refused(tmp_path, member):
    with pytest.raises(CopyUnusable, match="Gatehouse makes no such backups"):
        unpack(hostile(tmp_path, member), tmp_path)

    assert list((tmp_path / "into").rglob("*")) == []


def test_a_member_twice_is_refused(tmp_path):
    with pytest.raises(CopyUnusable):
        unpack(hostile(tmp_path, ("key", b"one"), ("key", b"two")), tmp_path)


@pytest.mark.parametrize("content", [b"", b"no archive", b"\x1f\x8b\x08\x00garbage", b"PK\x03\x04" + b"\0" * 600])
def test_what_is_no_archive_is_refused(tmp_path, content):
    (tmp_path / "file").write_bytes(content)

    with pytest.raises(CopyUnusable):
        unpack(tmp_path / "file", tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        b"[]",
        b"{}",
        b'{"format": 2}',
        b"\xff",
        b'{"format":1,"version":"1","made_at":"","database":"oracle","migrations":[],"members":{}}',
        b'{"format":1,"version":"1","made_at":"","database":"postgresql","migrations":[],"members":{},"tables":{"a; drop":[]}}',
        b'{"format":1,"version":"1","made_at":"","database":"postgresql","migrations":[],"members":{},"sequences":{"a.b":"1"}}',
        b'{"format":1,"version":"1","made_at":"","database":"sqlite","migrations":[1],"members":{}}',
    ],
)
def test_a_list_of_contents_that_we_did_not_write_is_refused(tmp_path, content):
    with pytest.raises(CopyUnusable):
        unpack(hostile(tmp_path, (NAME, content)), tmp_path)
