"""What the doctor says by the real command, and what an upgrade leaves."""

import json

from gatehouse.config.tests.running import answer, ask, gatehouse


def says(done, about):
    return [one for one in json.loads(done.stdout)["findings"] if one["about"] == about]


def test_a_portal_that_can_serve_is_well_and_its_letter_is_sent(portal):
    data, more = portal

    told = answer(data, "doctor", "--mail", "ana@example.org", **more)

    assert told["state"] == "well"
    assert told["letter"]["state"] == "sent"
    assert len(list((data / "mail").glob("*.eml"))) == 1


def test_an_empty_database_cannot_serve_and_migrate_is_named(tmp_path, database):
    done = gatehouse(tmp_path / "new", "doctor", "--json", **database())

    assert done.returncode == 1
    assert "`gatehouse migrate`" in json.loads(done.stdout)["error"]


def test_a_database_of_a_newer_version_cannot_serve(portal):
    data, more = portal
    newer = "from django.db import connection\nfrom django.db.migrations.recorder import MigrationRecorder as M\n"
    ask(data, f"{newer}M(connection).record_applied('people', '9999_to_come')\nanswer = 0", **more)

    done = gatehouse(data, "doctor", "--json", **more)

    assert done.returncode == 1
    assert "people.9999_to_come" in json.loads(done.stdout)["error"]


def test_a_mail_server_that_does_not_answer_is_named_at_once_and_again(portal):
    data, more = portal
    kept = (data / "settings.env").read_text()
    (data / "settings.env").write_text(kept.replace("EMAIL_URL=file:", "EMAIL_URL=smtp://127.0.0.1:9"))

    first, second = (gatehouse(data, "doctor", "--mail", "ana@example.org", "--json", **more) for _ in range(2))

    assert (first.returncode, second.returncode) == (1, 1)
    assert json.loads(second.stdout)["letter"]["state"] == "queued"
    assert "127.0.0.1:9" in json.loads(second.stdout)["error"]


def test_what_differs_from_the_folder_is_said_without_its_value(portal):
    data, more = portal

    done = gatehouse(data, "doctor", "--json", **{**more, "EMAIL_URL": "smtp://ana:open-sesame@mail.example.org"})

    (finding,) = says(done, "environment")
    assert finding["level"] == "warning"
    assert finding["says"].startswith("EMAIL_URL differs")
    assert "open-sesame" not in done.stdout + done.stderr


def test_a_key_that_others_may_read_is_a_warning(portal):
    data, more = portal
    (data / "key").chmod(0o644)

    (finding,) = says(gatehouse(data, "doctor", "--json", **more), "data")

    assert finding["level"] == "warning"
    assert f"chmod go= {data / 'key'}" in finding["says"]


def test_half_configured_production_cannot_serve(tmp_path):
    done = gatehouse(tmp_path, "doctor", "--json", GATEHOUSE_MODE="production")

    assert done.returncode == 1
    assert len(says(done, "production")) == 3


def test_a_person_reads_marks_and_no_json(portal):
    data, more = portal

    done = gatehouse(data, "doctor", **more)

    assert done.returncode == 0
    assert "✓ database: " in done.stdout
    assert done.stdout.endswith("This portal can serve.\n")


def test_an_upgrade_leaves_the_portal_as_it_was_before(portal):
    data, more = portal

    first = answer(data, "upgrade", **more)
    for day in range(1, 5):
        (data / "backups" / f"before-upgrade-2025010{day}-000000.tar.gz").touch()
    answer(data, "upgrade", **more)

    assert first["state"] == "upgraded"
    assert first["migrated"] == 0
    assert len(list((data / "backups").iterdir())) == 3
    assert answer(data, "restore", first["backup"], "--yes", **more)["state"] == "restored"


def test_an_upgrade_of_nothing_makes_a_portal(tmp_path, database):
    told = answer(tmp_path / "new", "upgrade", **database())

    assert told["backup"] is None
    assert told["migrated"] > 40
