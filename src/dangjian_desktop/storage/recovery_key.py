"""The printed recovery key: a secret that people can type, from which the data key follows."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from dangjian_desktop.base.errors import VaultError

SECRET_BYTES = 20
_GROUP = 4
_DIGITS = SECRET_BYTES * 8 // 5
# Crockford's base32: no I, L, O, U, so that what is misread can only have been meant one way.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MEANT = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})


def generate() -> str:
    """A new recovery key as it is printed: eight groups of four and a check group."""
    return render(secrets.token_bytes(SECRET_BYTES))


def render(secret: bytes) -> str:
    """The printed form of a secret."""
    if len(secret) != SECRET_BYTES:
        raise ValueError("recovery secret must be 20 bytes")
    digits = _base32(int.from_bytes(secret, "big"), _DIGITS) + _check(secret)
    return "-".join(digits[i : i + _GROUP] for i in range(0, len(digits), _GROUP))


def parse(text: str) -> bytes:
    """The secret behind a typed recovery key; blanks, dashes, case, full width and O/0, I/1 do not matter.

    Raises `VaultError` (`wrong_password`) that says whether signs are missing or one is mistyped.
    """
    letters = unicodedata.normalize("NFKC", text).upper().translate(_MEANT)
    digits = "".join(sign for sign in letters if sign.isalnum())
    expected = _DIGITS + _GROUP
    if len(digits) != expected:
        raise _mistyped(f"恢复密钥应有 {expected} 个字符，现在是 {len(digits)} 个。")
    if any(sign not in _ALPHABET for sign in digits):
        raise _mistyped("恢复密钥里有不该出现的字符。")
    secret = _number(digits[:_DIGITS]).to_bytes(SECRET_BYTES, "big")
    if _check(secret) != digits[_DIGITS:]:
        raise _mistyped("恢复密钥里至少有一个字符写错了。")
    return secret


def data_key(secret: bytes) -> bytes:
    """The 32-byte key of the data file; the recovery key alone is therefore enough to open it."""
    return HKDF(SHA256(), 32, salt=None, info=b"dangjian djd data key 1").derive(secret)


def _mistyped(message: str) -> VaultError:
    return VaultError("wrong_password", message, advice="请对照打印件逐组核对后重新输入。")


def _check(secret: bytes) -> str:
    digest = hashlib.sha256(b"dangjian recovery key 1" + secret).digest()
    return _base32(int.from_bytes(digest[:4], "big") >> 12, _GROUP)


def _base32(number: int, width: int) -> str:
    return "".join(_ALPHABET[number >> 5 * place & 31] for place in reversed(range(width)))


def _number(digits: str) -> int:
    number = 0
    for sign in digits:
        number = number << 5 | _ALPHABET.index(sign)
    return number
