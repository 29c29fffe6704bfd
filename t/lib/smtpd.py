# SPDX-License-Identifier: AGPL-3.0-or-later
"""smtpd.py: a mail server on 127.0.0.1 that answers as a test tells it to."""
import asyncio
import logging
import socket
import threading

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

logging.getLogger("mail.log").setLevel(logging.CRITICAL)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Mail:
    """One mail as it came: envelope, bytes, and how it came."""

    def __init__(self, session, envelope):
        self.sender = envelope.mail_from
        self.to = list(envelope.rcpt_tos)
        self.raw = envelope.original_content
        self.ehlo = session.host_name
        self.tls = session.ssl is not None
        self.authenticated = session.authenticated


class Server:
    """at_rcpt and at_data are lists of answers, one for each time, then the
    good one for ever. An answer is a reply ("451 4.3.0 later"), a number of
    seconds to wait before the good one, or "hang up"."""

    def __init__(self, at_rcpt=(), at_data=(), tls=None, implicit=False,
                 login=None, idle=None):
        self.at_rcpt, self.at_data = list(at_rcpt), list(at_data)
        self.mails, self.seen = [], []
        self.connections = 0
        self.login = login
        self.lock = threading.Lock()
        options = {}
        if tls is not None and not implicit:
            options.update(tls_context=tls, require_starttls=True)
        if login is not None:
            options.update(authenticator=self.authenticate,
                           auth_required=True,
                           auth_require_tls=tls is not None)
        if idle is not None:
            options.update(timeout=idle)
        self.port = free_port()
        self.controller = Controller(
            self, hostname="127.0.0.1", port=self.port, enable_SMTPUTF8=True,
            ssl_context=tls if implicit else None, server_kwargs=options)
        self.controller.start()

    def authenticate(self, server, session, envelope, mechanism, data):
        name = getattr(data, "login", b"").decode()
        password = getattr(data, "password", b"").decode()
        return AuthResult(success=(name, password) == self.login,
                          handled=False)

    async def answer(self, server, answers, good):
        with self.lock:
            answer = answers.pop(0) if answers else good
        if isinstance(answer, (int, float)):
            await asyncio.sleep(answer)
            return good
        if answer == "hang up":
            server.transport.abort()
            return good
        return answer

    async def handle_EHLO(self, server, session, envelope, hostname,
                          responses):
        session.host_name = hostname
        with self.lock:
            self.connections += 1
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):
        reply = await self.answer(server, self.at_rcpt, "250 2.1.5 good")
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server, session, envelope):
        mail = Mail(session, envelope)
        with self.lock:
            self.seen.append(mail)
        reply = await self.answer(server, self.at_data, "250 2.0.0 taken")
        if reply.startswith("250"):
            with self.lock:
                self.mails.append(mail)
        return reply

    def stop(self):
        self.controller.stop()
