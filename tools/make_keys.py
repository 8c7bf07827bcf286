"""Makes the site's own secrets under EVIDENCE_VAR/keys, once; never overwrites one."""

import os
import secrets
from pathlib import Path


def main() -> None:
    """Writes keys/secret.txt (mode 600) when it is not there."""
    var = Path(os.environ.get("EVIDENCE_VAR", Path(__file__).resolve().parent.parent / "var"))
    keys = Path(os.environ.get("EVIDENCE_KEYS", var / "keys"))
    keys.mkdir(parents=True, exist_ok=True)
    path = keys / "secret.txt"
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(64) + "\n")
        print(f"Made {path}")


if __name__ == "__main__":
    main()
