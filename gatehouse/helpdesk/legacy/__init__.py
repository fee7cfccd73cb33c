"""Bringing in the ticket report of the predecessor, the CSLC portal: `legacy.import_tickets(path, mapping, apply)`."""

from gatehouse.helpdesk.legacy.importing import import_tickets

__all__ = ["import_tickets"]
