from reconciliation.engine import Proposal, match, propose_rules
from tests.reconciliation.engine.ledgers import Desk, Found, on, record


def _proposed(desk: Desk) -> tuple[Proposal, Found]:
    left, right = desk.inputs()
    proposal = propose_rules(left, right)
    return proposal, Found(desk, match(left, right, proposal.rules))


class TestProposedRules:
    def test_a_common_reference_is_found(self, desk: Desk) -> None:
        """References that meet and amounts that agree with them make the first pass; its evidence counts them."""
        desk.left = [record(f"l{n}", f"{n}.50", reference=f"INV-{n}") for n in range(1, 9)]
        desk.right = [record(f"r{n}", f"{n}.50", reference=f"INV-{n}") for n in range(1, 9)]

        proposal, found = _proposed(desk)

        assert found.confirmed == {f"l{n}=r{n}" for n in range(1, 9)}
        assert ("Common key", "reference = reference") in {
            (guess.decision, guess.choice) for guess in proposal.evidence
        }

    def test_a_batch_whose_sums_meet_is_found(self, desk: Desk) -> None:
        """A left reference that is a right batch number, with equal sums, makes a group pass."""
        desk.left = [record(f"p{n}", f"{n}0.00", reference=f"B{n}") for n in range(1, 5)]
        desk.right = [record(f"r{n}{part}", f"{n * 5}.00", batch=f"B{n}") for n in range(1, 5) for part in "ab"]

        proposal, found = _proposed(desk)

        assert found.confirmed == {f"p{n}=r{n}a+r{n}b" for n in range(1, 5)}
        assert ("Group", "reference = batch (1:n)") in {(guess.decision, guess.choice) for guess in proposal.evidence}

    def test_opposite_signs_are_found(self, desk: Desk) -> None:
        """Two accounts that mirror each other: what one books as plus the other books as minus."""
        desk.left = [record(f"l{n}", f"{n}.50", reference=f"T{n}") for n in range(1, 5)]
        desk.right = [record(f"r{n}", f"-{n}.50", reference=f"T{n}") for n in range(1, 5)]

        proposal, found = _proposed(desk)

        assert proposal.rules.opposite_signs
        assert found.confirmed == {f"l{n}=r{n}" for n in range(1, 5)}

    def test_a_reference_within_a_text_is_found(self, desk: Desk) -> None:
        """The left side writes the number into its text, in its own spelling."""
        desk.left = [record(f"l{n}", f"{n}.50", text=f"PAYMENT INV 1000{n} THANKS") for n in range(1, 5)]
        desk.right = [record(f"r{n}", f"{n}.50", reference=f"INV-1000{n}") for n in range(1, 5)]

        _, found = _proposed(desk)

        assert found.confirmed == {f"l{n}=r{n}" for n in range(1, 5)}

    def test_nothing_is_confirmed_on_amount_date_and_name_alone(self, desk: Desk) -> None:
        """Without a common key the machine suggests and a person decides."""
        desk.left = [record(f"l{n}", f"{n}.50", counterparty=f"Party {'abcd'[n - 1] * 5}") for n in range(1, 5)]
        desk.right = [record(f"r{n}", f"{n}.50", counterparty=f"Party {'abcd'[n - 1] * 5}") for n in range(1, 5)]

        _, found = _proposed(desk)

        assert found.confirmed == set()
        assert found.suggested == {f"l{n}=r{n}" for n in range(1, 5)}

    def test_numbers_that_meet_by_chance_are_no_key(self, desk: Desk) -> None:
        """Both sides number their lines from one: the numbers meet, the amounts do not, so they are no key."""
        desk.left = [record(str(n), f"{n}.00") for n in range(1, 30)]
        desk.right = [record(str(n), f"{30 - n}.50") for n in range(1, 30)]

        proposal, found = _proposed(desk)

        assert found.pairs() == set()
        assert not [guess for guess in proposal.evidence if guess.decision == "Common key"]

    def test_the_same_reference_far_apart_is_only_suggested(self, desk: Desk) -> None:
        """A key and an amount in common, but forty days apart."""
        desk.left = [record("a", reference="INV-7", booking_date=on(1))]
        desk.right = [record("x", reference="INV-7", booking_date=on(10, 4))]

        _, found = _proposed(desk)

        assert found.suggested == {"a=x"}

    def test_an_empty_side_gives_no_pass(self, desk: Desk) -> None:
        """There is nothing to learn from one side."""
        desk.left = [record("a", reference="INV-7")]

        proposal, found = _proposed(desk)

        assert proposal.rules.passes == ()
        assert found.pairs() == set()

    def test_lists_without_amounts_are_compared_by_number_and_name(self, desk: Desk) -> None:
        """Two lists of addresses: the telephone number finds, the name decides, and a person confirms."""
        desk.left = [record("a", None, currency="XXX", phone="310/246-1501", name="arnie mortons of chicago")]
        desk.right = [record("x", None, currency="XXX", phone="310-246-1501", name="arnie morton chicago")]

        _, found = _proposed(desk)

        assert found.suggested == {"a=x"}
