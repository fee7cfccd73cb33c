"""Who may look into the outbox, and who may act on it."""

VIEW, EDIT = "mail.view", "mail.edit"
