/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* challenge.h: one-time codes: random, hashed at rest, used once, bound to
 * what they confirm; five tries, a few minutes. */
#ifndef CLICKNET_CHALLENGE_H
#define CLICKNET_CHALLENGE_H

#include "lib/db.h"
#include "lib/pool.h"
#include "lib/secret.h"

enum { CHALLENGE_TRIES = 5, CHALLENGE_RESENDS = 3, CHALLENGE_CODE = 11 };

struct challenge {
	uint8_t id[SECRET_ID];
	const char *purpose;            /* "login", "transfer", ... */
	int64_t user, customer;         /* 0: not known (yet) */
	bool has_session;
	uint8_t session[SECRET_HASH];   /* only this one may confirm */
	uint8_t subject[SECRET_ID];     /* the payment; zero for a login */
	uint8_t bound[SECRET_HASH];     /* hash of what is confirmed */
	const char *data;               /* what was asked for, JSON */
	const char *channel, *sent_to, *state; /* asked, open, used, dead */
	int64_t sent_at; /* the newest message; 0: none was sent */
	int64_t expires_at, tries_left, resends_left;
};

/* Begins one with a new code; inside db_write. The caller fills everything
 * from purpose to sent_to; id, times, counts and state are filled in. The code
 * is for the message alone. */
enum err challenge_open(struct db *, struct pool *, struct challenge *,
			char code[CHALLENGE_CODE]);

/* As challenge_open, but nothing is sent before challenge_renew is asked to:
 * until then only what challenge_try is told of beside the message's code can
 * be right. Inside db_write. */
enum err challenge_open_silent(struct db *, struct pool *, struct challenge *);

/* As challenge_open for somebody who is not known yet: no code fits until
 * challenge_found. ${data} is what was asked for; who asks is told the same
 * whoever it is. Inside db_write. */
enum err challenge_ask(struct db *, struct pool *, struct challenge *);

/* The oldest that was asked for and not yet looked at; ERR_MISSING. */
enum err challenge_asked(struct db *, struct pool *, struct challenge *out);

/* Who asked is this user or customer (0: none): gives it its code; or nobody,
 * or a customer who gets none: challenge_unknown, no code ever fits. Inside
 * db_write. */
enum err challenge_found(struct db *, struct pool *, struct challenge *,
			 char code[CHALLENGE_CODE]);
enum err challenge_unknown(struct db *, struct pool *, struct challenge *);

/* How often strangers have asked about a customer within the last hour, this
 * one not counted. */
enum err challenge_count(struct db *, const struct challenge *,
			 int64_t customer, int64_t *count);

/* Was it asked for by somebody who need not be the person it goes to? Then
 * nothing that tells whether there is such a person may be shown of it. */
bool challenge_strange(const struct challenge *);

/* ERR_MISSING if there is none. Here and wherever one is read, ERR_INTERNAL:
 * whose, what for, in which session or about what was changed by another. */
enum err challenge_get(struct db *, struct pool *, const uint8_t id[SECRET_ID],
		       struct challenge *out);

/* The newest of an application (its public id) in a session, by mail or not,
 * that was not over before now; whatever its state. ERR_MISSING. */
enum err challenge_newest(struct db *, struct pool *,
			  const uint8_t session[SECRET_HASH],
			  const uint8_t subject[SECRET_ID], bool by_mail,
			  struct challenge *out);

/* A new code for the same thing over channel and sent_to as now set; inside
 * db_write. ERR_EXPIRED: not open any more. ERR_RATE: too soon, or no resend
 * is left. The tries stay used. */
enum err challenge_renew(struct db *, struct challenge *,
			 char code[CHALLENGE_CODE]);

/* As challenge_renew for one that was asked for: the bank looks again. */
enum err challenge_ask_again(struct db *, struct challenge *);

/* What a person typed. ${other}, if not NULL, is asked about a code that is
 * not the message's: it may be right in another way. */
struct attempt {
	const uint8_t *id, *session; /* session: NULL for nobody */
	const char *code;
	enum err (*other)(struct db *, void *arg, const struct challenge *,
			  bool *right);
	void *arg;
};
/* Notes over which channel and where it went last; inside db_write. */
enum err challenge_went(struct db *, const struct challenge *);

/* Tries a code; inside db_write, and the writing must be kept whatever the
 * verdict: a wrong try counts. OK: the code is right and now used. ERR_OTP:
 * wrong, tries_left is less by one; at 0 the challenge is dead. ERR_EXPIRED:
 * too late, used or dead. ERR_MISSING: none, or another session's. Anything
 * else in *broken: nothing can be kept. */
enum err challenge_try(struct db *, struct pool *, const struct attempt *,
		       struct challenge *out, enum err *broken);

/* Ends every open one of a user that was begun within the last hour, which is
 * all there can be; inside db_write. */
enum err challenge_end_user(struct db *, int64_t user);

/* What waits for a code in a session waits on under its new token's hash;
 * inside db_write. */
enum err challenge_follow(struct db *, struct pool *,
			  const uint8_t session[SECRET_HASH],
			  const uint8_t fresh[SECRET_HASH]);

/* One that this session may still confirm. ERR_EXPIRED: not open any more.
 * ERR_MISSING: none, or another session's. */
enum err challenge_get_open(struct db *, struct pool *,
			    const uint8_t id[SECRET_ID],
			    const uint8_t *session, struct challenge *out);

/* Uses such a one up without its code, for what proves more than a code;
 * inside db_write. */
enum err challenge_take(struct db *, struct pool *, const uint8_t id[SECRET_ID],
			const uint8_t *session, struct challenge *out);

/* Ends those of a person, under whatever user id; inside db_write. */
enum err challenge_end_person(struct db *, int64_t user, int64_t customer);

/* Ends every open one; inside db_write. As session_end_all. */
enum err challenge_end_all(struct db *);

#endif
