"""Addresses of the passes app: /wallet for phones, /card for their holders, /manage/passes for staff."""

from django.urls import URLPattern, URLResolver, path, re_path

from gatehouse.passes.views import certificates, google, looks, wallet

app_name = "passes"
urlpatterns: list[URLPattern | URLResolver] = [
    re_path(r"^card/colours/(?P<palette>[0-9a-f]{6}-[0-9a-f]{6}-[0-9a-f]{6})\.css$", looks.colours, name="colours"),
    re_path(r"^card/images/(?P<sha256>[0-9a-f]{64})\.png$", looks.image, name="image"),
    path("wallet/v1/devices/<device>/registrations/<pass_type>/<serial>", wallet.registration, name="registration"),
    path("wallet/v1/devices/<device>/registrations/<pass_type>", wallet.updates, name="updates"),
    path("wallet/v1/passes/<pass_type>/<serial>", wallet.download, name="download"),
    path("wallet/v1/log", wallet.reports, name="reports"),
    path("manage/passes/certificates", certificates.certificates, name="certificates"),
    path("manage/passes/certificates/<int:pk>/retire", certificates.retire_certificate, name="retire_certificate"),
    path("card/google/<str:token>", google.save, name="google_save"),
    path("wallet/google/callback", google.callback, name="google_callback"),
    path("manage/passes/google", google.account, name="google"),
    path("manage/passes/google/try", google.try_account, name="try_google"),
    path("manage/passes/google/tell", google.tell_again, name="tell_google"),
    path("manage/passes/google/forget", google.forget, name="forget_google"),
]
