"""People, roles and training (GMP records), and apart from them accounts: hash, failed count, lock-out, access log."""
