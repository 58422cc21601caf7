from django.apps import AppConfig


class QcConfig(AppConfig):
    name = "qc"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Load what computes rows of specifications: a sheet is never read without it. Enter every formula in the BOOK."""
        from qc.domain import calculations  # noqa: F401
        from qc.selectors import roll_up  # noqa: F401
