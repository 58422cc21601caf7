"""SQLite as the embedded default database: a safe library, and a fair queue for writers.

Django finds `base.DatabaseWrapper` here through ENGINE = "evgmp.sqlite_backend".
"""
