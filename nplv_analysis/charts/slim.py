"""An SVG of matplotlib without what a browser does not need: a page holds many of them."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

SVG, XLINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}"
#: Text is in this colour unless it says otherwise.
INK = "#262626"
#: What changes nothing in these pictures.
UNSEEN = (("stroke-linejoin", "round"), ("stroke-linejoin", "miter"), ("stroke-dashoffset", "0"))
#: What the first element says for all.
COMMON = {"stroke-linejoin": "round", "fill": INK, "font-family": "sans-serif"}


def slim(svg: str, key: str, letter: float) -> str:
    """Make an SVG light.

    Parameters
    ----------
    svg : str
        What matplotlib wrote, with text as text.
    key : str
        What ids begin with, so that they are unique on a page.
    letter : float
        The usual height of letters; text of that height does not say it.

    Returns
    -------
    str
        The same picture: no metadata and style sheet, which would hold for the whole page; no clipping; only ids that
        are referred to; coordinates to a tenth.
    """
    root = ET.fromstring(svg[svg.index("<svg") :])
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag.removeprefix(SVG) in ("metadata", "style", "clipPath") or _is_invisible(child):
                parent.remove(child)
    used = [element.attrib[f"{XLINK}href"][1:] for element in root.iter() if f"{XLINK}href" in element.attrib]
    names = {name: f"{key}-{number}" for number, name in enumerate(dict.fromkeys(used))}
    for element in root.iter():
        _trim(element, names, letter)
    _unwrap(root)
    width, height = (float(root.attrib[side].removesuffix("pt")) for side in ("width", "height"))
    root.attrib.clear()
    root.attrib |= {"viewBox": f"0 0 {width:g} {height:g}", "width": f"{width:g}pt", "height": f"{height:g}pt"}
    root.attrib |= {"font-size": f"{letter:g}", **COMMON}
    for element in root.iter():
        element.tag = element.tag.removeprefix(SVG)
    return ET.tostring(root, encoding="unicode")


def _is_invisible(element: ET.Element) -> bool:
    """Tell whether this is a line of a single point, or an area without fill and line."""
    if element.tag != f"{SVG}path":
        return False
    style = element.attrib.get("style", "")
    return not re.search("[LCQ]", element.attrib.get("d", "")) or ("fill: none" in style and "stroke" not in style)


def _trim(element: ET.Element, names: dict[str, str], letter: float) -> None:
    """Shorten what one element says."""
    is_text = element.tag == f"{SVG}text"
    if not is_text:
        element.text = None
    element.tail = None
    given = element.attrib
    given.pop("clip-path", None)
    name = names.get(given.pop("id", ""))
    if name:
        given["id"] = name
    if f"{XLINK}href" in given:
        given["href"] = "#" + names[given.pop(f"{XLINK}href")[1:]]
    for attribute in ("d", "x", "y"):
        if attribute in given:
            given[attribute] = _rounded(given[attribute])
    if is_text:
        # A turn by nothing around its own place.
        given.pop("transform", None)
    said = [part.split(":", 1) for part in given.pop("style", "").split(";") if ":" in part]
    rules = {rule.strip(): value.strip() for rule, value in said}
    if is_text:
        font = rules.pop("font", "") + " " + rules.pop("font-size", "") + " " + rules.pop("font-weight", "")
        rules.pop("font-family", None)
        size = re.search(r"([\d.]+)px", font)
        if size and float(size[1]) != letter:
            given["font-size"] = f"{float(size[1]):g}"
        if re.search("bold|700", font):
            given["font-weight"] = "bold"
        if rules.get("fill", INK) == INK:
            rules.pop("fill", None)
        if rules.get("text-anchor") == "start":
            rules.pop("text-anchor")
    if element.tag == f"{SVG}use":
        # Matplotlib leaves black out, which is what a browser takes when nothing is said.
        rules.setdefault("fill", "#000000")
    for rule, value in rules.items():
        if (rule, value) not in UNSEEN:
            given[rule] = value


def _rounded(text: str) -> str:
    def short(match: re.Match[str]) -> str:
        return f"{round(float(match[0]), 1) + 0.0:g}"

    text = re.sub(r"-?\d+\.\d+", short, text)
    return re.sub(r"\s*([MLCQz])\s*", r"\1", text).strip()


def _unwrap(element: ET.Element) -> None:
    """Take away groups that say nothing, and keep what is in them."""
    children: list[ET.Element] = []
    for child in list(element):
        _unwrap(child)
        if child.tag in (f"{SVG}g", f"{SVG}defs") and not len(child):
            continue
        bare = child.tag == f"{SVG}g" and not child.attrib
        children += list(child) if bare else [child]
    element[:] = children
