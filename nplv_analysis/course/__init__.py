"""The course for students in ``notebooks/``: the town that its lessons share, and checks of their exercises.

A lesson asks something about Voorbeeldstad, and the student puts an answer in the place of ``None``. What is right is
computed from the figures of that town each time, so that it stays right when the town changes.
"""

from __future__ import annotations

import filecmp
from pathlib import Path

from nplv_analysis.course.answers import Feedback
from nplv_analysis.data import Data, example, load
from nplv_analysis.errors import UnknownNameError

__all__ = ["Feedback", "check", "town"]


def town(folder: str | Path = "voorbeeldstad") -> Data:
    """Load the fictional town Voorbeeldstad for a lesson.

    Parameters
    ----------
    folder : str or Path
        Where its files come: raw files that were changed there are put back as they were. Lessons that use the same
        folder share what was prepared, so that only the first of them has to wait.

    Returns
    -------
    Data
        The released figures.
    """
    from filelock import FileLock

    target, source = Path(folder), Path(__file__).parents[1] / "voorbeeldstad"
    target.mkdir(parents=True, exist_ok=True)
    files = [path.relative_to(source).as_posix() for path in source.rglob("*") if path.is_file()]
    with FileLock(target / ".les.lock"):
        _, changed, missing = filecmp.cmpfiles(source, target, files)
        if changed or missing:
            example(target)
        return load(target)


def check(exercise: str, answer: object, data: Data) -> Feedback:
    """Tell a student whether an answer is right, and if it is not, where to look.

    Parameters
    ----------
    exercise : str
        Number of the lesson and letter of the exercise, such as ``"2a"``.
    answer : object
        The answer of the student: a number, a word, two numbers, or names of areas; None when it is not given yet.
    data : Data
        The figures that the exercise is about.

    Returns
    -------
    Feedback
        A sentence in Dutch that does not give the answer away.

    Raises
    ------
    UnknownNameError
        When there is no such exercise.

    Examples
    --------
    >>> from nplv_analysis import course
    >>> data = course.town("voorbeeldstad")
    >>> course.check("2a", None, data)
    Nog niet ingevuld. Zet je antwoord op de plaats van None.
    >>> course.check("2a", 28, data)
    Nog niet goed. Dit is het gewone gemiddelde. In de ene buurt wonen meer mensen dan in de andere.
    """
    from nplv_analysis.course.exercises import EXERCISES

    if exercise not in EXERCISES:
        raise UnknownNameError("exercise", exercise, EXERCISES)
    return EXERCISES[exercise].judge(answer, data)
