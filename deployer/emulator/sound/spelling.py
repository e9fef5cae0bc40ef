"""From letters to the sounds they roughly stand for, enough for a voice with an English rhythm."""

from __future__ import annotations

import re
import unicodedata

_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

_SOUNDS = {letter: letter for letter in "abdefghlmnoprstvwz"} | dict(
    pair.split("=", 1)
    for pair in [
        "c=k",
        "i=I",
        "j=dS",
        "k=k",
        "q=k",
        "u=V",
        "x=ks",
        "y=i",
        "sh=S",
        "ch=tS",
        "th=T",
        "ph=f",
        "ck=k",
        "qu=kw",
        "ng=N",
        "wh=w",
        "kn=n",
        "wr=r",
        "ee=i",
        "ea=i",
        "oo=u",
        "ou=au",
        "ow=au",
        "oa=ou",
        "ai=eI",
        "ay=eI",
        "oi=oi",
        "oy=oi",
        "er=@r",
        "ar=ar",
        "igh=ai",
        "tion=S@n",
        "ll=l",
        "ss=s",
        "tt=t",
        "pp=p",
        "rr=r",
        "ff=f",
        "mm=m",
    ]
)
"""Letters to phones; a phone is one character that `waveforms` knows, or one of `bdg ptk`."""

_SPELLING = re.compile("|".join(sorted(_SOUNDS, key=len, reverse=True)))
_CONSONANTS, _VOWELS = "ktsmnrhl", "aeiou"


def phones(word: str) -> str:
    """One character a phone; never empty, for even a lone dash is given a hum."""
    letters = unicodedata.normalize("NFKD", word.lower())
    spoken = "".join(_letters(character) for character in letters)
    if len(spoken) > 3 and spoken.endswith("e") and spoken[-2] not in _VOWELS:
        spoken = spoken[:-1]
    return "".join(_SOUNDS[part] for part in _SPELLING.findall(spoken)) or "m@m"


def _letters(character: str) -> str:
    if "a" <= character <= "z":
        return character
    if character.isdecimal():
        return _DIGITS[int(character)]
    if character.isalpha():
        # A letter of another script is a syllable of its own.
        return _CONSONANTS[ord(character) % 8] + _VOWELS[ord(character) % 5]
    return ""
