from datetime import date, timedelta
from itertools import pairwise

import pytest
from sqlglot import exp

from reconciliation.engine.connecting import connect
from reconciliation.rules.calendar import Calendar
from reconciliation.rules.expressions import number
from reconciliation.rules.side import days_since_1970
from tests.reconciliation.engine.ledgers import Desk, at, on, one, record


class TestDates:
    @pytest.mark.parametrize(("day", "meets"), [(8, False), (9, True), (13, True), (14, False)])
    def test_the_window_is_signed_and_inclusive(self, desk: Desk, day: int, meets: bool) -> None:
        """From one day before to three days after the left date."""
        desk.left, desk.right = [record("a", booking_date=on(10))], [record("x", booking_date=on(day))]
        window = {"type": "DatesWithin", "before": 1, "after": 3}

        assert bool(desk.match(one({"type": "SameAmount"}, window)).pairs()) is meets

    @pytest.mark.parametrize(
        ("left", "right", "meets"),
        [
            (5, 9, True),  # Thursday to Monday: two business days
            (5, 10, False),
            (7, 11, True),  # a Saturday counts as the Monday after it
            (7, 12, False),
            (6, 9, True),
            (9, 6, False),  # a business day early
            (8, 7, True),  # two days of one weekend are one business day
            (12, 17, True),  # the Friday between is a holiday
            (12, 18, False),
        ],
    )
    def test_business_days(self, desk: Desk, left: int, right: int, *, meets: bool) -> None:
        """Neither the weekend nor a holiday of the rule set counts; the window stays signed."""
        desk.left, desk.right = [record("a", booking_date=on(left))], [record("x", booking_date=on(right))]
        window = {"type": "DatesWithin", "before": 0, "after": 2, "days": "business"}
        calendar = {"holidays": ["2026-03-13", "2026-03-14"]}

        assert bool(desk.match(one({"type": "SameAmount"}, window), calendar=calendar).pairs()) is meets

    def test_a_weekend_can_be_friday_and_saturday(self, desk: Desk) -> None:
        """From Thursday to Sunday it is one business day."""
        desk.left, desk.right = [record("a", booking_date=on(5))], [record("x", booking_date=on(8))]
        window = {"type": "DatesWithin", "before": 0, "after": 1, "days": "business"}
        rules = one({"type": "SameAmount"}, window)

        assert desk.match(rules, calendar={"weekend": "friday_saturday"}).confirmed == {"a=x"}
        assert desk.match(one({"type": "SameAmount"}, window | {"after": 0})).pairs() == set()

    def test_business_days_agree_with_a_calendar(self, desk: Desk) -> None:
        """Against counting day by day, over years and before 1970."""
        days = [date(1969, 12, 20) + timedelta(days=17 * step) for step in range(60)]
        holidays = [date(1970, 1, 1), date(1971, 1, 1), date(1972, 2, 29)]
        calendar = Calendar(holidays=tuple(holidays))
        with connect("", memory_limit="100MB", threads=1) as database:
            query = exp.select(*(calendar.business_day(number(days_since_1970(day))) for day in days))
            found = [int(str(value)) for value in database.rows(query)[0]]

        def counted(first: date, last: date) -> int:
            passed = (first + timedelta(days=step) for step in range((last - first).days))
            return sum(day.weekday() < 5 and day not in holidays for day in passed)

        assert [other - one for one, other in pairwise(found)] == [counted(*pair) for pair in pairwise(days)]

    def test_a_rule_names_its_date(self, desk: Desk) -> None:
        """The left value date against the right booking date."""
        desk.left = [record("a", booking_date=on(1), value_date=on(10))]
        desk.right = [record("x", booking_date=on(10))]
        same_day = {"type": "DatesWithin", "before": 0, "after": 0, "left": "value_date"}

        assert desk.match(one({"type": "SameAmount"}, same_day)).confirmed == {"a=x"}

    @pytest.mark.parametrize(("before", "after"), [(0, 3), (2, 2), (20, 40)])
    def test_dates_can_be_a_short_cut(self, desk: Desk, before: int, after: int) -> None:
        """Where only an account is equal, candidates are found by near dates, in short and in long windows."""
        desk.left = [record(f"l{n}", f"{n}.00", account="1", booking_date=on(n)) for n in range(1, 29)]
        desk.right = [record(f"r{n}", f"{n}.00", account="1", booking_date=on(n)) for n in range(1, 29)]
        account = {"type": "SameField", "left": "account", "right": "account"}
        window = {"type": "DatesWithin", "before": before, "after": after}
        amount = {"type": "AmountWithin", "absolute": "0.01"}

        assert desk.match(one(account, window, amount)).confirmed == {f"l{n}=r{n}" for n in range(1, 29)}

    def test_instants_are_compared_where_both_sides_have_them(self, desk: Desk) -> None:
        """The same second in two zones is no hour apart; a clock change is exactly one."""
        rules = ({"type": "SameReference"}, {"type": "InstantsWithin", "hours": "1", "days_after": 1})
        desk.left = [
            record("a", reference="1", occurred_at=at("2026-03-31T23:30:00-05:00")),
            record("b", reference="2", occurred_at=at("2026-03-31T22:00:00+00:00"), booking_date=on(31)),
            record("c", reference="3", occurred_at=at("2026-10-25T01:30:00+02:00")),
        ]
        desk.right = [
            record("x", reference="1", occurred_at=at("2026-04-01T04:30:00+00:00")),
            record("y", reference="2", booking_date=on(2, 4)),
            record("z", reference="3", occurred_at=at("2026-10-25T01:30:00+01:00")),
        ]

        assert desk.match(one(*rules)).confirmed == {"a=x", "c=z"}
