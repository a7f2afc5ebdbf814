"""What a name looks like: its words, where it ends, how it is written."""

import re

from analysis.backends.builtin.plain_words import NEVER_A_NAME, words_of

NAME_WORD = r"(?:[^\W\d_]|[\u0900-\u0963])(?:[^\W\d_]|[\u0900-\u0963]|['’.-](?=[^\W\d_]))*"
# Words of one name stand side by side; a full stop only follows an initial ("S. Iyer").
_JOINT = r"(?:(?<=\b[^\W\d_])\.)? "
NAME = rf"(?P<name>{NAME_WORD}(?:{_JOINT}{NAME_WORD}){{0,3}}?)"
OPEN_NAME = rf"(?P<name>{NAME_WORD}(?:{_JOINT}{NAME_WORD}){{0,3}})"
TITLE = r"(?:(?:mr|mrs|ms|dr|miss|prof)\.? )?"

PARTICLES = words_of("de da di van von der den bin al el la del dos du le")
HONORIFICS = words_of("mr mrs ms miss dr prof sir madam shri smt mister doctor")
TAIL_HONORIFICS = words_of("ji sir madam saab sahab bhai")
_NEVER_LAST = TAIL_HONORIFICS | PARTICLES
# "I'm paying", "I'm scared", "this is hopeless": endings of a state, which a table of words never holds in full.
_STATES = re.compile(r"[a-z]{3,}(?:ing|ful|less|ous|able|ible|ally)|(?!ahmed|mohammed|javed|naveed|waheed)[a-z]{3,}ed")
_WORDS = re.compile(NAME_WORD)


def name_at(text: str, start: int, end: int, *, is_loose: bool) -> tuple[str, int, int] | None:
    """The name among the words of a span: its words up to the first everyday word, with where they stand.

    `is_loose` asks for a capital letter, unless the whole turn is in small letters (recognizers write so);
    then a word that ends like a state ("paying", "scared") is no name either.
    """
    words = [(match[0], start + match.start(), start + match.end()) for match in _WORDS.finditer(text[start:end])]
    while words and words[0][0].lower().strip(".") in HONORIFICS:
        words.pop(0)
    has_capitals = writes_capitals(text[max(0, start - 200) : end + 100])
    kept: list[tuple[str, int, int]] = []
    for word, begins, ends in words:
        if not _goes_on(word, kept, has_capitals=has_capitals, is_loose=is_loose):
            break
        kept.append((word, begins, ends))
        if len(kept) == (4 if has_capitals else 2):
            break
    while kept and (kept[-1][0].lower() in _NEVER_LAST or (not has_capitals and len(kept[-1][0]) == 1)):
        kept.pop()
    if not kept or (len(kept) == 1 and len(kept[0][0]) < 2):
        return None
    return as_written(" ".join(word for word, _, _ in kept)), kept[0][1], kept[-1][2]


def writes_capitals(text: str) -> bool:
    """Whether capital letters mean anything here: some words have one, and not all letters are."""
    return text != text.upper() and any(char.isupper() for char in _PRONOUN.sub("", text))


def is_plain(word: str) -> bool:
    """Whether an everyday word, a possessive of one, or a figure."""
    bare = word.strip(".'")
    return (
        bare in NEVER_A_NAME
        or any(char.isdecimal() for char in bare)
        or ("'" in bare and bare.split("'")[0] in NEVER_A_NAME)
    )


def as_written(name: str) -> str:
    """Title case for names that came in small or in capital letters only; others stay as they are."""
    if name == name.lower() or (name == name.upper() and len(name) > 3):
        return " ".join(word if word in PARTICLES else _capitalized(word) for word in name.lower().split())
    return " ".join(word[:1].upper() + word[1:] if word not in PARTICLES else word for word in name.split())


def _goes_on(word: str, kept: list[tuple[str, int, int]], *, has_capitals: bool, is_loose: bool) -> bool:
    low = word.lower()
    if is_plain(low) and not (low in PARTICLES and kept):
        return False
    if not has_capitals or not word.isascii():
        return not (is_loose and not kept and _STATES.fullmatch(low))
    if word.isupper() and 2 <= len(word) <= 3:
        return False
    is_small = word[0].islower() and low not in PARTICLES
    return not (is_small and (is_loose or (kept and kept[0][0][0].isupper()) or _STATES.fullmatch(low)))


def _capitalized(word: str) -> str:
    return "-".join(piece[:1].upper() + piece[1:] for piece in word.split("-"))


_PRONOUN = re.compile(r"\bI\b")
