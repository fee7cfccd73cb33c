import json
import subprocess
import sys

import pytest

from gatehouse.config.tests.running import answer, environment, gatehouse


def test_help_lists_our_commands_and_not_djangos(tmp_path):
    done = gatehouse(tmp_path, "help")

    assert done.returncode == 0
    assert "migrate" in done.stdout
    assert "makemigrations" not in done.stdout


def test_help_with_json_is_one_object(tmp_path):
    told = answer(tmp_path, "help")["commands"]

    assert told[0] == {
        "name": "demo",
        "group": "Start and keep it running",
        "help": "Make this portal a demo and load it once.",
    }
    assert {"run", "import-roster", "backup"} < {command["name"] for command in told}


def test_an_unknown_command_is_wrong_usage_and_the_nearest_name_is_offered(tmp_path):
    done = gatehouse(tmp_path, "migrat", "--json")

    assert done.returncode == 2
    assert json.loads(done.stdout)["error"].startswith("There is no command `migrat`. Did you mean `migrate`?")


def test_an_unknown_option_is_wrong_usage(tmp_path):
    done = gatehouse(tmp_path, "migrate", "--fastre", "--json")

    assert done.returncode == 2
    assert json.loads(done.stdout) == {"error": "unrecognized arguments: --fastre"}
    assert "Traceback" not in done.stderr


def test_a_command_on_an_unmigrated_database_names_migrate(tmp_path):
    done = gatehouse(tmp_path, "serve", "--json")

    assert done.returncode == 1
    assert "`gatehouse migrate`" in json.loads(done.stdout)["error"]


def test_migrate_answers_one_object_and_is_safe_to_repeat(tmp_path):
    first = answer(tmp_path, "migrate")
    second = answer(tmp_path, "migrate")

    assert first["migrated"] > 40
    assert second == {"state": "migrated", "migrated": 0, "collected": 0, "database": "sqlite"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GATEHOUSE_MODE", "prod"),
        ("GATEHOUSE_DEBUG", "perhaps"),
        ("GATEHOUSE_TIME_ZONE", "Mars/North"),
        ("DATABASE_URL", "mysql://localhost/x"),
        ("GATEHOUSE_UPLOAD_LIMIT_MB", "many"),
        ("GATEHOUSE_LOG_LEVEL", "loud"),
        ("GATEHOUSE_BASE_URL", "foo"),
        ("GATEHOUSE_BASE_URL", "ftp://portal.example.org"),
        ("GATEHOUSE_BASE_URL", "https://portal.example.org/path"),
        ("GATEHOUSE_BASE_URL", "https://portal.example.org:99999"),
        ("GATEHOUSE_BASE_URL", "https://"),
    ],
)
def test_a_wrong_setting_is_one_line_that_names_it(tmp_path, name, value):
    done = gatehouse(tmp_path, "migrate", "--json", **{name: value})

    assert done.returncode == 1
    assert name in json.loads(done.stdout)["error"]
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("port", ["0", "99999", "-1", "http"])
def test_a_port_that_is_none_is_wrong_usage(tmp_path, port):
    done = gatehouse(tmp_path, "run", "--json", f"--port={port}")

    assert done.returncode == 2
    assert json.loads(done.stdout) == {"error": "argument --port: A port is a number from 1 to 65535."}


def test_a_port_in_the_environment_that_is_none_is_one_line(tmp_path):
    done = gatehouse(tmp_path, "run", "--json", PORT="99999")

    assert done.returncode == 1
    assert json.loads(done.stdout) == {"error": "PORT is 99999: a port is a number from 1 to 65535."}
    assert len(done.stderr.splitlines()) == 1


def test_an_unreachable_database_is_said_plainly(tmp_path):
    done = gatehouse(tmp_path, "migrate", "--json", DATABASE_URL="postgres://nobody@127.0.0.1:1/none")

    assert done.returncode == 1
    assert json.loads(done.stdout)["error"].startswith("The database does not answer")
    assert "Traceback" not in done.stderr


KEY = "q8Zr2LwVx5Tn0Ycb7Hd1Jf6Kg3Ms9PaRuEeWiQoXzBvNtYhUj4CkDl"
SAFE = {
    "GATEHOUSE_MODE": "production",
    "GATEHOUSE_SECRET_KEY": KEY,
    "GATEHOUSE_BASE_URL": "https://portal.example.org",
    "EMAIL_URL": "smtp://mail.example.org:587",
}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"GATEHOUSE_SECRET_KEY": ""}, "needs a secret key"),
        ({"GATEHOUSE_SECRET_KEY": KEY[:40]}, "weak"),
        ({"GATEHOUSE_SECRET_KEY": "ab" * 40}, "weak"),
        ({"GATEHOUSE_SECRET_KEY": f"django-insecure-{KEY}"}, "known default"),
        ({"GATEHOUSE_DEBUG": "yes"}, "GATEHOUSE_DEBUG"),
        ({"GATEHOUSE_BASE_URL": "http://portal.example.org"}, "https://"),
        ({"EMAIL_URL": ""}, "EMAIL_URL"),
    ],
)
def test_production_refuses_what_is_not_safe(tmp_path, wrong, said):
    done = gatehouse(tmp_path, "run", "--json", **{**SAFE, **wrong})

    error = json.loads(done.stdout)["error"]
    assert done.returncode == 1
    assert said in error
    assert len(error.splitlines()) == 1


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_production_names_every_reason_at_once(tmp_path, command):
    done = gatehouse(tmp_path, command, "--json", GATEHOUSE_MODE="production")

    assert len(json.loads(done.stdout)["error"].splitlines()) == 3


def test_the_data_folder_wins_over_the_environment(tmp_path):
    answer(tmp_path, "demo", PORT="8123")

    again = answer(
        tmp_path,
        "demo",
        DATABASE_URL="sqlite:////nowhere/else.db",
        GATEHOUSE_MODE="local",
        GATEHOUSE_BASE_URL="https://x.example.org",
    )

    assert again["url"] == "http://127.0.0.1:8123"
    assert again["is_new"] is False


def test_an_import_that_is_not_there_is_named(demo):
    data, more = demo

    done = gatehouse(data, "undo-import", "9999", "--json", **more)

    assert done.returncode == 1
    assert json.loads(done.stdout) == {"error": "There is no import 9999."}


def test_a_reader_who_goes_away_is_not_told(demo):
    """As by `| head -c 250`: no traceback, no second object, and the exit status of SIGPIPE."""
    data, more = demo
    command = [sys.executable, "-m", "gatehouse.config.cli", "export-people", "--json"]
    around = environment(data, **more)
    with subprocess.Popen(command, env=around, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as export:
        begun = export.stdout.read(250)
        export.stdout.close()
        said = export.stderr.read()

    assert len(begun) == 250
    assert said == b""
    assert export.returncode == 141
