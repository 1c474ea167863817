"""A publisher on this machine that speaks OData v3 and v4 as CBS does, serves files, and can be told to misbehave."""

from __future__ import annotations

import json
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import yaml

from nplv_analysis.download import Outcome, Patience, Wanted, download, read_plan
from nplv_analysis.download.plan import NAME

PAGE = 4
REGIONS = {
    "NL00": "Nederland",
    "GM9990": "Voorbeeldstad",
    "WK999000": "Voorbeeldwijk-Noord",
    "BU99900000": "Voorbeeldbuurt",
    "BU99900001": "Voorbeeldhof",
    "GM9991": "Elders",
    "BU99910000": "Eldersbuurt",
}
KINDS = {"0.0.0 ": "Totaal misdrijven", "1.1.1 ": "Diefstal/inbraak woning", "2.6.10": "Iets anders"}
HASTE = Patience(connect=2, read=2, tries=3, backoff=0)


def topic(key: str, kind: str = "Topic") -> dict[str, Any]:
    """A row of DataProperties."""
    return {"odata.type": f"Cbs.OData.{kind}", "Type": kind, "Key": key, "Title": key.split("_")[0], "Unit": "aantal"}


def regions() -> list[dict[str, Any]]:
    """The list of places, with padded keys."""
    return [{"Key": f"{code:10}", "Title": name, "Description": None} for code, name in REGIONS.items()]


def kwb_table() -> dict[str, list[dict[str, Any]]]:
    """A table of one year: a row a region, keys with the number of this release, codes padded to 10."""
    topics = ["SoortRegio_2", "AantalInwoners_5", "Nederland_17", "HuishoudensTotaal_28", "Bijstand_83"]
    rows = [
        {"ID": i, "WijkenEnBuurten": f"{code:10}", **{key: 10 * i for key in topics}} for i, code in enumerate(REGIONS)
    ]
    return {
        "TableInfos": [{"ID": 0, "Identifier": "99001NED", "Modified": "2024-08-15T02:00:00"}],
        "DataProperties": [topic("WijkenEnBuurten", "GeoDetail"), topic("", "TopicGroup"), *map(topic, topics)],
        "WijkenEnBuurten": regions(),
        "TypedDataSet": rows,
    }


def crime_table() -> dict[str, list[dict[str, Any]]]:
    """A table of several kinds and years; kinds are padded to 6."""
    rows = [
        {"SoortMisdrijf": kind, "WijkenEnBuurten": f"{code:10}", "Perioden": year, "GeregistreerdeMisdrijven_1": 1}
        for kind in KINDS
        for code in REGIONS
        for year in ("2023JJ00", "2024JJ00")
    ]
    dimensions = [topic("SoortMisdrijf", "Dimension"), topic("WijkenEnBuurten", "GeoDetail")]
    return {
        "TableInfos": [{"ID": 0, "Identifier": "99002NED", "Modified": "2025-02-01T02:00:00"}],
        "DataProperties": [*dimensions, topic("Perioden", "TimeDimension"), topic("GeregistreerdeMisdrijven_1")],
        "WijkenEnBuurten": regions(),
        "SoortMisdrijf": [{"Key": key, "Title": title} for key, title in KINDS.items()],
        "Perioden": [
            {"Key": "2023JJ00", "Title": "2023", "Status": "Definitief"},
            {"Key": "2024JJ00", "Title": "2024", "Status": "Voorlopig"},
        ],
        "TypedDataSet": [{"ID": i, **row} for i, row in enumerate(rows)],
    }


def measures_table() -> dict[str, Any]:
    """A table in the form of v4: a row an observation, codes without padding."""
    measures = {"T001036": "Aantal inwoners", "H008673": "Herkomst", "M008349": "Personen in armoede"}
    units = {"M008349": "%"}
    return {
        "Properties": {
            "Identifier": "99003NED",
            "Version": "202512110200",
            "Modified": "2025-12-11T02:00:00+01:00",
            "ObservationsModified": "2025-12-11T02:00:00+01:00",
        },
        "MeasureCodes": [
            {"Identifier": code, "Title": title, "Unit": units.get(code, "aantal")} for code, title in measures.items()
        ],
        "MeasureGroups": [{"Id": "M000", "Title": "Bevolking", "ParentId": None}],
        "Dimensions": [
            {"Identifier": "WijkenEnBuurten", "Kind": "GeoDetail"},
            {"Identifier": "Perioden", "Kind": "TimeDimension"},
        ],
        "WijkenEnBuurtenCodes": [{"Identifier": code, "Title": name} for code, name in REGIONS.items()],
        "PeriodenCodes": [{"Identifier": "2024JJ00", "Title": "2024", "Status": "Definitief"}],
        "Observations": [
            {
                "Id": i,
                "Measure": measure,
                "Value": i,
                "ValueAttribute": "None",
                "WijkenEnBuurten": code,
                "Perioden": "2024JJ00",
            }
            for i, (measure, code) in enumerate((measure, code) for measure in measures for code in REGIONS)
        ],
    }


SCHOOLS = (
    b"\xef\xbb\xbfINSTELLINGSCODE;NAAM;GEMEENTENUMMER;VWO\r\n"
    b'99AA;"De ""Maas\r\nparel""; caf\xe9";9990;<5\r\n'
    b"99AB;Elders;9991;7\r\n"
    b"99AC;Voorbeeldschool;09990;12\r\n" + b"99AB;Elders;9991;7\r\n" * 3000
)


class Publisher:
    """The server: tables and files to change, faults to switch on, and what was asked for.

    ``faults`` has a pattern of an address and what goes wrong there; each works once, or always with a star behind it.
    """

    def __init__(self) -> None:
        self.odata3 = {"99001NED": kwb_table(), "99002NED": crime_table()}
        self.odata4 = {"99003NED": measures_table()}
        self.files = {"scholen-2024-2025.csv": SCHOOLS}
        self.tag = '"een"'
        self.wait = "0"
        self.faults: list[tuple[str, str]] = []
        self.asked: list[str] = []
        self.ranges: list[str] = []
        publisher = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Head and body are written apart; without this each answer would wait for the client's delayed receipt.
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                publisher.answer(self)

            def log_message(self, *_: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            def handle_error(self, *_: object) -> None:
                """A client that hangs up is no fault of the server."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def close(self) -> None:
        """Stop, so that nothing answers any more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    # ------------------------------------------------------------------------------------------------ to test with

    def plan(self, folder: Path, gemeente: str = "GM9990", **tables: Any) -> list[Wanted]:
        """Write a list of downloads from here in a data folder, and read it; ``tables`` changes fields."""
        texts = {"uitgever": "Niemand", "titel": "Bedacht {jaar}", "licentie": "CC0", "citaat": "Bedacht, {jaar}"}
        regions = {"gebied": "WijkenEnBuurten"}
        kinds = {"nodig": ["GeregistreerdeMisdrijven"], "kies": {"SoortMisdrijf": ["0.0.0", "1.1.1"]}}
        rows = {"kolom": "GEMEENTENUMMER", "patroon": "0*{getal}", "scheiding": ";"}
        entries = {
            "kwb": regions
            | {"lezer": "cbs_kwb", "dienst": "v3", "nodig": ["AantalInwoners"], "ook": ["Bijstand", "X"]},
            "politie": regions | {"lezer": "politie", "dienst": "v3", "opmerking": "Bedacht.", **kinds},
            "nieuw": regions | {"lezer": "cbs_kwb", "dienst": "v4", "nodig": ["T001036"], "ook": ["M008349"]},
            "scholen": {"lezer": "duo", "dienst": "files", "pad": "scholen-{schooljaar}.csv", "rijen": rows}
            | {"bestand": "scholen_{schooljaar}.csv"},
        }
        numbers = {"kwb": "99001NED", "politie": "99002NED", "nieuw": "99003NED", "scholen": None}
        content = {
            "diensten": {
                "v3": {"protocol": "odata3", "adres": f"{self.base}/odata3/"},
                "v4": {"protocol": "odata4", "adres": f"{self.base}/odata4/CBS/"},
                "files": {"protocol": "bestand", "adres": f"{self.base}/files/"},
            },
            "downloads": [
                {"naam": name, "bron": f"{name}_bron", **texts, **fields, **tables.get(name, {})}
                | {
                    "tabellen": [
                        {"jaar": 2024, "zekerheid": "afgeleid"} | ({"tabel": t} if (t := numbers[name]) else {})
                    ]
                }
                for name, fields in entries.items()
            ],
        }
        folder.mkdir(exist_ok=True)
        (folder / NAME).write_text(yaml.safe_dump(content), encoding="utf-8")
        return read_plan(folder, gemeente)

    def get(self, folder: Path, name: str, *, patience: Patience = HASTE, **options: Any) -> Outcome:
        """Download one entry of the plan into ``raw`` in a folder."""
        tables = options.pop("tables", {})
        gemeente = options.pop("gemeente", "GM9990")
        raw = folder / "raw"
        raw.mkdir(exist_ok=True)
        chosen = [w for w in self.plan(folder / "data", gemeente, **tables) if w.group == name]
        (outcome,) = download(raw, chosen, patience=patience, **options)
        return outcome

    def count(self, pattern: str) -> int:
        """How often an address like this was asked for."""
        return sum(bool(re.search(pattern, asked)) for asked in self.asked)

    # -------------------------------------------------------------------------------------------------- to answer

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer one request, with the first fault that fits."""
        self.asked.append(unquote(handler.path))
        parts = urlsplit(handler.path)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        kind, *path = parts.path.strip("/").split("/")
        fault = next((f for f in self.faults if re.search(f[0], unquote(handler.path))), None)
        if fault and not fault[1].endswith("*"):
            self.faults.remove(fault)
        name = fault[1].rstrip("*") if fault else ""
        if name == "slow":
            time.sleep(0.4)
        if name in ("429", "500"):
            message = {"odata.error": {"message": {"lang": "nl", "value": "query returns more than\n 10000 records"}}}
            return self.send(
                handler, int(name), json.dumps(message).encode(), {"Retry-After": self.wait} if name == "429" else {}
            )
        if name == "html":
            return self.send(handler, 200, b"<html>Onderhoud</html>", {"Content-Type": "text/html; charset=utf-8"})
        if kind == "files":
            return self.send_file(handler, path[-1], name)
        status, content = (self.v3 if kind == "odata3" else self.v4)(handler, path, query, name)
        if content is None:
            return self.send(handler, 200, b"<feed/>", {"Content-Type": "application/atom+xml"})
        body = json.dumps(content).encode()
        self.send(handler, status, body[: len(body) // 2] if name == "truncated" else body, {}, cut=name == "cut")

    def send(
        self, handler: BaseHTTPRequestHandler, status: int, body: bytes, headers: dict[str, str], *, cut: bool = False
    ) -> None:
        """Send an answer; ``cut`` hangs up half-way."""
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(body)))
        for key, value in ({"Content-Type": "application/json; charset=utf-8"} | headers).items():
            handler.send_header(key, value)
        handler.end_headers()
        handler.wfile.write(body[: len(body) // 2] if cut else body)
        handler.close_connection = cut

    def send_file(self, handler: BaseHTTPRequestHandler, name: str, fault: str) -> None:
        """Send a file, or the rest of it when the client has a part of this very file."""
        if name not in self.files:
            return self.send(handler, 404, b"", {"Content-Type": "text/plain"})
        body = self.files[name]
        headers = {"Content-Type": "text/csv"} | ({"ETag": self.tag} if self.tag else {})
        asked = handler.headers.get("Range", "")
        self.ranges.append(asked)
        begin = int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0
        if not asked or handler.headers.get("If-Range") != self.tag:
            return self.send(handler, 200, body, headers, cut=fault == "cut")
        headers["Content-Range"] = f"bytes {begin}-{len(body) - 1}/{len(body)}"
        return self.send(handler, 206, body[begin:], headers, cut=fault == "cut")

    def v3(
        self, handler: BaseHTTPRequestHandler, path: list[str], query: dict[str, str], fault: str
    ) -> tuple[int, dict[str, Any] | None]:
        """Answer as the ODataFeed: Atom unless asked for JSON, links in full, padded keys compared in full."""
        tables, entity = self.odata3.get(path[0]), (path[1] if len(path) > 1 else "")
        if query.get("$format") != "json":
            return 200, None
        if tables is None or (entity and entity not in tables):
            return 404, {"odata.error": {"message": {"value": "Resource not found"}}}
        here = f"{self.base}/odata3/{path[0]}"
        if not entity:
            return 200, {
                "value": [{"name": name, "url": f"{here}/{name}"} for name in tables],
                "odata.metadata": f"{here}/$metadata",
            }
        rows = [row for row in tables[entity] if accepts(row, query.get("$filter", ""))]
        if select := [key for key in query.get("$select", "").split(",") if key]:
            if unknown := [key for key in select if rows and key not in rows[0]]:
                return 400, {"odata.error": {"message": {"value": f"Could not find a property named '{unknown[0]}'"}}}
            rows = [{key: row[key] for key in select} for row in rows]
        page, link = self.page(handler, rows, query, fault)
        answer = {"odata.metadata": f"{here}/$metadata#Cbs.OData.WebAPI.{entity}", "value": page}
        if "$inlinecount" in query:
            answer["odata.count"] = str(len(rows))
        return 200, answer | ({"odata.nextLink": link} if link else {})

    def v4(
        self, handler: BaseHTTPRequestHandler, path: list[str], query: dict[str, str], fault: str
    ) -> tuple[int, dict[str, Any] | None]:
        """Answer as datasets.cbs.nl."""
        tables, entity = self.odata4.get(path[1]), (path[2] if len(path) > 2 else "")
        if tables is None or (entity and entity not in tables):
            return 404, {"error": {"message": "Resource not found"}}
        context = {"@odata.context": f"{self.base}/odata4/CBS/{path[1]}/$metadata#{entity}"}
        if not entity:
            return 200, context | {"value": [{"name": name, "kind": "EntitySet", "url": name} for name in tables]}
        if isinstance(tables[entity], dict):
            return 200, context | tables[entity]
        rows = [row for row in tables[entity] if accepts(row, query.get("$filter", ""))]
        page, link = self.page(handler, rows, query, fault)
        count = {"@odata.count": len(rows)} if query.get("$count") == "true" else {}
        return 200, context | count | {"value": page} | ({"@odata.nextLink": link} if link else {})

    def page(
        self, handler: BaseHTTPRequestHandler, rows: list[dict[str, Any]], query: dict[str, str], fault: str
    ) -> tuple[list[dict[str, Any]], str | None]:
        """Take one page of the rows, and the address of the next."""
        skip = int(query.get("$skip", 0))
        page = rows[skip : skip + PAGE]
        address = re.sub(r"[?&]\$skip=\d+", "", f"{self.base}{handler.path}")
        address += "&" if "?" in address else "?"
        link = f"{address}$skip={skip + PAGE}" if skip + PAGE < len(rows) else None
        if fault == "endless":
            return page, f"{address}$skip={skip}"
        if fault == "repeat":
            return rows[:PAGE], f"{address}$skip={skip + PAGE}"
        if fault == "empty":
            return [], f"{address}$skip={skip + PAGE}"
        return (page[1:] if fault == "fewer" else page), link


def accepts(row: dict[str, Any], text: str) -> bool:
    """Apply a filter to a row: startswith and eq, joined by and and or; the width of a key counts."""

    def starts(match: re.Match[str]) -> str:
        return str(str(row[match[1]]).startswith(match[2]))

    if not text:
        return True
    found = re.sub(r"startswith\((\w+),'([^']*)'\)", starts, text)
    found = re.sub(r"(\w+) eq '([^']*)'", lambda match: str(str(row[match[1]]) == match[2]), found)
    assert re.fullmatch(r"(True|False|and|or|[() ])+", found), found
    return bool(eval(found))
