"""What holds of every draft, whatever is typed into it, and of every dossier, whatever is done with it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from accounts.tests.factories import OfficerFactory
from core.errors import DomainError
from dossiers.form_definitions import FORMS
from dossiers.form_definitions.drafts import draft_faults, merged
from dossiers.form_definitions.shape import Field, Form, Group, Kind
from dossiers.models import Dossier, HandOver
from dossiers.services import afterwards, declaring, erasing, looking_up, reviewing
from dossiers.services.declaring import Changes
from dossiers.services.reviewing import Asked
from dossiers.states import ALLOWED, ENDED, OPEN, Status
from dossiers.tests.declared import CC01_DATA, DC02_DATA, DECLARED, NOW, begun

# The same examples at every run: a suite that fails by luck is believed by nobody.
quick = settings(max_examples=60, deadline=None, database=None, derandomize=True)
few = settings(max_examples=12, stateful_step_count=15, deadline=None, database=None, derandomize=True)
APRIL_2021, TODAY = date(2021, 4, 20), date(2026, 11, 23)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
WORDS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        [
            *("Trần Văn An", "H'Hen Niê", "1985-04-12", "1985", "0000-00", "2024-02-30", "9999-12-31"),
            *("049085000123", "049 085.000 123", "111111111111", "205123456", "0905123456", "+84905123456"),
            *("\ufb2c" * 300, "Đ" * 400, "Ð", " ", "\n"),
        ]
    ),
)


def typed_into(field: Field) -> st.SearchStrategy[Any]:
    if field.kind == Kind.YES_NO:
        return st.booleans()
    choices = [value for value, _ in field.choices] or ["x"]
    if field.kind == Kind.CHOICES:
        return st.lists(st.sampled_from(choices) | WORDS, max_size=len(choices))
    return st.sampled_from(choices) | WORDS if field.kind == Kind.CHOICE else WORDS


def drafts_of(form: Form) -> st.SearchStrategy[dict[str, Any]]:
    """What may be typed into a form, field by field; now and then something of another kind altogether."""
    parts = {}
    for part in form.parts:
        if isinstance(part, Group):
            inside = {field.key: typed_into(field) | st.none() for field in part.fields}
            parts[part.key] = st.fixed_dictionaries({}, optional=inside) | st.none()
        else:
            parts[part.key] = st.one_of(typed_into(part), typed_into(part), st.none(), ANYTHING)
    return st.fixed_dictionaries({}, optional=parts)


@pytest.mark.parametrize("key", sorted(FORMS))
class TestDrafts:
    def test_keep_what_they_kept_and_tidy_it_once(self, key):
        form = FORMS[key]

        @quick
        @given(drafts_of(form), drafts_of(form))
        def hold(before, changes):
            if draft_faults(form, before) or draft_faults(form, changes):
                return
            kept = merged(form, merged(form, {}, before), changes)
            assert merged(form, kept, {}) == kept
            assert merged(form, kept, changes) == kept
            assert draft_faults(form, kept) == []
            assert not any(value in (None, "", [], {}) for value in kept.values())

        hold()

    def test_are_asked_for_their_faults_and_nothing_breaks(self, key):
        form = FORMS[key]
        whole = DC02_DATA if key == "dc02" else CC01_DATA

        @quick
        @given(drafts_of(form))
        def hold(changes):
            if draft_faults(form, changes):
                return
            for data in (merged(form, {}, changes), merged(form, whole, changes)):
                for law_day in (APRIL_2021, TODAY):
                    found = form.faults(data, law_day=law_day, today=TODAY)
                    assert all(fault.field and fault.code and fault.message for fault in found)

        hold()

    def test_take_anything_or_say_what_is_wrong(self, key):
        form = FORMS[key]

        @quick
        @given(ANYTHING | st.dictionaries(st.sampled_from([part.key for part in form.parts]), ANYTHING))
        def hold(said):
            if not draft_faults(form, said):
                merged(form, {}, said)

        hold()


class Life(RuleBasedStateMachine):
    """One dossier in the hands of a citizen on two devices, two officers, and the person it is about."""

    def __init__(self) -> None:
        super().__init__()
        self.rolled_back = transaction.atomic()
        self.rolled_back.__enter__()
        self.officers = [OfficerFactory(), OfficerFactory()]
        self.seen = begun()
        self.citizen = self.seen.citizen
        self.now = NOW

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.rolled_back.__exit__(None, None, None)

    def attempt(self, use_case, **said) -> None:
        """Do it if it may be done; a refusal is fine, anything else is a bug."""
        self.now += timedelta(minutes=1)
        try:
            with transaction.atomic():
                use_case(now=self.now, **said)
        except DomainError:
            pass

    def decide(self, use_case, which: int, **said) -> None:
        # What the officer looks at may be older than what is so by now.
        dossier = Dossier.objects.for_display().get(pk=self.seen.pk)
        self.attempt(
            use_case, dossier=dossier, officer=self.officers[which], revision=self.seen.revision, **said
        )

    @property
    def own(self) -> dict[str, Any]:
        return {"public_id": self.seen.public_id, "citizen": self.citizen}

    @initialize(steps=st.integers(0, 6))
    def be_somewhere(self, steps: int) -> None:
        """Nobody begins at the end, and few would get there by chance."""
        for _ in range(steps):
            self.go_on()

    @rule()
    def look(self) -> None:
        self.seen.refresh_from_db()

    @rule()
    def go_on(self) -> None:
        """Take the step that most dossiers take next."""
        self.look()
        match Status(self.seen.status):
            case Status.DRAFT | Status.NEEDS_CORRECTION:
                self.type(DC02_DATA)
                self.hand_in()
            case Status.SUBMITTED:
                self.take_up(0)
            case Status.CHECKING:
                self.accept(self.officers.index(self.seen.checking_by))
            case Status.ACCEPTED:
                self.take_in()
            case Status.TAKEN_IN:
                self.bring_the_card()
            case Status.READY:
                self.hand_over()

    @rule(data=st.sampled_from([DC02_DATA, {"residence": None}]))
    def type(self, data: dict[str, Any]) -> None:
        changes = Changes(data=data)
        self.attempt(declaring.save, **self.own, revision=self.seen.revision, changes=changes)

    @rule()
    def hand_in(self) -> None:
        self.attempt(declaring.submit, **self.own, declared=DECLARED)

    @rule()
    def withdraw(self) -> None:
        self.attempt(declaring.withdraw, **self.own)

    @rule(which=st.integers(0, 1))
    def take_up(self, which: int) -> None:
        self.decide(reviewing.take_up, which)

    @rule(which=st.integers(0, 1), use_case=st.sampled_from([reviewing.take_over, reviewing.put_back]))
    def pass_on(self, which: int, use_case) -> None:
        self.decide(use_case, which)

    @rule(which=st.integers(0, 1))
    def accept(self, which: int) -> None:
        self.decide(reviewing.accept, which)

    @rule(which=st.integers(0, 1))
    def send_back(self, which: int) -> None:
        asked = [Asked(field="residence", reason="ADDRESS_NOT_ENOUGH")]
        self.decide(reviewing.ask_corrections, which, asked=asked)

    @rule(which=st.integers(0, 1))
    def refuse(self, which: int) -> None:
        self.decide(reviewing.refuse, which, reason="NOT_THIS_CASE")

    @rule(which=st.integers(0, 1))
    def stop(self, which: int) -> None:
        self.decide(reviewing.stop, which, reason="DECLARED_BY_A_STRANGER", papers_seen="CCCD")

    @rule()
    def take_in(self) -> None:
        self.attempt(afterwards.take_in, public_id=self.seen.public_id, officer=self.officers[0])

    @rule()
    def bring_the_card(self) -> None:
        self.attempt(afterwards.mark_ready, dossiers=[self.seen.pk], officer=self.officers[0])

    @rule()
    def take_the_card_back(self) -> None:
        self.attempt(afterwards.take_back_ready, public_id=self.seen.public_id, officer=self.officers[0])

    @rule()
    def hand_over(self) -> None:
        said = {"public_id": self.seen.public_id, "officer": self.officers[0]}
        self.attempt(afterwards.hand_over, **said, collector=HandOver.Collector.OWNER)

    @rule()
    def ask_to_be_forgotten(self) -> None:
        self.attempt(looking_up.erase, proof=looking_up.proof_of(self.seen, now=self.now))

    @rule()
    def forget(self) -> None:
        self.attempt(erasing.forget, dossiers=[self.seen.pk])

    @invariant()
    def it_came_here_by_steps_that_are_allowed(self) -> None:
        at = Status.DRAFT
        for event in Dossier.objects.get(pk=self.seen.pk).events.order_by("pk"):
            assert event.from_status == at
            assert event.to_status == at or Status(event.to_status) in ALLOWED[at]
            at = Status(event.to_status)
        assert Dossier.objects.get(pk=self.seen.pk).status == at

    @invariant()
    def it_says_of_its_person_what_its_status_says(self) -> None:
        dossier = Dossier.objects.get(pk=self.seen.pk)
        assert (dossier.ended_at is not None) == (dossier.status in ENDED)
        assert bool(dossier.person_key) or dossier.status not in OPEN
        assert (dossier.data == "{}") == (dossier.forgotten_at is not None)
        if dossier.forgotten_at:
            assert dossier.status in ENDED
            assert not dossier.submissions.exists()


def test_no_way_leads_where_the_table_does_not(law):
    run_state_machine_as_test(Life, settings=few)
