"""Addresses of the passes app: /wallet for phones, /card for their holders, /manage/passes for staff."""

from django.urls import URLPattern, URLResolver, path, re_path

from gatehouse.passes.views import certificates, designer, designs, google, looks, versions, wallet

app_name = "passes"
urlpatterns: list[URLPattern | URLResolver] = [
    re_path(r"^card/colours/(?P<palette>[0-9a-f]{6}-[0-9a-f]{6}-[0-9a-f]{6})\.css$", looks.colours, name="colours"),
    re_path(r"^card/images/(?P<sha256>[0-9a-f]{64})\.png$", looks.image, name="image"),
    path("manage/passes/designs", designs.designs, name="designs"),
    path("manage/passes/designs/add", designs.add_design, name="add_design"),
    path("manage/passes/designs/<int:pk>", designer.design, name="design"),
    path("manage/passes/designs/<int:pk>/preview", designer.preview, name="preview_design"),
    path("manage/passes/designs/<int:pk>/audience", designs.audience, name="design_audience"),
    path("manage/passes/designs/<int:pk>/publish", versions.publish_design, name="publish_design"),
    path("manage/passes/designs/<int:pk>/versions", versions.versions, name="design_versions"),
    path("manage/passes/designs/<int:pk>/versions/<int:number>", versions.version, name="design_version"),
    path("manage/passes/designs/<int:pk>/versions/<int:number>/take-back", versions.take_back, name="take_back"),
    path("manage/passes/designs/<int:pk>/archive", designs.archive_design, name="archive_design"),
    path("manage/passes/designs/<int:pk>/restore", designs.restore_design, name="restore_design"),
    path("manage/passes/designs/<int:pk>/duplicate", designs.duplicate_design, name="duplicate_design"),
    path("manage/passes/designs/<int:pk>/delete", designs.delete_design, name="delete_design"),
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
