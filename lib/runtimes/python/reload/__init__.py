"""The server of `dev`: after a save, what it serves is what is on the disk, or the reason why nothing is."""
