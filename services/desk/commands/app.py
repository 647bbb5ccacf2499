"""The menus of `detente desk` and `detente exercise-desk`, and what exit codes mean.

Two commands, not one with an option: what is live and what is exercise never stand in the same
menu. Each is put together from groups of commands; a group is a class whose methods are commands.

| exit code | meaning                                                                   |
|-----------|---------------------------------------------------------------------------|
| 0         | done; for what was released: accepted by the hotline                      |
| 1         | trouble, told in one line on stderr                                       |
| 2         | wrong usage                                                               |
| 3         | queued only: on this desk's disk, did not reach the bus within --wait     |
| 4         | refused by the service                                                    |
| 5         | gave up waiting: on the bus, but the service did not answer within --wait |
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from cyclopts import App, CycloptsError, Parameter

from services.bus.topics import Realm
from services.desk.commands.acting import Acting
from services.desk.commands.agreements import MENU as AGREEMENTS_MENU
from services.desk.commands.agreements import ExerciseAgreements, LiveAgreements
from services.desk.commands.alerts import MENU as ALERTS_MENU
from services.desk.commands.alerts import ExerciseAlerts, LiveAlerts
from services.desk.commands.concerns import MENU as CONCERNS_MENU
from services.desk.commands.concerns import ExerciseConcerns, LiveConcerns
from services.desk.commands.confirming import Confirming
from services.desk.commands.contacts import MENU as CONTACTS_MENU
from services.desk.commands.contacts import ExerciseContacts, LiveContacts
from services.desk.commands.drafting import ExerciseDrafting, LiveDrafting
from services.desk.commands.facts import MENU as FACTS_MENU
from services.desk.commands.facts import Facts
from services.desk.commands.following import Following
from services.desk.commands.founding import Founding
from services.desk.commands.lines import MENU as LINES_MENU
from services.desk.commands.lines import ExerciseLines, LiveLines
from services.desk.commands.listing import Listing
from services.desk.commands.mediating import Mediating
from services.desk.commands.notices import MENU as NOTICES_MENU
from services.desk.commands.notices import ExerciseNotices, LiveNotices
from services.desk.commands.runner import Runner
from services.desk.commands.staying import Staying
from services.desk.commands.urgent import AtOnce, ExerciseUrgent, LiveUrgent
from services.desk.commands.visits import (
    CLEARANCE_MENU,
    VISIT_MENU,
    ExerciseClearances,
    ExerciseVisits,
    LiveClearances,
    LiveVisits,
)
from services.desk.screen.untrusted import visible

EXIT_CODES = (
    "Exit codes: 0 done; 1 trouble; 2 wrong usage; 3 queued only, not on the bus within --wait; "
    "4 refused by the service; 5 gave up waiting: on the bus, no answer within --wait."
)
MENU = (
    "init", "draft", "drafts", "release", "send", "inbox", "show", "acknowledge", "principal",
    "reply", "correct", "cancel", "now", "fact-notice", "cease-action", "template", "translate",
    "relay", "invite-mediator", "accounts", "outbox", "watch", "alarms", "run",
)  # fmt: skip
"""Every command of both desks, in the order in which a desk comes to need them."""
AGREEMENTS_SAID = "Agreements: how they stand, who is bound, what is owed, what is submitted."
ALERTS_SAID = "Crisis alerts: issued, answered, corrected in all hands, exchanged as CAP."
CONCERNS_SAID = "Risk reduction: requests for explanation, hazardous incidents, invitations."
FACTS_SAID = "Own facts that assurances rest on: a change of one calls for an update."
NOTICES_SAID = "Notices of launches and exercises; whether one explains what was detected."
LINES_SAID = "The desk's lines: how they stand, their tests, what is declared of them."
VISITS_SAID = "Requests for Visit: asked, certified, decided, amended, reported."
CLEARANCES_SAID = "Diplomatic clearances of aircraft and ships: requests, and notifications."
CONTACTS_SAID = "Inspections, evaluations, contacts, and visits that a host offers."
BOTH = AtOnce, Confirming, Following, Listing, Mediating, Staying
LIVE = Founding, LiveDrafting, LiveUrgent, *BOTH
EXERCISE = ExerciseDrafting, ExerciseUrgent, *BOTH


def _app(
    runner: Runner,
    groups: Sequence[Callable[[Runner], object]],
    menus: Sequence[App],
    said: str,
) -> App:
    app = App(
        name=runner.name,
        help=said,
        help_epilogue=EXIT_CODES,
        error_formatter=_usage_told,
        default_parameter=Parameter(negative=""),
    )
    offered = [group(runner) for group in groups]
    for name in MENU:
        for group in offered:
            if command := getattr(group, name.replace("-", "_"), None):
                app.command(command, name=name)
    for menu in menus:
        app.command(menu)
    return app


def _menu(name: str, said: str, commands: Sequence[str], group: object) -> App:
    """A menu within the menu: what is typed after its name, in this order."""
    menu = App(name=name, help=said, default_parameter=Parameter(negative=""))
    for command in commands:
        written = command.replace("-", "_")
        # What is a word of Python's own has a method with an underscore behind it.
        found = getattr(group, written, None) or getattr(group, f"{written}_")
        menu.command(found, name=command)
    return menu


def _menus(runner: Runner) -> list[App]:
    """The menus within the menu, of the live or of the exercise desk."""
    live = runner.realm is Realm.LIVE
    acting = Acting(runner)
    return [
        acting.menu(acting.live if live else acting.exercise),
        _menu(
            "agreement",
            AGREEMENTS_SAID,
            AGREEMENTS_MENU,
            (LiveAgreements if live else ExerciseAgreements)(runner),
        ),
        _menu("alert", ALERTS_SAID, ALERTS_MENU, (LiveAlerts if live else ExerciseAlerts)(runner)),
        _menu(
            "concern",
            CONCERNS_SAID,
            CONCERNS_MENU,
            (LiveConcerns if live else ExerciseConcerns)(runner),
        ),
        _menu("facts", FACTS_SAID, FACTS_MENU, Facts(runner)),
        _menu(
            "notice",
            NOTICES_SAID,
            NOTICES_MENU,
            (LiveNotices if live else ExerciseNotices)(runner),
        ),
        _menu("line", LINES_SAID, LINES_MENU, (LiveLines if live else ExerciseLines)(runner)),
        _menu("visit", VISITS_SAID, VISIT_MENU, (LiveVisits if live else ExerciseVisits)(runner)),
        _menu(
            "clearance",
            CLEARANCES_SAID,
            CLEARANCE_MENU,
            (LiveClearances if live else ExerciseClearances)(runner),
        ),
        _menu(
            "contact",
            CONTACTS_SAID,
            CONTACTS_MENU,
            (LiveContacts if live else ExerciseContacts)(runner),
        ),
    ]


def _usage_told(trouble: CycloptsError) -> str:
    """A wrong command line, for a program too where one asked for JSON."""
    if "--json" in (trouble.root_input_tokens or ()):
        print(json.dumps({"error": str(trouble)}))
    return visible(str(trouble))


def live(runner: Runner) -> App:
    """Everything that may be typed at a live desk, run by that runner."""
    return _app(runner, LIVE, _menus(runner), "A national desk: speak, listen, confirm.")


def exercise(runner: Runner) -> App:
    """The same of the exercise desk."""
    said = "EXERCISE EXERCISE EXERCISE: a national desk on the exercise bus. Nothing here is live."
    return _app(runner, EXERCISE, _menus(runner), said)


app = live(Runner("desk", Realm.LIVE))
exercise_app = exercise(Runner("exercise-desk", Realm.EXERCISE))
