from django.urls import path

from gatehouse.identity.oidc.views import apps, authorize, devices, discourse, logout, members
from gatehouse.identity.oidc.views.manage import safety, services, tiles, trying

app_name = "oidc"
urlpatterns = [
    path("oauth/authorize", authorize.authorize, name="authorize"),
    path("oauth/authorize/consent", authorize.consent, name="consent"),
    path("oauth/device", devices.enter, name="device"),
    path("oauth/device/<str:asked>", devices.answer, name="answer_device"),
    path("oauth/logout", logout.end_session, name="end_session"),
    path("oauth/logout/confirm", logout.confirm, name="confirm_sign_out"),
    path("me/apps", apps.connected, name="apps"),
    path("me/apps/<uuid:client_id>/withdraw", apps.withdraw, name="withdraw"),
    path("discourse/<slug:client_id>", discourse.sign_in, name="discourse"),
    path("discourse/<slug:client_id>/consent", discourse.consent, name="discourse_consent"),
    path("api/v1/members/<str:external_id>", members.member, name="member"),
    path("manage/identity", services.services, name="services"),
    path("manage/identity/services/add", services.choose_kind, name="choose_kind"),
    path("manage/identity/services/add/<slug:kind>", services.add_service, name="add_service"),
    path("manage/identity/services/<uuid:pk>", services.service, name="service"),
    path("manage/identity/services/<uuid:pk>/edit", services.edit_service, name="edit_service"),
    path("manage/identity/services/<uuid:pk>/secret", services.make_secret, name="make_secret"),
    path("manage/identity/services/<uuid:pk>/secrets/<int:secret_id>/end", services.end_secret, name="end_secret"),
    path("manage/identity/services/<uuid:pk>/disable", services.disable_service, name="disable_service"),
    path("manage/identity/services/<uuid:pk>/enable", services.enable_service, name="enable_service"),
    path("manage/identity/services/<uuid:pk>/try", trying.begin, name="try_service"),
    path("manage/identity/services/<uuid:pk>/try/back", trying.back, name="tried"),
    path("manage/identity/apps", tiles.tiles, name="tiles"),
    path("manage/identity/apps/add", tiles.add_tile, name="add_tile"),
    path("manage/identity/apps/<int:pk>", tiles.edit_tile, name="edit_tile"),
    path("manage/identity/apps/<int:pk>/move", tiles.move_tile, name="move_tile"),
    path("manage/identity/apps/<int:pk>/remove", tiles.remove_tile, name="remove_tile"),
    path("manage/identity/claims", safety.claims, name="claims"),
    path("manage/identity/sessions", safety.sessions, name="sessions"),
    path("manage/identity/sign-ins", safety.sign_ins, name="sign_ins"),
    path("manage/identity/limits", safety.limits, name="limits"),
    path("manage/identity/limits/lift", safety.lift_limits, name="lift_limits"),
    path("manage/identity/keys", safety.keys, name="keys"),
    path("manage/identity/keys/<slug:kid>/withdraw", safety.withdraw_key, name="withdraw_key"),
]
