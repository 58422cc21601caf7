"""The record room.

One door (`recording`), one wall (triggers in the database), three traces (history rows, events, signatures) and the
issued papers. Knows nothing about batches, tests or people: whoever acts comes in as an `Actor`.
"""
