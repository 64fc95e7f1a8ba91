"""Password hashing: argon2id with 19 MiB, t=2, p=1: OWASP's minimum; the library's default takes ten times as long."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

#: Compared when the account does not exist, so that both answers take the same time.
_NOBODY = _HASHER.hash("nobody has this password")


def hash_password(password: str) -> str:
    return _HASHER.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """True when the password fits. Takes as long for an account that does not exist (None)."""
    try:
        fits = _HASHER.verify(password_hash or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return fits and password_hash is not None


def needs_rehash(password_hash: str) -> bool:
    return _HASHER.check_needs_rehash(password_hash)
