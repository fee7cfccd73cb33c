"""Addresses of the passes app: /wallet for phones, /card for their holders, /manage/passes for staff."""

from django.urls import URLPattern, URLResolver, path, re_path

from gatehouse.passes.views import (
    batches,
    card,
    cards,
    certificates,
    dashboard,
    google,
    handing_out,
    issuing,
    links,
    looks,
    own,
    scanning,
    sending,
    wallet,
)

SERIAL = "(?P<serial>[A-Z2-7]{20})"

app_name = "passes"
urlpatterns: list[URLPattern | URLResolver] = [
    re_path(r"^card/colours/(?P<palette>[0-9a-f]{6}-[0-9a-f]{6}-[0-9a-f]{6})\.css$", looks.colours, name="colours"),
    re_path(r"^card/images/(?P<sha256>[0-9a-f]{64})\.png$", looks.image, name="image"),
    # the desk
    path("manage/passes", dashboard.dashboard, name="dashboard"),
    path("manage/passes/cards", cards.cards, name="cards"),
    path("manage/passes/cards/export.csv", cards.export_cards, name="export_cards"),
    path("manage/passes/cards/stop", cards.stop_cards, name="stop_cards"),
    re_path(rf"^manage/passes/cards/{SERIAL}$", card.card, name="card_page"),
    re_path(rf"^manage/passes/cards/{SERIAL}/stop$", card.stop_card, name="stop_card"),
    re_path(rf"^manage/passes/cards/{SERIAL}/replace$", card.replace_card, name="replace_card"),
    re_path(rf"^manage/passes/cards/{SERIAL}/book$", card.book, name="book"),
    re_path(rf"^manage/passes/cards/{SERIAL}/own$", card.write_own, name="write_own"),
    re_path(rf"^manage/passes/cards/{SERIAL}/card\.pkpass$", card.card_file, name="card_file"),
    path("manage/passes/issue", issuing.issue, name="issue"),
    path("manage/passes/issue/one", issuing.issue_one, name="issue_one"),
    path("manage/passes/issue/numbers", issuing.issue_numbers, name="issue_numbers"),
    path("manage/passes/issue/file", issuing.issue_file, name="issue_file"),
    path("manage/passes/batches/<int:pk>", batches.batch, name="batch"),
    path("manage/passes/batches/<int:pk>/work", batches.batch_work, name="batch_work"),
    path("manage/passes/batches/<int:pk>/make", batches.make_batch, name="make_batch"),
    path("manage/passes/batches/<int:pk>/discard", batches.discard_batch, name="discard_batch"),
    path("manage/passes/batches/<int:pk>/codes.csv", batches.batch_codes, name="batch_codes"),
    path("manage/passes/scan", scanning.scan, name="scan"),
    path("manage/passes/scan/picture", scanning.scan_picture, name="scan_picture"),
    path("manage/passes/certificates", certificates.certificates, name="certificates"),
    path("manage/passes/certificates/<int:pk>/retire", certificates.retire_certificate, name="retire_certificate"),
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
    path("card/google/<str:token>", google.save, name="google_save"),
    path("wallet/google/callback", google.callback, name="google_callback"),
    path("manage/passes/google", google.account, name="google"),
    path("manage/passes/google/try", google.try_account, name="try_google"),
    path("manage/passes/google/tell", google.tell_again, name="tell_google"),
    path("manage/passes/google/forget", google.forget, name="forget_google"),
]
