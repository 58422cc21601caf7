from django.apps import AppConfig


class BatchesConfig(AppConfig):
    name = "batches"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Enter every formula in the BOOK: what QA adopts is the whole of it, whichever page or command asks first."""
        from batches.domain import calculations  # noqa: F401
