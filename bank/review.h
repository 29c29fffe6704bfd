/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* review.h: the bank decides about applications: one person proposes, another
 * agrees or sends it back; nobody about their own. */
#ifndef CLICKNET_REVIEW_H
#define CLICKNET_REVIEW_H

#include "bank/application.h"

/* Why an application may be declined. Some reasons are not for the person:
 * who is warned that a list names them could act on it. */
struct review_reason {
	const char *word;     /* "documents" */
	const char *sentence; /* for staff; a key of share/locale */
	bool told;            /* the mail may name it */
};
const struct review_reason *review_reasons(int *count); /* static */
const struct review_reason *review_reason(const char *word); /* or NULL */

/* The person sends the application: application_send, and where
 * KYC_AUTO_APPROVE is on, a provider has established who it is, no list names
 * them and they are no customer yet, it is approved by rule at once; all else
 * is for two people. Fills the application. Inside db_write. */
enum err review_enter(struct db *, struct pool *, struct application *,
		      const struct actor *);

/* Where an application stands between people. */
struct review_round {
	int64_t round;        /* the one that is open, from 1 */
	bool proposed;        /* a maker has spoken, a checker has to */
	const char *verdict, *reason, *note;
	int64_t maker, maker_customer;
	const char *maker_name; /* user id */
};
enum err review_round(struct db *, struct pool *, int64_t application,
		      struct review_round *out);

/* Maker and checker are two, also where one person has two user ids. */
bool review_is_maker(const struct review_round *, int64_t user,
		     int64_t customer);

/* What somebody of the bank says: approve, decline (with a reason) or ask
 * (what: documents, details or identity; the note goes to the person) where
 * nobody has spoken; agree or disagree where somebody else has. Asking needs
 * no second person: nothing is opened or refused. Nobody agrees to open an
 * account if more was found out of the person, or a likeness to a list, after
 * that was proposed. ${round}: what they looked at; 0: whatever stands. Calls
 * db_write. ERR_MISSING: no such application, or none that was ever sent.
 * ERR_FORBIDDEN, ERR_CONFLICT, ERR_INPUT: *complaint says why, ${field} about
 * which. */
struct review {
	struct pool *pool;
	const struct actor *who;
	int64_t user, customer;
	const uint8_t *application;
	const char *verdict, *reason, *what, *note;
	int64_t round;
	/* out */
	struct application now;
	const char *field, *complaint;
};
enum err review_decide(struct db *, struct review *);

/* Whose application it may be: the customer's tax id, mail or mobile is the
 * applicant's, or what was opened is theirs. */
enum err review_own(struct db *, int64_t application, int64_t customer,
		    bool *own);

/* How many of an application's likenesses are open, and how many are
 * confirmed. */
enum err review_hits(struct db *, int64_t application, int64_t *open,
		     int64_t *confirmed);

/* A row of the queue; pool memory. */
struct review_row {
	struct review_row *next;
	int64_t id;
	uint8_t public_id[SECRET_ID];
	const char *reference, *name, *product, *state, *identity, *provider;
	int64_t created_at, changed_at, sent_at;
	int64_t hits, hits_open;
	bool proposed; /* waits for a second person */
	const char *verdict, *maker;
};

/* What is looked for: the one with a ${reference}, or ("") those in a ${state}:
 * "sent" is the queue, who has waited longest first, the others are newest
 * first. ${turn}: "maker" or "checker", of those that are sent; "": both.
 * ${after}: the application the page before ended with; 0: the first page. */
struct review_filter {
	const char *state, *turn, *reference;
	int64_t after;
	int limit;
};
enum err review_list(struct db *, struct pool *, const struct review_filter *,
		     struct review_row **list, int64_t *next);

/* How many are sent, and how many of them wait for a second person. */
enum err review_waiting(struct db *, int64_t *sent, int64_t *proposed);

/* What was said, oldest first; pool memory. */
struct review_said {
	struct review_said *next;
	int64_t round, decided_at;
	const char *step, *verdict, *reason, *note;
	const char *user_id; /* "": by rule */
};
enum err review_said(struct db *, struct pool *, int64_t application,
		     struct review_said **list);

/* A likeness looked at: clear (it is somebody else; why) or confirm. Of an
 * application that is sent, by nobody about their own. ERR_MISSING, others as
 * review_decide. Calls db_write. */
struct review_hit {
	struct pool *pool;
	const struct actor *who;
	int64_t user, customer;
	const uint8_t *application, *hit;
	const char *verdict, *note;
	const char *field, *complaint; /* out */
};
enum err review_hit(struct db *, struct review_hit *);

/* Somebody of the bank has looked at an application, or (NULL: not) at a
 * document of it, "passport front": it is on record. Calls db_write. */
enum err review_seen(struct db *, const struct application *,
		     const struct actor *, const char *document);

/* The record of an application, newest first, at most ${limit}. */
struct review_act {
	struct review_act *next;
	struct audit row;
	const char *user_id; /* "" if none */
};
enum err review_record(struct db *, struct pool *, int64_t application,
		       int limit, struct review_act **list);

#endif
