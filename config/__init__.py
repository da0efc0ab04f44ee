"""The project: settings, addresses, the Celery app and the WSGI entry. Nothing in the apps imports it."""

from config.celery import app as celery_app

__all__ = ("celery_app",)
