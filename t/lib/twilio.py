# SPDX-License-Identifier: AGPL-3.0-or-later
"""twilio.py: what stands in for Twilio on 127.0.0.1: takes messages as its API
does, complains where it would, and reports what becomes of them."""
import base64
import hashlib
import hmac
import json
import socket
import threading
import time
import urllib.error
import urllib.request
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode

ACCOUNT, TOKEN = "AC" + "0" * 31 + "1", "twilio-token"
SMS, WHATSAPP = "+15005550006", "+14155238886"


def signature(token, url, fields):
    """As in X-Twilio-Signature."""
    text = url + "".join(n + v for n, v in sorted(set(fields)))
    mac = hmac.new(token.encode(), text.encode(), hashlib.sha1)
    return base64.b64encode(mac.digest()).decode()


def complaint(form):
    """What Twilio answers to a message that is none: code and words."""
    to, sender = form.get("To", ""), form.get("From", "")
    if not to:
        return 21604, "A 'To' phone number is required."
    if bool(sender) == bool(form.get("MessagingServiceSid")):
        return 21603, "A 'From' phone number is required."
    if not to.removeprefix("whatsapp:").startswith("+") or \
            not to.removeprefix("whatsapp:")[1:].isdigit():
        return 21211, "Invalid 'To' Phone Number"
    if bool("Body" in form) == bool("ContentSid" in form):
        return 21619, "A text message body or media urls must be specified."
    if len(form.get("Body", "")) > 1600:
        return 21617, "The concatenated message body exceeds the limit."
    if not 1 <= int(form.get("ValidityPeriod", 14400)) <= 36000:
        return 30036, "The ValidityPeriod is not valid."
    if to.startswith("whatsapp:"):
        if sender != "whatsapp:" + WHATSAPP:
            return 63007, "Twilio could not find a Channel with that From."
        if "ContentSid" not in form: # nobody has written to us in a day
            return 63016, "Outside the allowed window, use a Template."
        json.loads(form["ContentVariables"])
    elif sender and sender != SMS:
        return 21606, "The From number is not a valid number."
    return None


class Twilio:
    """answers is a list, one for each message, then the good one for ever: a
    pair of status and code, "hang" (${hang} seconds), "drop" the connection,
    "away" to elsewhere, "flood" of words, or "words" that are no JSON. then is
    what is reported of each message that was taken: words, or (word, code)."""

    def __init__(self, answers=(), then=(), hang=5, tls=None):
        self.answers, self.then, self.hang = list(answers), then, hang
        self.forms, self.taken, self.wrong, self.reports = [], [], [], []
        self.lock = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                outer.serve(self)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        if tls is not None:
            self.server.socket = tls.wrap_socket(self.server.socket,
                                                 server_side=True)
        self.url = (f"http{'s' if tls else ''}://127.0.0.1:"
                    f"{self.server.server_port}")
        threading.Thread(target=self.server.serve_forever,
                         args=(0.05,), daemon=True).start()

    def settings(self, **more):
        return {"TWILIO_API_BASE": self.url, "TWILIO_ACCOUNT_SID": ACCOUNT,
                "TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_MOBILE_NUMBER": SMS,
                "TWILIO_TIMEOUT_SECONDS": 1, **more}

    def whatsapp(self, **more):
        return self.settings(TWILIO_WHATSAPP_NUMBER=WHATSAPP,
                             TWILIO_CONTENT_SID_CODE="HX1 de:HX2", **more)

    def serve(self, rq):
        raw = rq.rfile.read(int(rq.headers.get("Content-Length", 0)))
        fields = parse_qsl(raw.decode(), keep_blank_values=True,
                           strict_parsing=True)
        with self.lock:
            self.forms.append(dict(fields))
            answer = self.answers.pop(0) if self.answers else None
        if answer == "hang":
            time.sleep(self.hang)
        if answer in ("drop", "hang"):
            rq.close_connection = True
            rq.connection.shutdown(socket.SHUT_RDWR)
            return
        if answer in ("words", "flood"):
            self.reply(rq, 201, b"<p>Welcome to the hotel.</p>" *
                       (1 if answer == "words" else 10000))
            return
        if answer == "away":
            self.reply(rq, 302, {}, Location=rq.path + "?again")
            return
        status, code, words = self.judge(rq, fields, answer)
        if code is not None:
            self.reply(rq, status, {
                "code": code, "message": words, "status": status,
                "more_info": f"https://www.twilio.com/docs/errors/{code}"})
            return
        sid = f"SM{len(self.taken):032x}"
        with self.lock:
            self.taken.append((sid, dict(fields)))
        self.reply(rq, 201, self.message(sid, dict(fields)))
        if "StatusCallback" in dict(fields) and self.then:
            threading.Thread(target=self.tell, daemon=True, args=(
                sid, dict(fields), list(self.then))).start()

    def judge(self, rq, fields, answer):
        """Status, code (None: it is good) and words."""
        form = dict(fields)
        with self.lock:
            if rq.path != f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json":
                self.wrong.append(rq.path)
            if rq.headers.get("Content-Type") != \
                    "application/x-www-form-urlencoded":
                self.wrong.append(rq.headers.get("Content-Type"))
            if rq.headers.get("Accept") != "application/json":
                self.wrong.append(rq.headers.get("Accept"))
            if len(form) != len(fields):
                self.wrong.append(fields)
        login = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        if rq.headers.get("Authorization") != "Basic " + login:
            return 401, 20003, "Authenticate"
        if answer is not None:
            return *answer, "as you wish"
        bad = complaint(form)
        return (400, *bad) if bad else (201, None, "")

    @staticmethod
    def reply(rq, status, what, **headers):
        body = what if isinstance(what, bytes) else json.dumps(what).encode()
        rq.send_response(status)
        rq.send_header("Content-Type", "application/json")
        for name, value in headers.items():
            rq.send_header(name, value)
        rq.send_header("Content-Length", str(len(body)))
        rq.end_headers()
        rq.wfile.write(body)

    def message(self, sid, form):
        now = formatdate(usegmt=True).replace("GMT", "+0000")
        at = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}"
        return {
            "account_sid": ACCOUNT, "api_version": "2010-04-01",
            "body": form.get("Body", ""), "date_created": now,
            "date_sent": None, "date_updated": now,
            "direction": "outbound-api", "error_code": None,
            "error_message": None, "from": form.get("From"),
            "messaging_service_sid": form.get("MessagingServiceSid"),
            "num_media": "0", "num_segments": "1", "price": None,
            "price_unit": "USD", "sid": sid, "status": "queued",
            "subresource_uris": {"media": at + "/Media.json"},
            "to": form["To"], "uri": at + ".json"}

    def tell(self, sid, form, words):
        """Reports, as fast as they come; the answers are in reports."""
        for word in words:
            word, code = word if isinstance(word, tuple) else (word, None)
            fields = [("MessageSid", sid), ("SmsSid", sid),
                      ("MessageStatus", word), ("SmsStatus", word),
                      ("To", form["To"]), ("AccountSid", ACCOUNT),
                      ("From", form.get("From", SMS)),
                      ("ApiVersion", "2010-04-01")]
            if code:
                fields.append(("ErrorCode", str(code)))
            self.reports.append((word, post(form["StatusCallback"], fields)))

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


def post(url, fields, token=TOKEN, sign=None):
    """A report; the status it is answered with."""
    sign = signature(token, url, fields) if sign is None else sign
    rq = urllib.request.Request(url, urlencode(fields).encode(), {
        "X-Twilio-Signature": sign, "User-Agent": "TwilioProxy/1.1"})
    try:
        with urllib.request.urlopen(rq, timeout=10) as answer:
            return answer.status if not answer.read() else "a body"
    except urllib.error.HTTPError as e:
        return e.code
