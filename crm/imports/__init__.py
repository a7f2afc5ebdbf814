"""The way in for people we know already: a file of contacts, read, looked at, brought in and, if need be, undone.

`reading` and `workbooks` make rows of a file, `columns` says what they are, `values` makes typed values of cells,
`meeting` finds whose they are and what changes (`met`), `working` does it all as leased work, `undoing` takes it back,
`keeping` says what is kept and for how long.
"""
