"""What crosses apps: journeys, contracts, and the real servers that tests run against."""
