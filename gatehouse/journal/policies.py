"""Who may read the journal, and who may take it away as a file."""

VIEW, EXPORT = "journal.view", "journal.export"
