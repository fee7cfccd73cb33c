"""GATEHOUSE_UPSTREAM_SIGN_OUT: yes, no, or some tenants."""

import pytest

from gatehouse.config import env

TENANT, OTHER_TENANT = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"


@pytest.mark.parametrize(("text", "read"), [("", ["yes"]), ("no", ["no"]), (TENANT.upper(), [TENANT])])
def test_the_setting(monkeypatch, text, read):
    monkeypatch.setitem(env._values, "OUT", text)
    assert env.sign_out("OUT", [TENANT, OTHER_TENANT]) == read


@pytest.mark.parametrize("text", ["sometimes", "yes no", f"{TENANT} {OTHER_TENANT}"])
def test_a_setting_that_cannot_be(monkeypatch, text):
    monkeypatch.setitem(env._values, "OUT", text)
    with pytest.raises(env.SettingWrong):
        env.sign_out("OUT", [TENANT])
