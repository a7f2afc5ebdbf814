"""Where the files of long exports lie until they are fetched: sealed, in pieces, in VAR_DIR/exports."""

from __future__ import annotations

from crm.shelves import Shelf

_SHELF = Shelf(name="exports", context="calltracking.export")

folder, folder_of = _SHELF.folder, _SHELF.folder_of
put, get, remove = _SHELF.put, _SHELF.get, _SHELF.remove
sealed_files, exports_with_files = _SHELF.sealed_files, _SHELF.rows_with_files
workshop, workshops, remove_workshops = _SHELF.workshop, _SHELF.workshops, _SHELF.remove_workshops
