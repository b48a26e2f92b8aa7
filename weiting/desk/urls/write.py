"""Addresses of the writing half: texts, composer, calendar, columns, topics, templates, assignments, issues."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
