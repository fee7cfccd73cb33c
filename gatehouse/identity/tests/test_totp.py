"""The kernel of authenticator apps, by the vectors of RFC 6238 (appendix B, SHA-1; we show the last six of eight digits)."""

import base64
from datetime import UTC, datetime, timedelta

import pytest

from gatehouse.core import barcodes
from gatehouse.identity import totp

SECRET = base64.b32encode(b"12345678901234567890").decode()
NOW = datetime(2026, 11, 22, 12, 0, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_the_rfc(seconds, code):
    assert totp.code_at(SECRET, totp.step_at(datetime.fromtimestamp(seconds, UTC))) == code


@pytest.mark.parametrize(("seconds", "fits"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_clock_may_be_half_a_minute_off(seconds, fits):
    typed = totp.code_at(SECRET, totp.step_at(NOW + timedelta(seconds=seconds)))

    assert (totp.matching_step(SECRET, typed, now=NOW) is not None) is fits


@pytest.mark.parametrize("typed", ["", "12345", "abcdef", "１２３４５６", "\x00", "9" * 10_000])
def test_what_is_no_code_fits_nothing(typed):
    assert totp.matching_step(SECRET, typed, now=NOW) is None


def test_blanks_between_digits_do_not_count():
    step = totp.step_at(NOW)
    code = totp.code_at(SECRET, step)

    assert totp.matching_step(SECRET, f" {code[:3]} {code[3:]} ", now=NOW) == step


def test_secrets_are_long_and_never_the_same():
    made = {totp.new_secret() for _ in range(50)}

    assert len(made) == 50
    assert {len(base64.b32decode(secret)) for secret in made} == {20}


def test_address_is_what_apps_read():
    address = totp.address(SECRET, issuer="Alder: College", account="maya+1@example.org")

    assert address == (
        f"otpauth://totp/Alder%20%20College:maya%2B1%40example.org?secret={SECRET}"
        "&issuer=Alder%20%20College&algorithm=SHA1&digits=6&period=30"
    )


def test_a_long_name_still_fits_a_qr_code():
    address = totp.address(SECRET, issuer="Ä" * 80, account="ü" * 200 + "@example.org")

    assert barcodes.draw("qr", address).width <= 177
