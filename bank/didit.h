/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* didit.h: who somebody is, looked at by Didit: checks wanted, made there and
 * ended by what Didit says. https://docs.didit.me */
#ifndef CLICKNET_DIDIT_H
#define CLICKNET_DIDIT_H

#include <json-c/json.h>
#include <stdbool.h>
#include "bank/application.h"

/* Is all set that it needs? */
bool didit_configured(void);

/* One check; pool memory, "" for what is not known. */
struct didit {
	int64_t application;
	const char *reference;  /* what Didit knows it by: vendor_data */
	const char *session_id; /* theirs */
	const char *url;        /* where the person goes, while it is open */
	const char *status;     /* their word, the newest that counts */
	int64_t status_at;      /* since when; seconds */
	const char *state;      /* wanted, open, ended, failed */
	int64_t tries, created_at;
};

/* The newest check of an application. ERR_MISSING: there is none. */
enum err didit_of(struct db *, struct pool *, int64_t application,
		  struct didit *out);

/* Wants a check, unless one is under way; inside db_write. The application's
 * identity becomes open. ERR_LIMIT: DIDIT_CHECKS were made, the desk has to
 * look; ERR_CONFLICT as application_mark_identity. */
enum { DIDIT_CHECKS = 5 };
enum err didit_left(struct db *, int64_t application, int64_t *checks);
enum err didit_want(struct db *, struct pool *, struct application *,
		    const struct actor *);

/* Somebody came back from Didit with the state of a check, which counts once:
 * the courier asks soon how it stands. ERR_MISSING: no such state. Calls
 * db_write. */
enum err didit_back(struct db *, const char *state);

/* What the courier has to do about a check: make it there, or ask how it
 * stands. Nobody else gets it before ${lease_ms} have passed. ${state} is what
 * the way back of one to be made carries; it is kept nowhere. ERR_MISSING:
 * nothing is due. Calls db_write. */
enum { DIDIT_STATE = 44 };
struct didit_task {
	struct didit check;
	const char *language;
	char state[DIDIT_STATE];
};
enum err didit_take(struct db *, struct pool *, int64_t lease_ms,
		    struct didit_task *out);

/* What became of it; each calls db_write. made: Didit has it. later: it is to
 * be tried again at ${at}; a try that failed counts. given_up: the desk looks
 * instead; ${why} names nobody. */
enum err didit_made(struct db *, const struct didit_task *,
		    const char *session_id, const char *url);
enum err didit_later(struct db *, const struct didit_task *, int64_t at);
enum err didit_given_up(struct db *, const struct didit_task *,
			const char *why);

/* When one that was asked about is asked about next. */
int64_t didit_next(const struct didit_task *);

/* A picture that a report has a link to. */
struct didit_image {
	struct didit_image *next;
	const char *kind, *side, *url; /* kind and side as a document's */
};

/* What Didit says of a session, by itself or when asked. */
struct didit_word {
	const char *event_id, *session_id, *vendor_data, *status;
	int64_t told_at;         /* their created_at, seconds; 0: none */
	const struct didit *asked; /* NULL: nobody asked */
	bool seen;               /* a document was looked at: */
	const char *first_name, *last_name, *full_name, *birth_date;
	json_object *evidence;   /* what is kept of it */
	struct didit_image *images;
};

/* Reads the JSON of a report or an answer, with either shape (v2 has one
 * document, v3 a list); pool memory. False: it is about no session. */
bool didit_read(struct pool *, json_object *, struct didit_word *out);

/* What a word did. */
enum didit_effect {
	DIDIT_STRANGE, /* no session of ours */
	DIDIT_AGAIN,   /* told before, or older than what is known */
	DIDIT_STORED,  /* noted; it asks for nothing */
	DIDIT_APPLIED
};

/* Takes a word up: once, however often and in whatever order they come. Calls
 * db_write. */
enum err didit_tell(struct db *, struct didit_word *,
		    enum didit_effect *effect);

/* A picture to be fetched, taken as a check is. */
struct didit_picture {
	uint8_t id[SECRET_ID];
	int64_t application;
	const char *kind, *side, *url;
	int64_t tries;
};
enum err didit_picture_take(struct db *, struct pool *, int64_t lease_ms,
			    struct didit_picture *out);

/* What became of it; each calls db_write. later: at ${at} from the same link;
 * stale: Didit is asked for another one, a few times; lost: for good. */
enum err didit_picture_kept(struct db *, const struct didit_picture *);
enum err didit_picture_later(struct db *, const struct didit_picture *,
			     int64_t at);
enum err didit_picture_stale(struct db *, const struct didit_picture *);
enum err didit_picture_lost(struct db *, const struct didit_picture *);

#endif
