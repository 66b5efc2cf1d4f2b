"""One attempt at a simulation: the next run over the open items, then both rule sets over what people decided."""

import time
from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cqrs import Lease
from projects.ids import ProjectId
from reconciliation.engine import Engine, Outcome, SideInput
from reconciliation.ids import Side
from reconciliation.models import RuleSetVersion
from reconciliation.models.simulation_claim import SimulationClaim
from reconciliation.rules import RuleSet
from reconciliation.runs.sides import never_pairs, refused_groups, side_input
from reconciliation.simulating.figures import pass_figures, samples, suggestions
from reconciliation.simulating.findings import BackTest, Findings
from reconciliation.simulating.judging import Touching, back_test, touching
from reconciliation.simulating.past import PastDecision, past_decisions
from reconciliation.storage import Storage

SECONDS_BETWEEN = 0.5


class SimulationRun:
    """Computes outside of any transaction; what moves meanwhile changes the answer and nothing else."""

    def __init__(self, claim: SimulationClaim, lease: Lease, storage: Storage, engine: Engine) -> None:
        self._claim = claim
        self._lease = lease
        self._engine = engine
        self._project_id = ProjectId(claim.simulation.project_id)
        self._rules = RuleSet.from_document(claim.simulation.document)
        self._sides = {side: side_input(self._project_id, side, storage) for side in Side}
        self._told = 0.0

    def findings(self) -> Findings:
        left, right = self._sides.values()
        never, refused = never_pairs(self._project_id), refused_groups(self._project_id)
        cut_off = self._claim.simulation.cut_off
        outcome = self._engine.match(
            left,
            right,
            self._rules,
            never=never,
            refused=refused,
            cut_off=cut_off,
            on_progress=self._within(0, 40),
            is_cancelled=self._is_cancelled,
        )
        decisions = past_decisions(self._project_id)
        newest = RuleSetVersion.objects.filter(project_id=self._project_id).order_by("-id").first()
        return Findings(
            passes=tuple(pass_figures(outcome, self._rules)),
            samples=tuple(samples(outcome, self._rules)),
            suggestions=suggestions(self._project_id, outcome),
            back_test=self._back_test(decisions, newest) if decisions else None,
            compared_with=str(newest) if newest and decisions else "",
            notes=outcome.notes,
        )

    def _back_test(self, decisions: Sequence[PastDecision], newest: RuleSetVersion | None) -> BackTest:
        """The records of the decisions are open again for it; what the machine matched by itself stands."""
        decided = pa.array(sorted({record_id for past in decisions for record_id in past.record_ids}), pa.int64())
        before = None
        if newest is not None:
            rules = RuleSet.from_document(newest.document)
            before = self._of_decisions(rules, decisions, decided, self._within(40, 70))
        return back_test(decisions, self._of_decisions(self._rules, decisions, decided, self._within(70, 99)), before)

    def _of_decisions(
        self,
        rules: RuleSet,
        decisions: Sequence[PastDecision],
        decided: pa.Int64Array,
        on_progress: Callable[[str, float], None],
    ) -> Touching:
        left, right = (_reopened(side, decided) for side in self._sides.values())
        outcome: Outcome = self._engine.match(
            left, right, rules, on_progress=on_progress, is_cancelled=self._is_cancelled
        )
        return touching(outcome, decisions)

    def _within(self, start: int, end: int) -> Callable[[str, float], None]:
        def tell(stage: str, share: float) -> None:
            if self._is_due():
                self._claim.update(stage=stage, progress=int(start + (end - start) * share))
                self._lease.heartbeat()

        return tell

    def _is_due(self) -> bool:
        if time.monotonic() - self._told < SECONDS_BETWEEN:
            return False
        self._told = time.monotonic()
        return True

    def _is_cancelled(self) -> bool:
        return self._claim.is_cancelled()


def _reopened(side: SideInput, decided: pa.Int64Array) -> SideInput:
    """The side as if nobody had decided; what the machine confirmed stays taken."""
    kept = pc.invert(pc.is_in(side.used["record_id"], decided))
    taken = np.setdiff1d(side.taken.to_numpy(zero_copy_only=False), decided.to_numpy(zero_copy_only=False))
    return SideInput(side.snapshots, pa.array(taken, pa.int64()), side.used.filter(kept))
