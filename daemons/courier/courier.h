/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* courier.h: what the courier's files do for each other. */
#ifndef CLICKNET_COURIER_H
#define CLICKNET_COURIER_H

#include <stdbool.h>
#include <stdint.h>
#include "bank/message.h"
#include "lib/db.h"
#include "lib/pool.h"

/* What a person reads: share/html/mail/<template>.html filled in their
 * language. The subject is its title, the text is made from its body. By SMS
 * and WhatsApp: ${line}, from share/html/sms/message.html, "" by mail. In pool
 * memory. ERR_MISSING: there is no such template; ERR_INTERNAL (logged): it
 * does not compile or has no title. */
struct letter {
	const char *subject, *html, *text, *line;
};
enum err letter_write(struct pool *, const struct message *,
		      struct letter *out);

/* The text of an HTML page: blocks become lines, links show their address,
 * the head is left out, lines end before PLAIN_WIDTH characters unless one
 * word is longer. plain_line gives it as one line of any length. */
enum { PLAIN_WIDTH = 72 };
char *plain_text(struct pool *, const char *html, size_t len);
char *plain_line(struct pool *, const char *html, size_t len);

/* Headers of a mail. header_safe: no control character, so nothing that could
 * begin another header. header_address: a plain ASCII address. */
bool header_safe(const char *text);
bool header_address(const char *address);

/* Any text as RFC 2047 has it in a Subject, folded; as it is if that is
 * plain and short. header_phrase: the same for a display name. */
char *header_subject(struct pool *, const char *text);
char *header_phrase(struct pool *, const char *name);

/* "Sun, 22 Nov 2026 07:30:00 +0000" */
char *header_date(struct pool *, int64_t instant);

/* How sending one message to one person ends. MEND is LATER, and AMISS is
 * NEVER, that the operator has to do something about; UNKNOWN may have been
 * sent. *why (not set for DONE) names nobody; pool memory or static. Between
 * net_start and net_stop; another thread than theirs says net_open and
 * net_close. */
enum send_end {
	SEND_DONE, SEND_LATER, SEND_MEND, SEND_NEVER, SEND_AMISS, SEND_UNKNOWN
};
void net_start(void);
void net_stop(void);
void net_open(void);
void net_close(void);

struct mail {
	const char *to, *id; /* the id is the left part of the Message-ID */
	int64_t written_at;
	struct letter letter;
};
enum send_end mail_send(struct pool *, const struct mail *, const char **why);

/* An SMS, or by WhatsApp a template filled in. ${code} is "" if it has none.
 * *sid is what Twilio calls it; pool memory. */
struct text {
	const char *channel, *to, *language; /* "sms" or "whatsapp" */
	const char *line, *subject, *code, *minutes;
	int64_t expires_at;
};
enum send_end twilio_send(struct pool *, const struct text *,
			  const char **sid, const char **why);

/* Which of the templates in a setting ("HX1 de:HX2") is for a language: its
 * own, else that without one, else the first; NULL if there is none. */
const char *twilio_template(struct pool *, const char *setting,
			    const char *language);

/* A telephone number as E.164 has it, without blanks, hyphens and brackets;
 * NULL if it is none. */
const char *twilio_number(struct pool *, const char *text);

/* Posts a form by HTTPS (http:// to loopback alone), once: no redirect, no
 * second try. True: there is an answer, its status and at most POST_BODY_MAX
 * bytes. Else *why, and whether it may have been heard all the same, and
 * whether the operator has to mend something. */
enum { POST_BODY_MAX = 64 * 1024 };
struct post {
	const char *url, *user, *password;
	long timeout_s;
	struct buf form; /* by post_field */
	/* out */
	long status;
	struct buf body; /* NUL-ended */
	const char *why;
	bool heard, mend;
};
void post_field(struct post *, const char *name, const char *value);
bool post_send(struct pool *, struct post *);

/* Asks for something by HTTPS (http:// to loopback alone), once: no redirect,
 * no second try. True: there is an answer, of at most ${most} bytes. Else *why,
 * and whether the operator has to mend something. */
enum net_to { NET_ANY, NET_PUBLIC, NET_LOOPBACK };
struct fetch {
	const char *url;
	const char *key;   /* x-api-key; NULL: none */
	const char *json;  /* is posted; NULL: it is only asked */
	const char *hosts; /* whose it may be, as fetch_host; NULL: anybody's */
	enum net_to to;    /* where that host may be */
	long timeout_s;
	size_t most;
	/* out */
	long status, wait_s; /* wait: what Retry-After says; 0: nothing */
	struct buf body;     /* NUL-ended */
	const char *why;
	bool mend, refused;  /* refused: it leads where it must not */
};
bool fetch_send(struct pool *, struct fetch *);

/* Is a host one of a list with blanks between: "a.example *.b.example"? */
bool fetch_host(const char *list, const char *host);

/* Checks by Didit, and the pictures it took, in a thread of their own. run
 * does one thing that is due; ERR_MISSING: nothing is. */
void didit_start(struct store *);
void didit_stop(void);
enum err didit_run(struct db *, struct pool *);

/* Takes one message and brings it to an end, or puts it back for later. OK:
 * there may be more; ERR_MISSING: nothing is due. */
enum err delivery_run(struct db *, struct pool *);

/* What falls due by time, in a thread of its own: a mail server that hangs
 * does not hold it up. */
void due_start(struct store *);
void due_stop(void);

#endif
