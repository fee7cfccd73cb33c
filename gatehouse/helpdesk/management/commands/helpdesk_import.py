"""`gatehouse helpdesk import KIND FILE`: a preview, and with --apply the import itself."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from gatehouse.core.commands import Answer, ImportCommand
from gatehouse.helpdesk.actions import imports
from gatehouse.helpdesk.catalogue import comparing
from gatehouse.helpdesk.catalogue.cells import Dates
from gatehouse.helpdesk.catalogue.comparing import Plan
from gatehouse.helpdesk.catalogue.kinds import Kind
from gatehouse.helpdesk.catalogue.listed import KINDS
from gatehouse.helpdesk.models import CatalogueImport


class Command(ImportCommand):
    group = "Help desk"
    help = "Preview a file of courses, sections, staff or the like (CSV or XLSX), and with --apply bring it in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=list(KINDS))
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--dates", choices=CatalogueImport.Dates.values, default="auto", help="how days are written"
        )
        parser.add_argument(
            "--missing", choices=[imports.LEAVE, imports.ARCHIVE], default=imports.LEAVE, help="what is not in the file"
        )
        parser.add_argument("--apply", action="store_true", help="write; without it this is a preview")

    def act(self, *, kind: str, file: Path, dates: Dates, missing: str, apply: bool, **options: Any) -> Answer:
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        chosen = KINDS[kind]
        plan = _applied(chosen, file, dates, missing) if apply else _looked_at(chosen, file, dates)
        return {
            "kind": kind,
            "applied": apply,
            "joined": len(plan.new),
            "changed": len(plan.changed),
            "unchanged": plan.unchanged,
            "missing": len(plan.missing),
            "errors": imports.faults_said(plan.faults),
        }


def _looked_at(kind: Kind, file: Path, dates: Dates) -> Plan:
    return comparing.compare(kind, imports.read_file(path=file, filename=file.name, kind=kind), dates=dates)


def _applied(kind: Kind, file: Path, dates: Dates, missing: str) -> Plan:
    begun = imports.begin_import(path=file, filename=file.name, kind=kind, dates=dates, actor=None)
    _applied_import, plan = imports.apply_import(catalogue_import=begun, missing=missing, actor=None)
    return plan
