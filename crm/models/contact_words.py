"""By what a contact is found: the words of their name and business, and their e-mail.

The rows are written by the database itself (triggers of migration `contact_words`), so that no way of writing a contact
forgets them. `^@` on one indexed column finds a word by its beginning under the policies; neither a list of words in
the contact's own row nor full-text search can (docs/decisions/0016-search-by-words.md).
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

from django.db import models

from crm import phones
from crm.constraints import SameCompany
from crm.models.contacts import Contact, PhoneNumber
from crm.tenancy import CompanyForeignKey, CompanyModel

# Spaces and what ASCII has for marks, as `crm_words_of` in the database splits them; other scripts' signs are letters.
_BETWEEN_WORDS = re.compile(r"[\s!-/:-@\[-^`{-~]+")
# So many people are named to PostgreSQL one by one; of more, the next is never far along any list.
MOST_NAMED = 1_000
MOST_WORDS = 6


class ContactWord(CompanyModel):
    """One lowercase word of a contact."""

    # Its index would be the beginning of the unique constraint's.
    contact = CompanyForeignKey(Contact, on_delete=models.CASCADE, related_name="words", editable=False, db_index=False)
    word = models.CharField(max_length=254, db_collation="C", editable=False)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar = [
            *CompanyModel.Meta.constraints,
            SameCompany("contact"),
            models.UniqueConstraint(fields=["company", "contact", "word"], name="word_once_per_contact"),
        ]
        indexes: ClassVar = [models.Index(fields=["company", "word", "contact"], name="contact_word")]

    def __str__(self) -> str:
        return self.word


def contacts_found_by(text: str, *, region: str) -> list[int] | models.QuerySet[Any]:
    """Return whom the text finds: the ids of a thousand people at most, and a query for the ids of more.

    Each word of the text begins a word of theirs, or the text begins their e-mail, or one of their numbers.
    """
    by_number = phones.to_search_prefix(text, region=region)
    numbers = PhoneNumber.objects.filter(e164__prefix=by_number) if by_number else PhoneNumber.objects.none()
    few: set[int] = set()
    many = models.Q()
    for rows, column in ((_having(words_of(text)), "word"), (numbers, "e164")):
        named = rows.values_list("contact_id")
        # In the order of the index: however many begin so, only these are read.
        ids = {pk for (pk,) in named.order_by(column)[: MOST_NAMED + 1]}
        if len(ids) > MOST_NAMED:
            many |= models.Q(pk__in=named)
        else:
            few |= ids
    if not many:
        return sorted(few)
    return Contact.objects.filter(many | models.Q(pk__in=few) if few else many).values("pk")


def words_of(text: str) -> list[str]:
    """Return the words that are looked for, as the database splits names; an e-mail, as far as it is typed, is one."""
    text = text.replace("\x00", "").strip().lower()
    if "@" in text and " " not in text:
        return [text]
    # The longest first: it is the rarest.
    words = sorted(filter(None, _BETWEEN_WORDS.split(text)), key=len, reverse=True)
    return words[:MOST_WORDS]


def _having(words: list[str]) -> models.QuerySet[ContactWord]:
    if not words:
        return ContactWord.objects.none()
    first, *others = words
    found = ContactWord.objects.filter(word__prefix=first)
    for word in others:
        found = found.filter(contact_id__in=ContactWord.objects.filter(word__prefix=word).values("contact_id"))
    return found
