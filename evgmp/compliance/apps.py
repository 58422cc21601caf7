from django.apps import AppConfig


class ComplianceConfig(AppConfig):
    name = "evgmp.compliance"
    label = "compliance"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from evgmp.compliance import checks, wall

        checks.register()
        wall.connect()
