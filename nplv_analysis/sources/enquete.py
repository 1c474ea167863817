"""Answers of people to a survey, a row a person: only figures of areas leave this reader, with how sure they are.

What the columns and the answers mean is in the part ``enquete`` of the record; docs/enquete.md tells how to write it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from nplv_analysis.catalogue import Catalogue
from nplv_analysis.errors import InputError, did_you_mean
from nplv_analysis.methods.survey import Estimate, Sample, estimate, sample
from nplv_analysis.records import Record
from nplv_analysis.sources.enquete_answers import values_of
from nplv_analysis.sources.enquete_file import LEAST_PERSONS, Answers, open_answers
from nplv_analysis.sources.enquete_form import Form, Question, form_of, token
from nplv_analysis.sources.enquete_places import Mask, Place, groups_of, place_of
from nplv_analysis.sources.ois_rows import PERIOD
from nplv_analysis.sources.table import level_of

#: Fewest people with either answer under a figure that is public; a record may ask for more.
LEAST_EVENTS = 5
#: Decimals of a share and of a mean that are public.
PUBLIC_DECIMALS = {True: 1, False: 2}

HOW_WEIGHTED = "Geschat uit de gewogen antwoorden van een enquête. Wie geen geldig antwoord gaf, telt niet mee."
HOW_UNWEIGHTED = "Geschat uit de antwoorden van een enquête. Wie geen geldig antwoord gaf, telt niet mee."
NO_MARGIN = "De steekproef is hier te klein voor een marge."
WITHHELD = "Te weinig antwoorden om een cijfer te geven."


@dataclass(frozen=True)
class _People:
    """Who were asked: the row, period and home of each, and how they were drawn."""

    rows: tuple[int, ...]
    periods: npt.NDArray[np.object_]
    lives: tuple[Place, ...]
    drawn: Mapping[str, Sample]


def read(path: Path, record: Record, catalogue: Catalogue) -> list[dict[str, Any]]:
    """Make figures of areas from the answers of people.

    Parameters
    ----------
    path : Path
        The survey file: CSV, XLSX or SPSS.
    record : Record
        Its record, with the part ``enquete``.
    catalogue : Catalogue
        The areas to make figures of.

    Returns
    -------
    list of dict
        An observation for each question, period and area. One on too few people has no value, and so has one that
        others could be taken off to see too few people. Nothing in it is about one person.

    Raises
    ------
    InputError
        For anything in the file or the record that is not as expected. No message holds an answer that fewer than
        ``LEAST_PERSONS`` people gave, unless it is a bare number, and none holds where somebody lives beside it.
    """
    form = form_of(record)
    answers = open_answers(path, record.file, form.columns)
    people = _people(form, answers, catalogue)
    values = {question.name: values_of(question, answers, record) for question in form.questions}
    found = []
    for period in sorted(people.drawn):
        here = people.periods == period
        lives = [place for place, now in zip(people.lives, here, strict=True) if now]
        groups = groups_of(lives, catalogue, form.whole)
        for question in form.questions:
            mine = values[question.name][here]
            hidden = _withheld(groups, mine, record, share=question.scale is None, public=form.public)
            for code, group in groups.items():
                made = estimate(people.drawn[period], mine, group)
                if made.n:
                    found.append(_observation(question, form, code, period, None if code in hidden else made))
        found += _elsewhere(form, period, people, here, catalogue)
    if all(row["status"] == "ontbreekt" for row in found):
        raise InputError(record.file, "people who live in an area of the catalogue", column=form.area)
    return found


def _observation(question: Question, form: Form, code: str, period: str, made: Estimate | None) -> dict[str, Any]:
    """Make the observation of an area, or one without numbers where these are withheld."""
    share = question.scale is None
    notes = [HOW_WEIGHTED if form.weight else HOW_UNWEIGHTED, question.note]
    numbers = dict.fromkeys(("waarde", "n", "n_effectief", "standaardafwijking"), math.nan)
    if made is None:
        notes = [WITHHELD]
    else:
        deviation = math.nan if share else made.deviation
        numbers = {
            "waarde": (100 if share else 1) * made.value,
            "n": float(made.n),
            "n_effectief": made.effective_n,
            "standaardafwijking": deviation if deviation > 0 else math.nan,
        }
        notes += [NO_MARGIN] if math.isnan(made.effective_n) else []
        if form.public:
            numbers = {name: round(number, PUBLIC_DECIMALS[share]) for name, number in numbers.items()}
    return {
        "variabele": question.name,
        "gebiedscode": code,
        "niveau": "wijk" if level_of(code) == "wijk" else "gebied",
        "periode": period,
        "onder": math.nan,
        "boven": math.nan,
        "genoemd": math.nan,
        **numbers,
        "teken": "=",
        "status": "geheim" if made is None else "waargenomen",
        "eenheid": question.unit,
        "openbaar": form.public,
        "postcode": "",
        "buurt": "",
        "opmerking": " ".join(note for note in notes if note),
        # A figure is of many rows; the header is what they share.
        "rij": 1,
        "kolom": question.column,
    }


def _elsewhere(form: Form, period: str, people: _People, here: Mask, catalogue: Catalogue) -> list[dict[str, Any]]:
    """Name the buurten and wijken that the catalogue does not know, for the check on codes to see a slip of the pen."""
    known = {buurt for area in catalogue.areas for buurt in area.buurten} | {a.wijk_code for a in catalogue.areas}
    first: dict[str, int] = {}
    for row, place, now in zip(people.rows, people.lives, here, strict=True):
        if now and place.code not in known and level_of(place.code) in ("buurt", "wijk"):
            first.setdefault(place.code, row)
    nothing = _observation(form.questions[0], form, "", period, None)
    nothing |= {"status": "ontbreekt", "opmerking": "", "kolom": form.area}
    return [nothing | {"gebiedscode": code, "niveau": level_of(code), "rij": row} for code, row in first.items()]


def _withheld(
    groups: Mapping[str, Mask], values: npt.NDArray[np.float64], record: Record, *, share: bool, public: bool
) -> set[str]:
    """Name the areas with too few people, and those that others could be taken off to see too few.

    What is left of an area when all smaller ones that are shown are taken off is a group too: as long as it is too
    small, the smallest of these is withheld as well. Figures that are not public pass disclosure control after this.
    """
    least = max(LEAST_PERSONS, record.disclosure.get("least_persons", 0))
    events = max(LEAST_EVENTS, record.disclosure.get("least_events", 0)) if public and share else 0

    def too_few(group: Mask) -> bool:
        mine = values[group & ~np.isnan(values)]
        return 0 < len(mine) < least or any(0 < (mine == answer).sum() < events for answer in (0.0, 1.0))

    shown = {code: group for code, group in groups.items() if not too_few(group)}
    while remainders := [
        smaller
        for group in shown.values()
        if (smaller := {c: g for c, g in shown.items() if g.sum() < group.sum() and not (g & ~group).any()})
        and too_few(group & ~np.any(list(smaller.values()), axis=0))
    ]:
        smaller = remainders[0]
        del shown[min(smaller, key=lambda code: (smaller[code].sum(), code))]
    return set(groups) - set(shown)


def _people(form: Form, answers: Answers, catalogue: Catalogue) -> _People:
    """Read who were asked, and check it."""
    rows = answers.table.rows
    weights = [_weight(form, answers, row.number, row.cells) for row in rows]
    periods = [_period(form, answers, row.number, row.cells) for row in rows]
    lives = _lives(form, answers, catalogue)
    if form.respondent:
        first: dict[tuple[str, str], int] = {}
        for row, period in zip(rows, periods, strict=True):
            name = row.cells[form.respondent].strip()
            # Who it is does not belong in a message.
            if not name:
                raise answers.error(row.number, form.respondent, "something that tells people apart; it is empty")
            if first.setdefault((period, name), row.number) != row.number:
                where = first[period, name]
                raise answers.error(row.number, form.respondent, f"each person once; row {where} has this one too")
    drawn = {}
    for period in sorted(set(periods)):
        here = [place for place, said in enumerate(periods) if said == period]
        parts = [_column(answers, name, here) for name in (form.stratum, form.cluster)]
        drawn[period] = sample([weights[place] for place in here], *parts)
    return _People(tuple(row.number for row in rows), np.array(periods, dtype=object), tuple(lives), drawn)


def _column(answers: Answers, name: str, here: Sequence[int]) -> list[str] | None:
    if not name:
        return None
    rows = answers.table.rows
    for place in here:
        if not rows[place].cells[name].strip():
            raise answers.error(rows[place].number, name, "the stratum or cluster that somebody was drawn in")
    return [rows[place].cells[name].strip() for place in here]


def _weight(form: Form, answers: Answers, row: int, cells: Mapping[str, str]) -> float:
    if not form.weight:
        return 1.0
    weight = answers.number(cells[form.weight])
    if weight is None or not weight > 0 or answers.is_missing(form.weight, cells[form.weight]):
        expected = "a weight above 0; leave out who does not count"
        raise answers.error(row, form.weight, expected)
    return weight


def _period(form: Form, answers: Answers, row: int, cells: Mapping[str, str]) -> str:
    period = form.period or cells[form.period_column].strip()
    if not PERIOD.fullmatch(period):
        raise answers.error(row, form.period_column, "a year such as 2024 or a school year such as 2023-2024")
    return period


def _lives(form: Form, answers: Answers, catalogue: Catalogue) -> list[Place]:
    """Find where everybody lives: by the list in the record, else by the code or its label."""
    labels = answers.labels.get(form.area, {})
    known: dict[str, Place] = {}
    for row, text in zip(answers.table, answers.column(form.area), strict=True):
        if text in known:
            continue
        label = labels.get(token(text), "")
        said = next((form.places[key] for key in (token(text), token(label)) if key in form.places), "")
        place = place_of(said, catalogue) if said else place_of(text, catalogue) or place_of(label, catalogue)
        if place is None:
            ids = [area.id for area in catalogue.areas if area.kind != "land"]
            near = did_you_mean(said or label or text, ids)
            expected = f"a code within {catalogue.gemeente.code} or an area of the catalogue{near}"
            raise answers.error(row.number, form.area, f"{expected} ('gebieden' in the record may say which)")
        known[text] = place
    return [known[text] for text in answers.column(form.area)]
