"""Rows meet the contacts that have their number or e-mail: whose each row is, what it changes, and what is new.

A lot of rows is met at once, with a few statements for all of them; two rows of one person meet on one contact. The
same code says beforehand what would happen: nothing is written before `Lot.keep`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from django.db import connection

from crm.imports.cards import Card
from crm.imports.met import OWN_ANSWER, Met, Outcome
from crm.imports.values import Wrong
from crm.models import (
    Contact,
    ContactImport,
    ContactValue,
    ExtractionField,
    ImportedContact,
    Lead,
    LeadStatus,
    Membership,
    PhoneNumber,
)
from crm.models.assigning import tell_assigned
from crm.models.contact_queries import wait_for_others
from crm.tenancy import require_company

ORIGIN = "Import"
# What goes its own way: a status has its history, an answer its row.
_APART = ("lead_status", "priority")


class Lot:
    """Rows of one transaction. `member` is whose import it is: who sees only their own people changes nobody else's."""

    def __init__(self, *, rule: str, member: Membership | None) -> None:
        self.file_wins = rule == ContactImport.Rule.FILE
        self.member = member
        self.sees_all = member is None or member.sees_all
        self.by_number: dict[str, list[Met]] = defaultdict(list)
        self.by_email: dict[str, list[Met]] = defaultdict(list)
        self.by_pk: dict[int, Met] = {}
        self.met: list[Met] = []

    # ---- whose a row is

    def look_up(self, cards: Sequence[Card]) -> None:
        """Find everybody whom the rows may be about."""
        numbers = {e164 for card in cards for e164, _ in card.numbers}
        emails = {card.email for card in cards if card.email}
        alone = {card.pk for card in cards if card.pk and not card.numbers and not card.email}
        pks = set(PhoneNumber.objects.filter(e164__in=numbers).values_list("contact_id", flat=True))
        pks |= set(Contact.objects.filter(email__in=emails).values_list("pk", flat=True))
        pks |= set(Contact.objects.filter(pk__in=alone).values_list("pk", flat=True))
        self._load(Contact.objects.filter(pk__in=pks - set(self.by_pk)))

    def hold(self, cards: Sequence[Card]) -> None:
        """Keep whom the rows are about as they are until the transaction ends, and wait for who is making the others.

        One import of a company at a time gets here; calls and forms make contacts meanwhile.
        """
        with connection.cursor() as cursor:
            text = f"contact-import:{require_company()}"
            cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [text])
        self.look_up(cards)
        keys = {e164 for card in cards for e164, _ in card.numbers} | {card.email for card in cards if card.email}
        missing = sorted(key for key in keys if key not in self.by_number and key not in self.by_email)
        if missing:
            wait_for_others(*missing)
        # Again, locked: somebody may have made or changed them since.
        known = Contact.objects.select_for_update(of=("self",)).order_by("pk")
        pks = set(self.by_pk)
        for index in (self.by_number, self.by_email, self.by_pk):
            index.clear()
        self._load(known.filter(pk__in=pks))
        if missing:
            self.look_up(cards)

    def _load(self, contacts: Any) -> None:
        for contact in contacts:
            met = Met(contact)
            self.by_pk[contact.pk] = met
            if contact.email:
                self.by_email[contact.email].append(met)
        theirs = PhoneNumber.objects.filter(contact__in=[contact.pk for contact in contacts]).order_by("pk")
        for contact_id, e164 in theirs.values_list("contact_id", "e164"):
            met = self.by_pk[contact_id]
            met.numbers.add(e164)
            self.by_number[e164].append(met)

    def _whose(self, card: Card) -> Met | None:
        """Return whose row it is, None for somebody new. Raises `Wrong` where that cannot be told."""
        numbered = list(dict.fromkeys(met for e164, _ in card.numbers for met in self.by_number.get(e164, ())))
        mailed = self.by_email.get(card.email, []) if card.email else []
        if not card.numbers and not card.email:
            return self._by_id_and_name(card)
        named = self.by_pk.get(card.pk or 0)
        if named is not None and (named in numbered or named in mailed):
            return named
        both = [met for met in numbered if met in mailed]
        if numbered and mailed and not both:
            raise Wrong("The number and the e-mail are those of two different contacts.")
        found = both or numbered or mailed
        if len(found) > 1:
            found = [met for met in found if _is_called(met, card)]
            if len(found) != 1:
                raise Wrong("Several contacts have this number or e-mail, and the name does not tell which is meant.")
        return found[0] if found else None

    def _by_id_and_name(self, card: Card) -> Met:
        """An id alone may be another company's: it counts for who has nothing else, and is called so."""
        met = self.by_pk.get(card.pk or 0)
        if met is None or not _is_called(met, card):
            raise Wrong("There is no phone number and no e-mail, so nobody could find them again.")
        return met

    # ---- what a row does

    def take(self, card: Card) -> tuple[Outcome, list[str]]:
        """Let the row do what it does to whom it is about, and say what is another now. Raises `Wrong`."""
        met = self._whose(card)
        if met is None:
            return Outcome.MADE, self._write(self._new(card), card)
        if not self.sees_all and not met.is_new and self.member and met.contact.assignee_id != self.member.pk:
            raise Wrong("The contact with this number or e-mail is a colleague's.")
        changed = self._write(met, card)
        return (Outcome.CHANGED if changed else Outcome.UNCHANGED), changed

    def _new(self, card: Card) -> Met:
        met = Met(Contact(source=card.facts.get("source") or ORIGIN), is_new=True)
        if not self.sees_all and self.member:
            # Whom they add is theirs: assigned to nobody, it would be out of their own sight.
            met.contact.assignee_id = self.member.pk
        return met

    def _write(self, met: Met, card: Card) -> list[str]:
        """Write what the row says and the rule lets it; returns the names of what is another now."""
        if met not in self.met:
            self.met.append(met)
        was = met.contact.email
        # The priority is a lead's: the status comes before it, whatever the order of the columns.
        facts = sorted(card.facts.items(), key=lambda fact: fact[0] == "priority")
        changed = [name for name, value in facts if self._put(met, name, value)]
        changed += [OWN_ANSWER + own.key for own, value in card.answers.items() if self._answer(met, own, value)]
        added = {e164: written for e164, written in card.numbers if e164 not in met.numbers}
        met.numbers |= set(added)
        met.added |= added
        for e164 in added:
            self.by_number[e164].append(met)
        if met.contact.email and met.contact.email != was:
            self.by_email[met.contact.email].append(met)
        return [*changed, *(["number"] if added else [])]

    def _put(self, met: Met, name: str, value: Any) -> bool:
        name, held = ("assignee_id", met.contact.assignee_id) if name == "assignee" else (name, met.now(name))
        if held == value or not self._may_put(met, name, value, held):
            return False
        met.put(name, value)
        return True

    def _may_put(self, met: Met, name: str, value: Any, held: Any) -> bool:
        if name == "do_not_call":
            # Who asked not to be called stays so: a person takes it off, no file.
            return bool(value)
        if name == "assignee_id" and not self.sees_all:
            return False
        if name == "priority":
            return bool(met.contact.lead_status) and (self.file_wins or met.is_new)
        return self.file_wins or held in (None, "")

    def _answer(self, met: Met, own: ExtractionField, value: Any) -> bool:
        held = met.contact.custom.get(own.key)
        if held == value or (held is not None and not self.file_wins):
            return False
        met.answer(own, value)
        return True

    # ---- keeping it

    def keep(self, batch: ContactImport) -> None:
        """Write what the rows did, and beside it what an undo needs."""
        moves = {met: self._take_status(met) for met in self.met}
        made = [met for met in self.met if met.is_new]
        Contact.objects.bulk_create([met.contact for met in made])
        changed = [met for met in self.met if not met.is_new and (met.before or met.added)]
        for met in changed:
            if fields := {name.partition(".")[0] for name in met.before} - set(_APART):
                met.contact.save(update_fields=sorted(fields))
        touched = [*made, *changed]
        self._keep_numbers(touched)
        ContactValue.objects.take_in(
            {met.contact: met.answers for met in touched if met.answers}, said_at=batch.made_at
        )
        for met in touched:
            if move := moves[met]:
                self._move(met, *move)
        _tell(made)
        _remember(batch, touched)

    def _take_status(self, met: Met) -> tuple[str, int | None] | None:
        """Return the status and priority the rows give, and take them off the contact: a lead is moved there."""
        if "lead_status" not in met.before and "priority" not in met.before:
            return None
        contact = met.contact
        wanted = contact.lead_status, contact.priority if "priority" in met.before else None
        for name in _APART:
            if name in met.before:
                setattr(contact, name, met.before[name])
        return wanted

    def _move(self, met: Met, status: str, priority: int | None) -> None:
        contact = met.contact
        was = {"priority": contact.priority, "do_not_call": contact.do_not_call}
        lead = Lead.of(contact)
        if status and status != contact.lead_status:
            lead.move_to(LeadStatus(status), by=self.member, why="Imported")
        if priority is not None and priority != lead.priority:
            lead.priority = priority
            lead.save(update_fields=["priority"])
        contact.lead_status, contact.priority, contact.do_not_call = lead.lead_status, lead.priority, lead.do_not_call
        for name, before in was.items():
            if getattr(contact, name) != before:
                met.before.setdefault(name, before)

    def _keep_numbers(self, touched: Iterable[Met]) -> None:
        PhoneNumber.objects.bulk_create(
            PhoneNumber(
                contact=met.contact,
                e164=e164,
                written=written,
                # The first number of who has none is their main one.
                is_primary=place == 0 and len(met.numbers) == len(met.added),
            )
            for met in touched
            for place, (e164, written) in enumerate(met.added.items())
        )


def _is_called(met: Met, card: Card) -> bool:
    known = {met.contact.full_name.casefold(), met.contact.business_name.casefold()} - {""}
    said = {str(card.facts.get(name, "")).casefold() for name in ("full_name", "business_name")}
    return bool(known & said)


def _tell(made: Sequence[Met]) -> None:
    """Tell whoever was given new people, each once for all of them."""
    given = sorted((met.contact.assignee_id, met.contact.pk) for met in made if met.contact.assignee_id)
    for member_id, theirs in groupby(given, key=lambda pair: pair[0]):
        tell_assigned([pk for _, pk in theirs], to=member_id)


def _remember(batch: ContactImport, touched: Sequence[Met]) -> None:
    """Keep what was done to each, added to what an earlier lot did."""
    pks = [met.contact.pk for met in touched]
    known = {row.contact_id: row for row in ImportedContact.objects.filter(batch=batch, contact__in=pks)}
    rows = []
    for met in touched:
        row = known.get(met.contact.pk) or ImportedContact(batch=batch, contact=met.contact, was_made=met.is_new)
        for name, before in ({} if row.was_made else met.before).items():
            first = row.changes[name][0] if name in row.changes else before
            row.changes[name] = [first, met.now(name)]
        row.numbers = [*row.numbers, *met.added]
        rows.append(row)
    ImportedContact.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["company", "batch", "contact"],
        update_fields=["changes", "numbers"],
    )
