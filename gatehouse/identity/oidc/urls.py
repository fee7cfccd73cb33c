from django.urls import path

from gatehouse.identity.oidc.views import apps, authorize, logout

app_name = "oidc"
urlpatterns = [
    path("oauth/authorize", authorize.authorize, name="authorize"),
    path("oauth/authorize/consent", authorize.consent, name="consent"),
    path("oauth/logout", logout.end_session, name="end_session"),
    path("oauth/logout/confirm", logout.confirm, name="confirm_sign_out"),
    path("me/apps", apps.connected, name="apps"),
    path("me/apps/<uuid:client_id>/withdraw", apps.withdraw, name="withdraw"),
]
