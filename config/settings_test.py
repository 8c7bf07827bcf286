"""Settings of the test run: speed only. No rule is relaxed here."""

import os
import tempfile
from pathlib import Path

_var = tempfile.mkdtemp(prefix="evidence-test-")
os.environ["EVIDENCE_VAR"] = _var
os.environ.setdefault("EVIDENCE_SECRET_KEY", "a secret of the test run alone, never of a site " + "x" * 20)
os.environ["EVIDENCE_SITE_KIND"] = "test"
os.environ.setdefault("EVIDENCE_SITE_ZONE", "Europe/Berlin")

from config.settings import *  # noqa: E402, F403

TEST_VAR = Path(_var)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGGING = {**LOGGING, "root": {"handlers": ["console"], "level": "WARNING"}}  # noqa: F405
if os.environ.get("EVIDENCE_TEST_DATABASE", "sqlite") == "postgres":
    from config import env

    _postgres = env.postgres("TEST_POSTGRES_URL")
    if _postgres is None:
        raise SystemExit("EVIDENCE_TEST_DATABASE=postgres needs TEST_POSTGRES_URL.")
    # A name of its own, so that two runs on one server never meet.
    DATABASES = {"default": {**_postgres, "CONN_MAX_AGE": 0, "TEST": {"NAME": f"test_evidence_{os.getpid()}"}}}
else:
    DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:", "OPTIONS": {"timeout": 20}}}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
