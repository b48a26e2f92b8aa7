"""Addresses of the managing half: today, review, policies, units, people, register, notices, audit."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
