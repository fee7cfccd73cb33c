"""Pages of staff: services, tiles, keys, sign-ins and limits."""
