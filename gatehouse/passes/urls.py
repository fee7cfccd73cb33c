"""Addresses of the passes app: /wallet for phones, /card for their holders, /manage/passes for staff."""

from django.urls import URLPattern, URLResolver, path, re_path

from gatehouse.passes.views import certificates, handing_out, links, looks, own, sending, wallet

SERIAL = "(?P<serial>[A-Z2-7]{20})"

app_name = "passes"
urlpatterns: list[URLPattern | URLResolver] = [
    re_path(r"^card/colours/(?P<palette>[0-9a-f]{6}-[0-9a-f]{6}-[0-9a-f]{6})\.css$", looks.colours, name="colours"),
    re_path(r"^card/images/(?P<sha256>[0-9a-f]{64})\.png$", looks.image, name="image"),
    # one's own cards
    path("card", own.card, name="card"),
    path("card/large", own.large, name="large"),
    path("card/all.pkpasses", own.files, name="files"),
    re_path(rf"^card/{SERIAL}$", own.card, name="card_of"),
    re_path(rf"^card/{SERIAL}\.pkpass$", own.file, name="file"),
    re_path(rf"^card/{SERIAL}/large$", own.large, name="large_of"),
    re_path(rf"^card/{SERIAL}/stop$", own.stop, name="stop"),
    # behind a signed link
    path("card/get/<str:token>", links.link, name="link"),
    path("card/get/<str:token>/card.pkpass", links.link_file, name="link_file"),
    path("card/get/<str:token>/new", links.ask_link, name="ask_link"),
    # handing out
    path("manage/passes/send", sending.send, name="send"),
    path("manage/passes/send/<int:pk>", sending.mailing, name="mailing"),
    path("manage/passes/send/<int:pk>/confirm", sending.confirm_mailing, name="confirm_mailing"),
    path("manage/passes/send/<int:pk>/work", sending.mailing_work, name="mailing_work"),
    re_path(rf"^manage/passes/cards/{SERIAL}/qr$", handing_out.code, name="desk_code"),
    re_path(rf"^manage/passes/cards/{SERIAL}/qr/part$", handing_out.code_part, name="desk_code_part"),
    path("wallet/v1/devices/<device>/registrations/<pass_type>/<serial>", wallet.registration, name="registration"),
    path("wallet/v1/devices/<device>/registrations/<pass_type>", wallet.updates, name="updates"),
    path("wallet/v1/passes/<pass_type>/<serial>", wallet.download, name="download"),
    path("wallet/v1/log", wallet.reports, name="reports"),
    path("manage/passes/certificates", certificates.certificates, name="certificates"),
    path("manage/passes/certificates/<int:pk>/retire", certificates.retire_certificate, name="retire_certificate"),
]
