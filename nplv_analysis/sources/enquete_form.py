"""The part ``enquete`` of a record: which columns of a survey file are what, and which answers count."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from nplv_analysis.errors import InputError, did_you_mean
from nplv_analysis.records import SUFFIX, Record
from nplv_analysis.sources.ois_rows import PERIOD, plain

REQUIRED = ("gewicht", "gebied", "periode", "hele_gemeente", "vragen")
OPTIONAL = ("stratum", "cluster", "respondent", "gebieden", "cijfers_openbaar")
QUESTION = ("kolom", "ja", "nee", "gemiddelde", "eenheid", "ongeldig", "toelichting")
#: Git ignores it, and a hook refuses to commit what is in it.
OWN_FOLDER = "eigen/"
#: Instead of a column with weights, for a sample in which everybody counts for as much.
UNWEIGHTED = "geen"
_WHOLE = re.compile(r"(-?)0*(\d+)(?:[.,]0+)?")


@dataclass(frozen=True)
class Question:
    """One question: the variable it becomes, its column and what its answers mean.

    Attributes
    ----------
    name, column, unit, note : str
        Name of the variable, the column, the unit of the figure and what a reader must know.
    yes, no, invalid : tuple of str
        Codes or labels; with a scale there is no yes and no.
    scale : tuple of two floats or None
        Lowest and highest answer of a question of which the mean is taken.
    """

    name: str
    column: str
    unit: str
    note: str
    yes: tuple[str, ...]
    no: tuple[str, ...]
    invalid: tuple[str, ...]
    scale: tuple[float, float] | None


@dataclass(frozen=True)
class Form:
    """What the record says of a survey file; a column that is not there is an empty text."""

    weight: str
    area: str
    period: str
    period_column: str
    stratum: str
    cluster: str
    respondent: str
    whole: bool
    public: bool
    places: Mapping[str, str]
    questions: tuple[Question, ...]

    @property
    def design_columns(self) -> tuple[str, ...]:
        """The columns that say who somebody is and how they were drawn."""
        named = (self.weight, self.area, self.period_column, self.stratum, self.cluster, self.respondent)
        return tuple(name for name in named if name)

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that are read; nothing else of the file is looked at."""
        return tuple(dict.fromkeys((*self.design_columns, *(q.column for q in self.questions))))


def token(text: str) -> str:
    """Take off what two ways to write one answer may differ in: ``01``, ``1,0`` and ``1`` are one code."""
    whole = _WHOLE.fullmatch(text.strip())
    return whole[1] + whole[2] if whole else plain(text)


def form_of(record: Record) -> Form:
    """Read and check what a record says of its survey file.

    Parameters
    ----------
    record : Record
        The record; its part ``enquete`` is read.

    Returns
    -------
    Form
        What it says.

    Raises
    ------
    InputError
        For the first thing that is missing, unknown or cannot be, naming the field.
    """
    said = _Part(record.file + SUFFIX, "enquete", record.survey)
    if not record.file.startswith(OWN_FOLDER):
        raise InputError(record.file, f"answers of people only in raw/{OWN_FOLDER}, which is never committed")
    if record.public:
        raise InputError(
            said.file,
            "'nee': answers of single people are never public. Figures made of them are when 'enquete' says "
            "cijfers_openbaar: ja",
            column="openbaar",
            value="ja",
        )
    if not said.fields:
        raise InputError(said.file, "a part 'enquete:' that says which columns are what; see docs/enquete.md")
    said.check((*REQUIRED, *OPTIONAL), REQUIRED)
    period = said.fields["periode"]
    if isinstance(period, dict):
        within = _Part(said.file, "enquete.periode", period)
        within.check(("kolom",), ("kolom",))
        period, period_column = "", within.text("kolom")
    else:
        period_column = ""
        if not PERIOD.fullmatch(said.text("periode")):
            raise said.error("periode", "a year such as 2024, or 'kolom: name of the column with the year'")
    weight = said.text("gewicht")
    form = Form(
        weight="" if weight == UNWEIGHTED else weight,
        area=said.text("gebied"),
        period=period,
        period_column=period_column,
        stratum=said.text("stratum"),
        cluster=said.text("cluster"),
        respondent=said.text("respondent"),
        whole=said.yes_or_no("hele_gemeente"),
        public=said.yes_or_no("cijfers_openbaar"),
        places={token(code): area for code, area in said.part("gebieden").fields.items()},
        questions=tuple(_question(said.part("vragen"), name) for name in said.part("vragen").fields),
    )
    _check_roles(said, form)
    return form


def _check_roles(said: _Part, form: Form) -> None:
    columns = form.design_columns
    for place, column in enumerate(columns):
        if column in columns[:place]:
            raise InputError(said.file, "a column for one thing; two fields name it", column="enquete", value=column)
    for question in form.questions:
        if question.column in columns:
            where = f"enquete.vragen.{question.name}.kolom"
            raise InputError(
                said.file, "the column of a question; another field names it", column=where, value=question.column
            )


def _question(questions: _Part, name: str) -> Question:
    said = questions.part(name)
    said.check(QUESTION, ("kolom",))
    scale, unit = None, "%"
    if "gemiddelde" in said.fields:
        for key in ("ja", "nee"):
            if key in said.fields:
                raise said.error(key, "nothing beside 'gemiddelde': a question has a share or a mean")
        said.check(QUESTION, ("eenheid",))
        scale, unit = said.ends("gemiddelde"), said.text("eenheid")
    else:
        said.check(QUESTION, ("ja", "nee"))
    if scale is None and "eenheid" in said.fields:
        raise said.error("eenheid", "nothing: a share is in percent")
    answers = {key: said.texts(key) for key in ("ja", "nee", "ongeldig")}
    seen: dict[str, str] = {}
    for key, texts in answers.items():
        for text in texts:
            if seen.setdefault(token(text), key) != key:
                raise said.error(key, f"an answer in one list; it is in '{seen[token(text)]}' too", text)
    return Question(
        name=name,
        column=said.text("kolom"),
        unit=unit,
        note=said.text("toelichting"),
        yes=answers["ja"],
        no=answers["nee"],
        invalid=answers["ongeldig"],
        scale=scale,
    )


@dataclass(frozen=True)
class _Part:
    """A part of the record: the file, the way to it for messages, and its fields as texts."""

    file: str
    path: str
    fields: Any

    def __post_init__(self) -> None:
        if not isinstance(self.fields, dict):
            raise InputError(self.file, "lines such as 'field: value' below it", column=self.path, value=self.fields)

    def error(self, key: str, expected: str, value: object = None) -> InputError:
        """Make the error for one field."""
        found = self.fields.get(key) if value is None else value
        return InputError(self.file, expected, column=f"{self.path}.{key}", value=found)

    def check(self, known: Iterable[str], required: Iterable[str]) -> None:
        """Refuse a field that is not known, and one that is missing."""
        for key in self.fields:
            if key not in known:
                raise InputError(
                    self.file, f"a known field{did_you_mean(key, known)}", column=f"{self.path}.{key}", value=key
                )
        for key in required:
            if not self.fields.get(key):
                raise InputError(self.file, "a value", column=f"{self.path}.{key}")

    def text(self, key: str) -> str:
        """Give a field as one text; empty where it is not there."""
        value = self.fields.get(key, "")
        if not isinstance(value, str):
            raise self.error(key, "one value")
        return value.strip()

    def texts(self, key: str) -> tuple[str, ...]:
        """Give a field as a list of texts; one text is a list of one."""
        value = self.fields.get(key, [])
        value = [value] if isinstance(value, str) else value
        if not (isinstance(value, list) and all(isinstance(text, str) and text.strip() for text in value)):
            raise self.error(key, "a list of answers, such as [1, 2]")
        return tuple(text.strip() for text in value)

    def yes_or_no(self, key: str) -> bool:
        """Read a field that is 'ja' or 'nee'; 'nee' where it is not there."""
        said = {"ja": True, "true": True, "nee": False, "false": False, "": False}.get(self.text(key).lower())
        if said is None:
            raise self.error(key, "'ja' or 'nee'")
        return said

    def ends(self, key: str) -> tuple[float, float]:
        """Read a field with two numbers, the lowest first."""
        try:
            low, high = (float(text) for text in self.texts(key))
        except ValueError:
            raise self.error(key, "the lowest and the highest answer, such as [1, 10]") from None
        if not low < high:
            raise self.error(key, "the lowest answer first, such as [1, 10]")
        return low, high

    def part(self, key: str) -> _Part:
        """Give a field that has fields of its own; without any where it is not there."""
        return _Part(self.file, f"{self.path}.{key}", self.fields.get(key, {}))
