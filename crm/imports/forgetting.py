"""Files of imports when a person is erased: the rows that tell of them are emptied, waiting or rejected."""

from __future__ import annotations

import re
from collections.abc import Collection

from crm.imports import files
from crm.imports.reading import Row
from crm.imports.working import cancel
from crm.models import ContactImport

# Fewer digits stand in too many cells.
SHORTEST_NUMBER = 7


def forget(spellings: Collection[str], *, names: Collection[str]) -> None:
    """Empty each row that holds one of the spellings (numbers and e-mail of the person), in every file that is kept.

    A file that is just being read is given up: its person sends it again.
    """
    texts = {text.casefold() for text in spellings if "@" in text}
    numbers = {digits for text in spellings if len(digits := _digits(text)) >= SHORTEST_NUMBER and "@" not in text}
    # Locked: no worker brings in a lot meanwhile.
    for batch in ContactImport.objects.select_for_update(of=("self",)).order_by("pk"):
        if any(name and name.casefold() in batch.file_name.casefold() for name in names):
            batch.file_name = f"Import {batch.pk}"
            batch.save(update_fields=["file_name"])
        if batch.is_removed:
            continue
        if batch.stage == ContactImport.Stage.READING:
            batch.said = "Somebody was erased while the file was read. Send it again, without them."
            batch.save(update_fields=["said"])
            cancel(batch)
            continue
        for kind in (files.ROWS, files.REJECTED):
            for number in range(batch.lots):
                _empty(batch, number, kind, texts=texts, numbers=numbers)
        if _tells(batch.titles, texts, numbers):
            batch.titles = ["" for _ in batch.titles]
            batch.save(update_fields=["titles"])


def _empty(batch: ContactImport, number: int, kind: str, *, texts: set[str], numbers: set[str]) -> None:
    rows = files.get_rows(batch, number=number, kind=kind)
    left = [[] if _tells(row, texts, numbers) else row for row in rows]
    if left != rows:
        files.put_rows(batch, number=number, rows=left, kind=kind)


def _tells(row: Row, texts: set[str], numbers: set[str]) -> bool:
    said = " ".join(row).casefold()
    cells = [digits for cell in row if len(digits := _digits(cell)) >= SHORTEST_NUMBER]
    return any(text in said for text in texts) or any(number in cell for cell in cells for number in numbers)


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)
