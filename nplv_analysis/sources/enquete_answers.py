"""What each answer to a question counts for: yes, no, a number on a scale, or nothing."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import numpy.typing as npt

from nplv_analysis.errors import InputError, did_you_mean
from nplv_analysis.records import SUFFIX, Record
from nplv_analysis.sources.enquete_file import LEAST_PERSONS, Answers
from nplv_analysis.sources.enquete_form import Question, token

#: The lists of answers in the record and what an answer in each counts for.
COUNTS = {"ja": 1.0, "nee": 0.0, "ongeldig": math.nan}


def values_of(question: Question, answers: Answers, record: Record) -> npt.NDArray[np.float64]:
    """Give what the answer of each person counts for; NaN for one that is not valid.

    Parameters
    ----------
    question : Question
        Says which answers are yes and no, or between what a number lies.
    answers : Answers
        The file.
    record : Record
        For messages about what it says.

    Returns
    -------
    array of float, shape (persons,)
        1, 0 or NaN; for a question with a scale the number or NaN.

    Raises
    ------
    InputError
        For an answer that the record does not name, one it names that is not there, or a question without answers.
    """
    column, scale = question.column, question.scale
    listed = _listed(question, answers, record)
    found = []
    for row, text in zip(answers.table, answers.column(column), strict=True):
        if answers.is_missing(column, text):
            found.append(math.nan)
        elif token(text) in listed:
            found.append(COUNTS[listed[token(text)]])
        elif scale and (number := answers.number(text)) is not None and scale[0] <= number <= scale[1]:
            found.append(number)
        else:
            raise answers.error(row.number, column, _expected(question, answers, text))
    if all(map(math.isnan, found)):
        raise InputError(answers.table.file, "answers that count; all are empty or not valid", column=column)
    return np.array(found)


def _expected(question: Question, answers: Answers, text: str) -> str:
    lists = "'ongeldig'" if question.scale else "'ja', 'nee' or 'ongeldig'"
    numbers = f"a number from {question.scale[0]:g} to {question.scale[1]:g}, or " if question.scale else ""
    labels = answers.labels.get(question.column, {})
    without = "; this one has no value label" if labels and token(text) not in labels else ""
    return f"{numbers}an answer that the record has in {lists} of '{question.name}'{without}"


def _listed(question: Question, answers: Answers, record: Record) -> dict[str, str]:
    """Give the list in the record that each code is in; an answer may be written as its code or as its label."""
    file, column = record.file + SUFFIX, question.column
    labels, cells = answers.labels.get(column, {}), answers.column(column)
    given = Counter(token(text) for text in cells if text)
    missing = {token(text) for text in cells if text and answers.is_missing(column, text)}
    often = {text for text in cells if given[token(text)] >= LEAST_PERSONS}
    found: dict[str, str] = {}
    absent: list[InputError] = []
    for key, texts in (("ja", question.yes), ("nee", question.no), ("ongeldig", question.invalid)):
        for text in texts:
            where = f"enquete.vragen.{question.name}.{key}"
            code = token(text)
            codes = [code] if code in given or code in labels else [c for c in labels if token(labels[c]) == code]
            # What nobody answered may well be in the list of what does not count.
            if not codes and key != "ongeldig":
                expected = f"an answer that column '{column}' has{did_you_mean(text, {*labels.values(), *often})}"
                absent.append(InputError(file, expected, column=where, value=text))
            if key != "ongeldig" and missing.intersection(codes):
                expected = f"an answer that counts; the file says that in column '{column}' this one is missing"
                raise InputError(file, expected, column=where, value=text)
            for code in codes:
                if found.setdefault(code, key) != key:
                    expected = f"an answer in one list; by its code or its label it is in '{found[code]}' too"
                    raise InputError(file, expected, column=where, value=text)
    # Without labels an answer that nobody gave is no fault, unless another one is in no list: then it is misspelt.
    if absent and (labels or given.keys() - found.keys() - missing):
        raise absent[0]
    return found
