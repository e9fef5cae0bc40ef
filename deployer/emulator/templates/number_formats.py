"""The formats of .NET for numbers, in the invariant culture: `N2`, `D3`, `X`, `F1`, `P`, `E2`, `G`, and zeroes.

Source: Microsoft's reference of standard numeric format strings, as far as templates need it.
"""

from __future__ import annotations

import re

_STANDARD = re.compile(r"([A-Za-z])(\d{0,2})")


def formatted_number(value: float, form: str) -> str:
    """A number in a format; raises ValueError for one that is not known here."""
    standard = _STANDARD.fullmatch(form)
    if standard:
        letter, digits = standard[1], int(standard[2]) if standard[2] else None
        if letter in "DdXx":
            return _whole(value, letter, digits or 0)
        if letter in "NnFf":
            return f"{value:{',' if letter in 'Nn' else ''}.{2 if digits is None else digits}f}"
        if letter in "Pp":
            return f"{value * 100:,.{2 if digits is None else digits}f} %"
        if letter in "Ee":
            mantissa, power = f"{value:.{6 if digits is None else digits}e}".split("e")
            return f"{mantissa}{letter}{power[0]}{int(power[1:]):03d}"
        if letter in "GgRr" and digits is None:
            return str(value)
    if re.fullmatch(r"0+", form):
        sign, number = ("-", -value) if value < 0 else ("", value)
        return sign + f"{number:.0f}".zfill(len(form))
    raise ValueError(f"the format '{form}' of numbers is not known to this emulator")


def _whole(value: float, letter: str, digits: int) -> str:
    if not isinstance(value, int):
        raise ValueError(f"'{letter}' is a format of whole numbers")  # noqa: TRY004 - told as a template's fault
    if letter in "Dd":
        return ("-" if value < 0 else "") + str(abs(value)).zfill(digits)
    # Negative numbers are written as the 64 bits that they are.
    return f"{value & 0xFFFF_FFFF_FFFF_FFFF:{'X' if letter == 'X' else 'x'}}".zfill(digits)
