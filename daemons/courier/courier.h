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
 * language. The subject is its title, the text is made from its body. In pool
 * memory. ERR_MISSING: there is no such template; ERR_INTERNAL (logged): it
 * does not compile or has no title. */
struct letter {
	const char *subject, *html, *text;
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

/* One mail to one person. MAIL_MEND is MAIL_LATER that the operator has to do
 * something about. *why (not set for MAIL_SENT) names nobody; pool memory or
 * static. One thread only. */
enum mail_end { MAIL_SENT, MAIL_LATER, MAIL_MEND, MAIL_NEVER };
struct mail {
	const char *to, *id; /* the id is the left part of the Message-ID */
	int64_t written_at;
	struct letter letter;
};
void mail_start(void);
void mail_stop(void);
enum mail_end mail_send(struct pool *, const struct mail *, const char **why);

/* Takes one message and brings it to an end, or puts it back for later. OK:
 * there may be more; ERR_MISSING: nothing is due. */
enum err delivery_run(struct db *, struct pool *);

/* What falls due by time, in a thread of its own: a mail server that hangs
 * does not hold it up. */
void due_start(struct store *);
void due_stop(void);

#endif
