import allauth.mfa.admin  # noqa: F401  else it registers after us, and shows secrets
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Group

from gatehouse.core.reading import ReadOnly
from gatehouse.identity.models import BrowserSession, SignInFlow

for unused in (Group, EmailAddress, EmailConfirmation, Authenticator):
    if admin.site.is_registered(unused):
        admin.site.unregister(unused)


@admin.register(BrowserSession)
class BrowserSessionAdmin(ReadOnly[BrowserSession]):
    list_display = ("person", "browser", "system", "network", "began_at", "seen_at")
    list_select_related = ("person",)
    exclude = ("key_hash", "data")


@admin.register(SignInFlow)
class SignInFlowAdmin(ReadOnly[SignInFlow]):
    list_display = ("purpose", "created_at", "expires_at", "attempts", "used_at")
    exclude = ("code_hash", "link_hash", "browser_hash", "email", "person")
