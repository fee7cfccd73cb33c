"""Forms of the help desk."""
