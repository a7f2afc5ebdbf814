"""A long conversation in windows that overlap, so that nothing is cut off; and its size in tokens, guessed high."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from analysis.conversation import Conversation, Line

Window = tuple[Line, ...]

OVERLAP_LINES = 4
# Of the JSON around each turn.
TOKENS_PER_LINE = 16


def tokens_of(text: str) -> int:
    """Return how many tokens the text is at most, about: a third of its bytes.

    English has some four letters to a token; a letter of Devanagari is three bytes and up to one token.
    """
    return len(text.encode()) // 3 + 1


def windows_of(conversation: Conversation, *, most_tokens: int) -> tuple[Window, ...]:
    """Cut the conversation into windows of at most so many tokens. Each begins with the last lines of the one before.

    A turn that is larger than half a window is told in pieces, each under the turn's own number.
    """
    windows: list[Window] = []
    current: list[Line] = []
    size = 0
    for line in _pieces(conversation.lines, most_tokens=most_tokens // 2):
        cost = _cost(line)
        if current and size + cost > most_tokens:
            windows.append(tuple(current))
            current = _overlap(current, most_tokens=most_tokens // 4)
            size = sum(_cost(each) for each in current)
        current.append(line)
        size += cost
    return (*windows, tuple(current)) if current else tuple(windows)


def _cost(line: Line) -> int:
    return tokens_of(line.text) + TOKENS_PER_LINE


def _overlap(lines: list[Line], *, most_tokens: int) -> list[Line]:
    kept: list[Line] = []
    for line in reversed(lines[-OVERLAP_LINES:]):
        if sum(map(_cost, kept)) + _cost(line) > most_tokens:
            break
        kept.insert(0, line)
    return kept


def _pieces(lines: tuple[Line, ...], *, most_tokens: int) -> Iterator[Line]:
    for line in lines:
        if tokens_of(line.text) <= most_tokens:
            yield line
            continue
        piece: list[str] = []
        size = 0
        for word in _words(line.text, most_tokens=most_tokens):
            cost = tokens_of(word)
            if piece and size + cost > most_tokens:
                yield replace(line, text=" ".join(piece))
                piece, size = [], 0
            piece.append(word)
            size += cost
        yield replace(line, text=" ".join(piece))


def _words(text: str, *, most_tokens: int) -> Iterator[str]:
    """The words of a text; one without end comes in pieces."""
    for word in text.split():
        step = most_tokens
        yield from (word[start : start + step] for start in range(0, len(word), step))
