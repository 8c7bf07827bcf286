"""The Celery application and its schedule. The outbox is the guarantee, the broker only the carrier."""

import os

from celery import Celery

from config import file_broker

file_broker.register()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
app = Celery("evidence")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "sweep-outbox": {"task": "compliance.sweep_outbox", "schedule": 10.0},
    "seal-site-chain": {"task": "compliance.seal_site", "schedule": 3600.0},
}
