"""Second factors: an authenticator app and recovery codes, enrolled by the person, checked at the door (R207, R120)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from typing import TYPE_CHECKING

import pyotp
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from compliance.domain import clock
from compliance.domain.records import save_record, store_outside
from compliance.domain.transitions import apply_transition, find
from compliance.models import Factor
from compliance.refusals import Denied, Invalid
from compliance.states import FACTOR_TRANSITIONS, FactorKind, FactorState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from compliance.domain.act import Act
    from compliance.models import User

STEP_SECONDS = 30
DRIFT = (-1, 0, 1)  # a telephone's clock may be one step off
CODES = 10
CODE_BYTES = 10
LABEL_MAX = 60


def held(user: User) -> list[Factor]:
    """The factors of a person that count."""
    return list(Factor.objects.filter(user=user, state=FactorState.HELD))


def new_secret() -> str:
    """A secret for an authenticator app: 160 bit, base32."""
    return pyotp.random_base32()


def address_of(user: User, secret: str) -> str:
    """What the app reads from the square code."""
    return pyotp.TOTP(secret).provisioning_uri(name=user.username, issuer_name=f"EVidence {settings.SITE_NAME}")


def seal(text: str) -> str:
    """A secret as it is kept: under a key derived from the site's own, which stands outside the database."""
    return _cipher().encrypt(text.encode()).decode()


def opened(sealed: str) -> str:
    """The secret again. Refuses one sealed under another key of the site (Denied): the person enrols anew."""
    try:
        return _cipher().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Denied("This factor was enrolled under another key of the site. Enrol it anew.", "factor_key") from error


def _cipher() -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"evidence second factor").derive(
        settings.SECRET_KEY.encode()
    )
    return Fernet(base64.urlsafe_b64encode(derived))


def enrol_app(a: Act, label: str, secret: str, code: str) -> Factor:
    """The actor enrols her authenticator app, proven by a code of it; an app enrolled before stays beside it (R120).

    Refuses a label that says nothing, and a code that is not the app's now.
    """
    said = " ".join(label.split())[:LABEL_MAX]
    if len(said) < 3:
        raise Invalid("Name the device, so that a lost one can be told from the others.", "label")
    step = _step_of(secret, "".join(code.split()))
    if step is None:
        raise Invalid("That is not the code which the app shows now. Look at the clock of the device.", "code")
    a.touch(a.actor.user)
    return save_record(
        a, Factor(user=a.actor.user, kind=FactorKind.TOTP, label=said, secret=seal(secret), counter=step)
    )


def make_codes(a: Act) -> list[str]:
    """Ten recovery codes of the actor, each good once; the ones before end. They are shown now and never again."""
    a.touch(a.actor.user)
    for old in Factor.objects.filter(user=a.actor.user, kind=FactorKind.CODES, state=FactorState.HELD):
        apply_transition(a, old, find(FACTOR_TRANSITIONS, "give_back"), reason="New recovery codes were made")
    codes = [base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode().lower() for _ in range(CODES)]
    kept = json.dumps(sorted(_digest(code) for code in codes))
    save_record(a, Factor(user=a.actor.user, kind=FactorKind.CODES, label=f"{CODES} codes", secret=kept))
    return codes


def revoke(a: Act, factor: Factor, reason: str, version: int | None = None) -> Factor:
    """Ends a factor with a reason, such as a lost device: the person's own, or by an administrator (R120)."""
    a.touch(factor.user)
    name = "give_back" if factor.user_id == a.actor.user.pk else "revoke"
    return apply_transition(a, factor, find(FACTOR_TRANSITIONS, name), version=version, reason=reason)


def use(user: User, typed: str) -> str:
    """Takes the code of an app or a recovery code, once; answers the kind of factor that it was (R207).

    Refuses a wrong code, and one that was used (Denied), in the same words.
    """
    code = "".join(typed.split()).lower().replace("-", "")
    for factor in held(user):
        good = _use_app if factor.kind == FactorKind.TOTP else _use_code if factor.kind == FactorKind.CODES else None
        if good is not None and good(factor, code):
            return str(factor.get_kind_display())
    raise Denied("That code is not good, or it was used already.", "factor_refused")


def left_of(factors: Iterable[Factor]) -> int:
    """How many recovery codes are left."""
    return sum(len(json.loads(f.secret)) for f in factors if f.kind == FactorKind.CODES)


def _use_app(factor: Factor, code: str) -> bool:
    step = _step_of(opened(factor.secret), code)
    # A code seen over a shoulder is good for nobody: each step counts once, and none before it.
    return step is not None and step > factor.counter and store_outside(factor, counter=step)


def _use_code(factor: Factor, code: str) -> bool:
    kept: list[str] = json.loads(factor.secret)
    mine = _digest(code)
    rest = [one for one in kept if not hmac.compare_digest(one, mine)]
    return len(rest) < len(kept) and store_outside(factor, secret=json.dumps(rest))


def _step_of(secret: str, code: str) -> int | None:
    """The time step whose code this is, by the server's own clock."""
    if not (code.isascii() and code.isdigit()):
        return None
    totp, now = pyotp.TOTP(secret), int(clock.true_now().timestamp()) // STEP_SECONDS
    steps = [now + drift for drift in DRIFT]
    return next((s for s in steps if hmac.compare_digest(totp.generate_otp(s), code)), None)


def _digest(code: str) -> str:
    """80 random bits need no slow hash."""
    return hashlib.sha256(code.encode()).hexdigest()
