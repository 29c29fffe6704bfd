# SPDX-License-Identifier: AGPL-3.0-or-later
"""didit.py: what stands in for Didit on 127.0.0.1: makes sessions as its API
does, complains where it would, keeps pictures behind links that end, and
reports, signed, what becomes of each."""
import hashlib
import hmac
import json
import re
import socket
import struct
import threading
import time
import urllib.error
import urllib.request
import uuid
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

KEY, SECRET = "didit-key", "didit_test_secret"
WORKFLOW = "99999999-8888-7777-6666-555555555555"
UNFINISHED = ("Not Started", "In Progress", "Resubmitted", "Awaiting User")
TOLD_WITH_DECISION = ("Approved", "Declined", "In Review", "Abandoned")
PERSON = {"first_name": "NORA", "last_name": "NEU",
          "full_name": "NORA NEU", "date_of_birth": "1994-02-28",
          "document_type": "Passport", "document_number": "C01X0006H",
          "nationality": "DEU", "issuing_state": "DEU",
          "expiration_date": "2031-08-01", "gender": "F", "age": 32}


def png(width=40, height=30):
    """A picture, as small as they come."""
    def chunk(kind, data):
        return (struct.pack(">I", len(data)) + kind + data +
                struct.pack(">I", zlib.crc32(kind + data)))
    row = b"\0" + bytes((x * 6) % 256 for x in range(width * 3))
    return (b"\x89PNG\r\n\x1a\n" +
            chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0,
                                       0)) +
            chunk(b"IDAT", zlib.compress(row * height)) + chunk(b"IEND", b""))


def sign(text, secret=SECRET):
    return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()


def canonical(value):
    """Their recipe for the second signature."""
    def whole(v):
        if isinstance(v, float) and v.is_integer():
            return int(v)
        if isinstance(v, dict):
            return {k: whole(x) for k, x in v.items()}
        return [whole(x) for x in v] if isinstance(v, list) else v
    return json.dumps(whole(value), sort_keys=True, ensure_ascii=False,
                      separators=(",", ":")).encode()


class Session:
    def __init__(self, didit, form):
        self.id = str(uuid.uuid4())
        self.number = len(didit.sessions) + 1
        self.token = uuid.uuid4().hex[:12]
        self.vendor_data = form["vendor_data"]
        self.callback = form["callback"]
        self.status = "Not Started"
        self.person = dict(PERSON)
        self.url = f"{didit.url}/session/{self.token}"


class Didit:
    """answers is a list, one for each request of that kind ("create",
    "decision", "picture"), then the good one for ever: a status, or (status,
    Retry-After), "hang" (${hang} seconds), "drop" the connection, "words" that
    are no JSON, "flood" of them, "away" to elsewhere, "cut" in the middle, or
    a dict to be answered instead."""

    def __init__(self, hang=3, pictures=True, **answers):
        self.answers = {k: list(v) for k, v in answers.items()}
        self.hang, self.pictures = hang, pictures
        self.sessions, self.asked, self.wrong = {}, [], []
        self.links, self.fetched, self.image = {}, [], png()
        self.link_host = None
        self.lock = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                outer.serve(self)

            do_GET = do_POST

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # who hangs up is heard of
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,),
                         daemon=True).start()

    def settings(self, **more):
        return {"DIDIT_API_BASE": self.url, "DIDIT_API_KEY": KEY,
                "DIDIT_WORKFLOW_ID": WORKFLOW, "DIDIT_WEBHOOK_SECRET": SECRET,
                "DIDIT_IMAGE_HOSTS": "127.0.0.1", "DIDIT_TIMEOUT_SECONDS": 2,
                **more}

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def count(self, kind):
        return sum(k == kind for k, _ in self.asked)

    def by_name(self, name):
        return next((s for s in list(self.sessions.values())
                     if s.vendor_data == name), None)

    # ---- the API

    def serve(self, rq):
        body = rq.rfile.read(int(rq.headers.get("Content-Length", 0)))
        path = urlsplit(rq.path)
        kind = ("page" if path.path.startswith("/session/") else
                "create" if rq.command == "POST" else
                "picture" if path.path.startswith("/media/") else
                "decision" if path.path.startswith("/v") else "page")
        with self.lock:
            self.asked.append((kind, rq.path))
            answer = (self.answers.get(kind) or [None]).pop(0) \
                if self.answers.get(kind) else None
        if self.misbehave(rq, answer):
            return
        if kind == "picture":
            self.picture(rq, path, answer)
        elif kind == "page":
            self.page(rq, path.path, body)
        else:
            status, what, more = self.judge(rq, kind, path.path, body, answer)
            self.reply(rq, status, what, **more)

    def misbehave(self, rq, answer):
        if answer == "hang":
            time.sleep(self.hang)
        if answer in ("hang", "drop"):
            rq.close_connection = True
            rq.connection.shutdown(socket.SHUT_RDWR)
        elif answer in ("words", "flood"):
            self.reply(rq, 201, b"<p>Welcome to the hotel.</p>" *
                       (1 if answer == "words" else 300000))
        elif answer == "away":
            self.reply(rq, 302, {}, Location=rq.path + "?again")
        elif answer == "cut":
            rq.send_response(200)
            rq.send_header("Content-Length", "100000")
            rq.end_headers()
            rq.wfile.write(self.image)
            rq.close_connection = True
        else:
            return False
        return True

    def judge(self, rq, kind, path, body, answer):
        key = rq.headers.get("x-api-key")
        if rq.headers.get("Accept") != "application/json":
            self.wrong.append(("Accept", rq.headers.get("Accept")))
        if key is None:
            return 403, {"detail": "Authentication credentials were not "
                         "provided."}, {}
        if key != KEY:
            return 401, {"detail": "Invalid api key."}, {}
        if isinstance(answer, dict):
            return 201 if kind == "create" else 200, answer, {}
        if answer is not None:
            status, wait = answer if isinstance(answer, tuple) else \
                (answer, None)
            return status, {"detail": "as you wish"}, (
                {"Retry-After": str(wait), "X-RateLimit-Remaining": "0"}
                if wait is not None else {})
        if kind == "create":
            return self.create(rq, path, body)
        found = re.fullmatch("/v[23]/session/([^/]+)/decision/", path)
        session = self.sessions.get(found.group(1)) if found else None
        if session is None:
            return 404, {"detail": "Not found."}, {}
        return 200, self.decision(session, 3 if path[2] == "3" else 2), {}

    def create(self, rq, path, body):
        try:
            form = json.loads(body)
        except ValueError:
            form = {}
        if path not in ("/v2/session/", "/v3/session/"):
            return 404, {"detail": "Not found."}, {}
        if rq.headers.get("Content-Type") != "application/json":
            self.wrong.append(("type", rq.headers.get("Content-Type")))
        if form.get("workflow_id") != WORKFLOW:
            return 400, {"workflow_id": ["Invalid workflow."]}, {}
        if not 0 < len(form.get("vendor_data", "")) <= 255 or \
                not urlsplit(form.get("callback", "")).scheme:
            self.wrong.append(form)
            return 400, {"callback": ["Enter a valid URL."]}, {}
        more = set(form) - {"workflow_id", "vendor_data", "callback",
                            "language"}
        if more or len(form.get("language", "en")) != 2:
            self.wrong.append(form)
        with self.lock:
            s = next((s for s in self.sessions.values()
                      if s.vendor_data == form["vendor_data"] and
                      s.status in UNFINISHED), None)
            if s is None:
                s = Session(self, form)
                self.sessions[s.id] = s
            s.callback = form["callback"]
        return 201, {
            "session_id": s.id, "session_number": s.number,
            "session_token": s.token, "url": s.url, "status": s.status,
            "vendor_data": s.vendor_data, "metadata": None,
            "workflow_id": WORKFLOW, "callback": s.callback}, {}

    def page(self, rq, _path, _body):
        self.reply(rq, 200, b"<p>Hold your passport here.</p>", "text/html")

    @staticmethod
    def reply(rq, status, what, kind="application/json", **headers):
        body = what if isinstance(what, bytes) else json.dumps(what).encode()
        rq.send_response(status)
        rq.send_header("Content-Type", kind)
        for name, value in headers.items():
            rq.send_header(name, value)
        rq.send_header("Content-Length", str(len(body)))
        rq.end_headers()
        rq.wfile.write(body)

    # ---- pictures

    def link(self, session, name):
        token = uuid.uuid4().hex
        with self.lock:
            self.links[token] = (session.id, name, time.time() + 300)
        return (f"{self.link_host or self.url}/media/{session.id}/{name}?"
                f"X-Amz-Expires=300&X-Amz-Signature={token}")

    def links_end(self):
        with self.lock:
            self.links.clear()

    def picture(self, rq, path, answer):
        if rq.headers.get("x-api-key") or rq.headers.get("Cookie"):
            self.wrong.append("a key or cookie for a picture")
        if answer is not None and not isinstance(answer, bytes):
            self.reply(rq, answer, b"<Error/>", "application/xml")
            return
        token = parse_qs(path.query).get("X-Amz-Signature", [""])[0]
        known = self.links.get(token)
        if known is None or known[2] < time.time():
            self.reply(rq, 403, b"<Error><Code>AccessDenied</Code></Error>",
                       "application/xml")
            return
        with self.lock:
            self.fetched.append(known[:2])
        self.reply(rq, 200, answer or self.image, "image/png")

    # ---- what it says

    def decision(self, s, version=2):
        image = (lambda name: self.link(s, name)) if self.pictures else \
            (lambda name: None)
        state = s.status if s.status in ("Approved", "Declined") else \
            "In Review"
        document = {"status": state, **s.person, "warnings": [],
                    "parsed_address": None, "extra_files": []}
        live = {"status": state, "method": "PASSIVE", "score": 97.0,
                "warnings": []}
        if s.status in TOLD_WITH_DECISION:
            document.update(front_image=image("front.png"), back_image=None,
                            portrait_image=image("portrait.png"))
            live["reference_image"] = image("live.png")
        face = {"status": state, "score": 94.25, "warnings": []}
        ip = {"status": state, "ip_country_code": "DE",
              "is_vpn_or_tor": False, "is_data_center": False,
              "latitude": 52.5, "warnings": [
                  {"feature": "LOCATION", "risk": "DIFFERENT_CITY",
                   "log_type": "information"}]}
        whole = {"session_id": s.id, "session_number": s.number,
                 "session_url": s.url, "status": s.status,
                 "workflow_id": WORKFLOW, "vendor_data": s.vendor_data,
                 "metadata": None, "callback": s.callback, "reviews": [],
                 "created_at": "2026-11-20T10:00:00.000000Z"}
        if s.status not in TOLD_WITH_DECISION:
            return whole
        if version == 2:
            return {**whole, "id_verification": document, "liveness": live,
                    "face_match": face, "ip_analysis": ip}
        node = {"node_id": "feature_1"}
        return {**whole, "id_verifications": [{**node, **document}],
                "liveness_checks": [{**node, **live}],
                "face_matches": [{**node, **face}],
                "ip_analyses": [{**node, **ip}]}

    def event(self, s, status, created_at=None, version=2, **more):
        """The body of a report; without a time: it is stamped when it goes
        out."""
        s.status = status
        event = {"event_id": str(uuid.uuid4()),
                 "webhook_type": "status.updated",
                 "created_at": int(created_at or time.time()),
                 "application_id": "app-1", "environment": "live",
                 "session_id": s.id, "status": status,
                 "workflow_id": WORKFLOW, "workflow_version": 1,
                 "vendor_data": s.vendor_data, "metadata": None, **more}
        if status in TOLD_WITH_DECISION:
            event["decision"] = self.decision(s, version)
        if status == "Resubmitted":
            event["resubmit_info"] = {"nodes_to_resubmit": ["OCR"],
                                      "reasons": {}}
        return event

    @staticmethod
    def envelope(event, secret=SECRET, at=None):
        """Body and headers of one delivery, stamped and signed now."""
        now = int(at if at is not None else time.time())
        event = {**event, "timestamp": now}
        body = json.dumps(event, sort_keys=True).encode()
        simple = (f"{now}:{event.get('session_id')}:{event.get('status')}:"
                  f"{event.get('webhook_type')}").encode()
        return body, {
            "Content-Type": "application/json", "X-Timestamp": str(now),
            "User-Agent": "DiditWebhook/2.0 +https://didit.me",
            "X-Signature": sign(body, secret),
            "X-Signature-V2": sign(canonical(event), secret),
            "X-Signature-Simple": sign(simple, secret)}

    def back(self, s):
        """Where the browser is sent at the end."""
        return s.callback + ("&" if "?" in s.callback else "?") + urlencode(
            {"verificationSessionId": s.id, "status": s.status})


def post(url, body, headers):
    """The status a delivery is answered with; 0: not at all."""
    rq = urllib.request.Request(url, body, headers)
    try:
        with urllib.request.urlopen(rq, timeout=5) as answer:
            return answer.status if not answer.read() else "a body"
    except urllib.error.HTTPError as e:
        return e.code
    except OSError:
        return 0


def deliver(hook, event, pause=0.3):
    """As Didit does: again, twice, after a 5xx, a 404 or silence."""
    statuses = []
    for _ in range(3):
        statuses.append(post(hook, *Didit.envelope(event)))
        if statuses[-1] not in (0, 404) and (statuses[-1] == "a body" or
                                             statuses[-1] < 500):
            break
        time.sleep(pause)
    return statuses
