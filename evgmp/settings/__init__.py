"""Settings: base (what every site shares), dev (make run), test (pytest), prod (everything from the environment)."""
