"""Rows of a file that somebody made: any separator, the usual encodings, and a clear word where it is no table."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import BinaryIO

from crm.spreadsheets import uncell

Row = list[str]

SEPARATORS = (",", ";", "\t", "|")
MOST_COLUMNS = 200
LONGEST_LINE = 1_000_000
LONGEST_CELL = 100_000
HEAD_BYTES = 1 << 16
LOOKED_AT = 20


class Unreadable(ValueError):
    """The file is no table that we can read; the message says why to whoever sent it."""


def rows_of(open_file: Callable[[], BinaryIO]) -> Iterator[Row]:
    """Yield the rows of a CSV file, its cells without blanks around them; empty rows are left out.

    The file is opened twice: once to see how it is written. Raises `Unreadable`, perhaps after some rows.
    """
    with open_file() as file:
        encoding = encoding_of(iter(lambda: file.read(HEAD_BYTES), b""))
    with open_file() as file:
        lines = _lines(io.TextIOWrapper(file, encoding=encoding, errors="replace", newline=""))
        head, separator = _begun(lines)
        yield from parsed(_again(head, lines), separator=separator)


def text_of(data: bytes) -> str:
    """Return the text of a small file in whatever encoding it is. Raises `Unreadable`."""
    return data.decode(encoding_of([data]), errors="replace")


def encoding_of(pieces: Iterable[bytes]) -> str:
    """Return how the text is written: UTF-8 or UTF-16 with their marks or without, else Windows-1252.

    Raises `Unreadable` for what is no text.
    """
    decoder, is_first = codecs.getincrementaldecoder("utf-8")(), True
    for piece in pieces:
        if is_first and (wide := _wide(piece)):
            return wide
        if is_first and _is_binary(piece):
            raise Unreadable("This is no table of text. Save the sheet as CSV or as an Excel workbook, and send that.")
        is_first = False
        try:
            decoder.decode(piece)
        except UnicodeDecodeError:
            return "cp1252"
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    if is_first:
        raise Unreadable("The file is empty.")
    return "utf-8-sig"


def separator_of(lines: Iterable[str]) -> str:
    """Return what separates the cells: the sign that cuts the first lines into the most, and equally many, cells."""
    text = [line for line in lines if line.strip()][:LOOKED_AT]
    best = (0.0, ",")
    for separator in SEPARATORS:
        widths = Counter(len(row) for row in _parsed_calmly(text, separator))
        width, times = max(widths.items(), key=lambda found: (found[1], found[0]), default=(1, 0))
        score = times / max(sum(widths.values()), 1) * width if width > 1 else 0.0
        best = max(best, (score, separator), key=lambda found: found[0])
    return best[1]


def parsed(lines: Iterable[str], *, separator: str) -> Iterator[Row]:
    """Yield the rows that hold anything. Raises `Unreadable`."""
    read = csv.reader((line.replace("\x00", "") for line in lines), delimiter=separator)
    while True:
        try:
            row = next(read, None)
        except csv.Error as error:
            said = f"Near line {read.line_num:,} a cell does not end. Look for a quotation mark too many there."
            raise Unreadable(said) from error
        if row is None:
            return
        if cells := tidied((uncell(cell.strip()) for cell in row), line=read.line_num):
            yield cells


def tidied(row: Iterable[str], *, line: int) -> Row:
    """Return the cells without blanks around them, none where all are empty. Raises `Unreadable`."""
    cells = [cell.strip() for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    if len(cells) > MOST_COLUMNS:
        raise Unreadable(f"Line {line:,} has {len(cells):,} columns; {MOST_COLUMNS} are read at most.")
    if any(len(cell) > LONGEST_CELL for cell in cells):
        raise Unreadable(f"Line {line:,} has a cell longer than {LONGEST_CELL:,} characters.")
    return cells


def _begun(lines: Iterator[str]) -> tuple[list[str], str]:
    """Return the first lines, and what separates their cells; Excel's `sep=;` says it, and is no row."""
    head = list(islice(lines, LOOKED_AT))
    first = head[0].strip() if head else ""
    if first.lower().startswith("sep=") and first[4:5] in SEPARATORS:
        return head[1:], first[4:5]
    if first.lower() == "sep=":  # a tab, which was stripped
        return head[1:], "\t"
    return head, separator_of(head)


def _again(head: list[str], rest: Iterator[str]) -> Iterator[str]:
    yield from head
    yield from rest


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    number = 0
    while line := text.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise Unreadable(f"Line {number:,} is longer than {LONGEST_LINE:,} characters. This is no table.")
        yield line


def _parsed_calmly(lines: list[str], separator: str) -> list[list[str]]:
    try:
        return list(csv.reader(lines, delimiter=separator))
    except csv.Error:
        return []


def _wide(piece: bytes) -> str:
    """Return the kind of UTF-16 that the text begins with, with its mark or by its pattern of empty bytes."""
    if piece.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    some = piece[:400]
    even, odd = some[::2].count(0), some[1::2].count(0)
    if len(some) >= 8 and max(even, odd) > len(some) * 0.35 and min(even, odd) < len(some) * 0.05:
        return "utf-16-be" if even > odd else "utf-16-le"
    return ""


def _is_binary(piece: bytes) -> bool:
    begins = (b"%PDF", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\xd0\xcf\x11\xe0", b"\x1f\x8b")
    odd = sum(byte < 32 and byte not in b"\t\r\n\f\x00" for byte in piece[:4096])
    return piece.startswith(begins) or odd > len(piece[:4096]) * 0.02 or piece[:4096].count(0) > 40
