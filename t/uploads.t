#!/usr/bin/python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""uploads.t: what strangers send as photos, through real web servers: what is
none is refused in a sentence and leaves nothing, and the program stays small.
"""
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "lib"))
from served import (HELPERS, WEBS, Bank, as_json, done, note, ok,
                    until)  # noqa: E402

PART = 100 * 1000
SLOW = os.path.basename(os.environ.get("CLICKNET_BUILD") or "") in (
    "asan", "tsan")
# Who waits too long for a turn is asked to come again.
CROWD, SERVED = (6, 1) if SLOW else (24, 17)
MOST_MIB = 64
PLACE = b"52N31E-secret-place"
TABLES = ("upload", "upload_chunk", "document", "document_data", "audit")
URL = "/kyc-session/documents"


def paint(*words):
    return subprocess.run([os.path.join(HELPERS, "paint"), *words],
                          check=True, capture_output=True).stdout


class Applicant:
    """Somebody whose addresses are confirmed, and the files they send."""

    def __init__(self, bank, name):
        self.bank = bank
        reached = {"mobile": f"+49151{len(name)}{ord(name[0])}345",
                   "email": f"{name}@new.example"}
        begun = bank.curl("/kyc-session", *as_json({
            "product_code": self.first("/products", "product_code"),
            "branch_code": self.first("/branches", "branch_code"),
            "name": f"{name.title()} Neu", **reached}))
        self.token = begun.json.get("token", "")
        ok(begun.status == 201 and self.token, "an application is begun", begun)
        for channel, address in reached.items():
            self.ask("/kyc-session/send-otp", *as_json({"channel": channel}))
            right = self.ask("/kyc-session/verify", *as_json(
                {"channel": channel, "code": self.code(address)}))
            ok(right.status == 200, f"the {channel} is confirmed", right)

    def code(self, address):
        found = []

        def look():
            for message in json.loads(self.bank.tool("inbox", "--json").stdout):
                if message["to"] == address:
                    found.extend(re.findall(r"\b\d{6}\b", message["text"]))
            return found
        until(20, look)
        return (found or ["none"])[0]

    def first(self, path, member):
        listed = self.bank.curl(path).json
        return next(iter(listed[path[1:]]))[member]

    def ask(self, path, *args, **more):
        return self.bank.curl(path, "-H", f"Authorization: Bearer {self.token}",
                              *args, **more)

    def form(self, data, name="photo.jpg", media="image/jpeg", **fields):
        args = []
        for key, value in fields.items():
            args += ["-F", f"{key}={value}"]
        with tempfile.NamedTemporaryFile() as file:
            file.write(data)
            file.flush()
            if data:
                args += ["-F", f"data=@{file.name};filename={name};"
                               f"type={media}"]
            return self.ask(URL, *args)

    def whole(self, data, kind="passport", side="front", **more):
        return self.form(data, kind=kind, side=side, **more)

    def part(self, data, number, kind="passport", side="front", **more):
        at = number * PART
        return self.form(data[at:at + PART], kind=kind, side=side,
                         size=len(data), chunks=-(-len(data) // PART),
                         chunk=number, **more)


def rows(bank):
    with sqlite3.connect(f"file:{bank.home}/bank.db?mode=ro", uri=True) as db:
        return {t: db.execute(f"SELECT count(*) FROM {t}").fetchone()[0]
                for t in TABLES}


def files(bank):
    """All there is but logs, which grow, and what SQLite adds and removes."""
    return {os.path.join(path, name) for path, _, names in os.walk(bank.home)
            for name in names if "/log" not in path}


def memory(bank):
    """The most it ever had, in MiB."""
    with open(f"/proc/{bank.pid('kyc')}/status", encoding="ascii") as f:
        kib = next(line.split()[1] for line in f if line.startswith("VmHWM"))
    return int(kib) / 1024


def sentence(answer):
    errors = answer.json.get("errors", [])
    return errors[0]["message"] if errors else ""


def refused(person, name, send, status, words):
    before, there = rows(person.bank), files(person.bank)
    answer = send()
    said = sentence(answer)
    ok(answer.status == status and words in said and said.endswith("."),
       f"{name}: {said}", answer)
    ok(rows(person.bank) == before and files(person.bank) == there,
       "nothing of it is kept", before, rows(person.bank),
       files(person.bank) ^ there)


def forge(data, mark, skip, size):
    """Another size in a header."""
    at = data.index(mark) + skip
    return data[:at] + size + data[at + len(size):]


SVG = (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg">'
       b"<script>alert(document.cookie)</script></svg>")
PDF = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer<</Root 1 0 R>>\n"
ZIP = b"PK\3\4" + b"\0" * 400 + b"PK\5\6" + b"\0" * 18
PAGE = b"<html><script>alert(1)</script></html>" + b" " * 200


def bad_files(person):
    """name, bytes, status, words of the sentence."""
    photo = paint("jpeg", "1200x900", "noise")
    small = paint("jpeg", "64x48")
    big = (0x7530).to_bytes(2, "big") * 2
    return [
        ("a JPEG that is a ZIP too", small + ZIP, 422, "something else"),
        ("a JPEG that is a page too", small + PAGE, 422, "something else"),
        ("a PNG that is a ZIP too", paint("png") + ZIP, 422, "something else"),
        ("a JPEG bomb", forge(small, b"\xff\xc0", 5, big), 413, "pixels"),
        ("a PNG bomb of 400 million pixels",
         paint("png", "19999x19999", "gray"), 413, "pixels"),
        ("a WebP bomb", forge(paint("webp"), b"\x9d\x01\x2a", 3,
                              b"\xff\x3f\xff\x3f"), 413, "pixels"),
        ("a PNG that has to be held whole",
         paint("png", "6300x6300", "gray", "progressive"), 413, "ordinary"),
        ("a truncated JPEG", photo[:len(photo) // 2], 422, "end of this"),
        ("an SVG with a script", SVG, 422, "SVG"),
        ("a PDF that is called .jpg", PDF, 422, "PDF"),
        ("a page", PAGE, 422, "not a picture"),
        ("5 001 kB", small + b"\0" * (5001000 - len(small)), 413,
         "larger than 5 MB"),
    ]


def whole_files(person):
    for name, data, status, words in bad_files(person):
        refused(person, name, lambda data=data: person.whole(data), status,
                words)
    refused(person, "no file", lambda: person.whole(b""), 422, "choose")
    refused(person, "a document nobody asks for",
            lambda: person.whole(paint("jpeg"), kind="diploma"), 422,
            "no document")


def parts(person):
    data = paint("jpeg", "600x500", "noise")
    count = -(-len(data) // PART)
    for name, bad, status, words in bad_files(person):
        if len(bad) <= PART and status == 422:
            refused(person, f"{name}, as a part",
                    lambda bad=bad: person.part(bad, 0), status, words)
    refused(person, "a part of a file of 5 001 kB", lambda: person.form(
        data[:PART], kind="passport", side="front", size=5001000, chunks=51,
        chunk=0), 413, "larger than 5 MB")
    refused(person, "a part of 100 001 bytes", lambda: person.form(
        data[:PART + 1], kind="passport", side="front", size=len(data),
        chunks=count, chunk=0), 413, "100 kB")
    first = person.part(data, 0)
    ok(first.status == 202 and
       first.json["upload"]["missing"] == list(range(1, count)),
       f"the first of {count} parts is taken", first)
    before = rows(person.bank)
    again = person.part(data, 0)
    ok(again.status == 202 and rows(person.bank) == before,
       "the same part may come twice", again)
    other = data[:500] + b"x" + data[501:]
    refused(person, "the same part with another byte",
            lambda: person.part(other, 0), 409, "came before")
    last = person.part(data, count - 1)
    ok(last.status == 202, "the last may come before the second", last)
    refused(person, "an end with parts missing", lambda: person.form(
        b"", kind="passport", side="front", last="true"), 409,
        "missing: " + ", ".join(map(str, range(1, count - 1))) + ".")
    listed = person.ask(URL)
    ok(listed.status == 200 and listed.json["documents"] == [] and
       listed.json["uploads"][0]["missing"] == list(range(1, count - 1)),
       "who comes back is told what is missing", listed)
    for number in range(1, count - 1):
        end = person.part(data, number)
    ok(end.status == 201 and end.json["document"]["kind"] == "passport" and
       (end.json["document"]["width"], end.json["document"]["height"]) ==
       (600, 500), "then it is a document", end)
    ok(rows(person.bank)["upload_chunk"] == 0, "and nothing is on its way")


def good(person, other):
    """The control: what is a photo is taken, by both ways."""
    data = paint("jpeg", "1600x1200", "turn6", "gps")
    ok(PLACE in data, "a photo with a place in it")
    kept = person.whole(data, kind="selfie", side="")
    ok(kept.status == 201 and kept.json["document"]["width"] == 1200,
       "is taken, and upright", kept)
    at = kept.get("Location")
    ok(at == f"{URL}/{kept.json['document']['document_id']}",
       "it has an address", kept)
    seen = person.ask(at, accept="image/jpeg")
    ok(seen.status == 200 and seen.get("Content-Type") == "image/jpeg" and
       seen.body[:2] == b"\xff\xd8" and "no-store" in seen.get("Cache-Control"),
       "who sent it sees it", seen.fields)
    ok(PLACE not in seen.body and b"Exif" not in seen.body,
       "without the place")
    for who, name in ((other, "another applicant"), (person.bank, "nobody")):
        ask = who.ask if who is other else who.curl
        tried = ask(at)
        ok(tried.status in (404, 401) and (who is other) ==
           (tried.status == 404), f"{name} does not", tried)
    there = person.ask("/kyc-session").json
    ok(next(s for s in there["steps"] if s["name"] == "documents")
       ["status"] == "done", "a passport and a face are all that is needed")
    with open(f"{person.bank.home}/bank.db", "rb") as f:
        ok(b"JFIF" not in f.read(), "nobody reads them in the file")


def heavy(person):
    """The largest of each kind, and many at once. A checked build takes too
    long with each pixel, and gets fewer of them."""
    large, webp, scans = (("2500x2500", "2500x2500", "2500x1900") if SLOW
                          else ("6300x6300", "6000x6000", "3100x2900"))
    photos = [paint("jpeg", large), paint("png", large), paint("webp", webp),
              paint("jpeg", scans, "progressive"),
              paint("webp", "2000x2000", "progressive", "alpha"),
              paint("jpeg", "2340x2300", "noise")]
    for photo in photos:
        answer = person.whole(photo)
        ok(answer.status == 201, f"{len(photo) // 1000} kB are taken", answer)
    with ThreadPoolExecutor(CROWD) as pool:
        answers = list(pool.map(person.whole, [photos[-1]] * CROWD))
        at = next(a.get("Location") for a in answers if a.status == 201)
        seen = list(pool.map(lambda _: person.ask(at, accept="image/jpeg"),
                             range(CROWD)))
    ok({a.status for a in answers} <= {201, 503} and
       sum(a.status == 201 for a in answers) >= SERVED,
       f"of {CROWD} at once some are asked to come again", *answers[:2])
    ok({a.status for a in seen} <= {200, 503} and
       sum(len(a.body) > 3000000 for a in seen) >= SERVED,
       "as when so many look at once", *[a.fields for a in seen[:2]])
    most = memory(person.bank)
    note(f"{most:.0f} MiB at most")
    if SLOW:
        note("a checked build takes more than the program, so it is not held "
             "against it")
        return
    ok(most <= MOST_MIB, f"the program never had more than {MOST_MIB} MiB")


def main():
    with Bank() as bank:
        person, other = Applicant(bank, "nora"), Applicant(bank, "omar")
        note(f"{memory(bank):.0f} MiB before the first photo")
        whole_files(person)
        parts(person)
        good(person, other)
        heavy(person)
    if "lighttpd" not in WEBS:
        note("behind lighttpd: left to another checker")
        return done()
    with Bank("lighttpd") as bank:
        person = Applicant(bank, "pia")
        data = paint("jpeg", "2340x2300", "noise")
        ok(len(data) > 4800000 and person.whole(data).status == 201,
           "behind lighttpd a file of 5 MB is taken whole")
        refused(person, "behind lighttpd 5 001 kB", lambda: person.whole(
            data + b"\0" * (5001000 - len(data))), 413, "larger than 5 MB")
    return done()


if __name__ == "__main__":
    sys.exit(main())
