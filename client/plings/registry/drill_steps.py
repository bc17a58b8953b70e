"""The steps of a drill as they are done: each is noted, told, and none stops the next."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from plings.errors import ApprovalNeeded, DatabaseUnavailable, PlingsError
from plings.registry.drill_report import Step


class Recorder:
    """Notes steps in their order. `progress` is told each when it is over; in a dry run nothing is done."""

    def __init__(self, dry_run: bool, progress: Callable[[Step], None] | None = None):
        self.dry_run = dry_run
        self.steps: list[Step] = []
        self.remains: list[str] = []
        """What people must do, one line each."""
        self._progress = progress or (lambda step: None)

    def note(
        self,
        name: str,
        subject: str,
        before: str,
        after: str,
        state: str,
        text: str = "",
        *,
        since: float | None = None,
        remains: bool = False,
    ) -> None:
        """Notes a step that is over. `since` is when it began, by `time.monotonic`; `remains` leaves its text to do."""
        if remains:
            self.remains.append(text)
        seconds = 0.0 if since is None else monotonic() - since
        step = Step(name, subject, before, after, state, text, seconds)
        self.steps.append(step)
        self._progress(step)

    def do(self, name: str, subject: str, before: str, after: str, work: Callable[[], object]) -> bool:
        """Does `work` to get from `before` to `after`, and says whether it is so now. A refusal is noted.

        Raises DatabaseUnavailable: without a database there is no next step.
        """
        since = monotonic()
        if before == after:
            self.note(name, subject, before, after, "already")
            return True
        if self.dry_run:
            self.note(name, subject, before, after, "planned")
            return False
        try:
            work()
        except DatabaseUnavailable:
            raise
        except ApprovalNeeded as error:
            self.note(name, subject, before, before, "waiting", str(error), since=since)
            return False
        except PlingsError as error:
            text = f"{subject}: {name} failed: {error}"
            self.note(name, subject, before, before, "failed", text, since=since, remains=True)
            return False
        self.note(name, subject, before, after, "done", since=since)
        return True

    @property
    def status(self) -> str:
        """The drill's, of its steps'."""
        states = {step.state for step in self.steps}
        if self.dry_run:
            return "planned"
        if "waiting" in states or "failed" in states:
            return "waiting" if "waiting" in states else "incomplete"
        return (
            "off_chain" if any(step.name == "tell_chain" and step.state == "skipped" for step in self.steps) else "done"
        )
