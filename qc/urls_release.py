"""Addresses of release, certificates and papers."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
