from django.apps import AppConfig


class QcConfig(AppConfig):
    name = "qc"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Load what computes rows of specifications: a sheet is never read without it."""
        from qc.selectors import roll_up  # noqa: F401
