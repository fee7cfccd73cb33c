"""Addresses of reports."""

from django.urls import URLPattern, URLResolver, path, re_path

from gatehouse.helpdesk.views import report_files, reports, saved_reports

FORM = r"(?P<form>csv|xlsx)"
urlpatterns: list[URLPattern | URLResolver] = [
    path("manage/help/reports", reports.reports, name="reports"),
    path("manage/help/reports/tables/<slug:name>", reports.report_table, name="report_table"),
    re_path(rf"^manage/help/reports/report\.{FORM}$", report_files.report_file, name="report_file"),
    re_path(rf"^manage/help/reports/tickets\.{FORM}$", report_files.tickets_file, name="tickets_file"),
    path("manage/help/reports/saved", saved_reports.saved_reports, name="saved_reports"),
    path("manage/help/reports/saved/save", saved_reports.save_report, name="save_report"),
    path("manage/help/reports/saved/<int:pk>/monthly", saved_reports.switch_monthly, name="switch_monthly"),
    path("manage/help/reports/saved/<int:pk>/delete", saved_reports.delete_report, name="delete_report"),
]
