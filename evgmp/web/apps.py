from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "evgmp.web"
    label = "web"
