/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* application.h: somebody asks for an account, a step at a time, and what was
 * asked can be gone on with, sent, asked about again and decided. */
#ifndef CLICKNET_APPLICATION_H
#define CLICKNET_APPLICATION_H

#include <json-c/json.h>
#include "bank/event.h"
#include "lib/db.h"
#include "lib/pool.h"
#include "lib/secret.h"

/* In pool memory; absent texts are "", what has not happened is 0. */
struct application {
	int64_t id;
	uint8_t public_id[SECRET_ID];
	const char *reference;     /* "K7Q2-9MXT", what people say */
	const char *offer, *branch; /* their codes */
	const char *language;
	const char *name, *email, *mobile;
	const char *details;       /* JSON; bank/details.h reads it */
	const char *identity;      /* none, open, review, passed, failed */
	const char *provider;      /* of it: "", desk, didit */
	const char *state;         /* started, sent, asked, approved, declined,
				      expired */
	const char *asked;         /* steps to be done again, with blanks */
	const char *reason;        /* of a decline, or what the bank asks for */
	int64_t mobile_at, email_at, details_at, documents_at;
	int64_t customer, account, user;
	bool existing;             /* was a customer already */
	int64_t created_at, changed_at, sent_at, decided_at, expires_at;
	int64_t wiped_at;
};

/* ERR_MISSING. ERR_INTERNAL: what is sealed was tampered with. */
enum err application_get(struct db *, struct pool *, int64_t id,
			 struct application *out);
enum err application_find(struct db *, struct pool *,
			  const uint8_t public_id[SECRET_ID],
			  struct application *out);

/* The steps, in order: product branch contact mobile email details documents
 * identity review sent; each "done", "now" (the first that is not) or "open".
 * Names and words are static. */
enum { APPLICATION_STEPS = 10 };
struct application_step {
	const char *name, *status;
};
void application_steps(const struct application *,
		       struct application_step steps[APPLICATION_STEPS]);

/* The first that is not done; "sent" when all are. */
const char *application_step(const struct application *);
bool application_done(const struct application *, const char *step);

/* May what belongs to this step be given or changed now? Not before the steps
 * whose codes say who is asking; nothing once it is sent, but exactly what the
 * bank asks for. */
bool application_open(const struct application *, const char *step);

/* Everything below: inside db_write. What changes an application changes the
 * struct too, notes changed_at and puts the act on its record. ERR_CONFLICT: it
 * is in no state for that. */

/* The record about an application: the subject -id. */
enum err application_audit(struct db *, const struct application *,
			   const struct actor *, const char *act,
			   const char *detail);

/* Begins one; the caller fills offer, branch, language, name, email and
 * mobile. ERR_CONFLICT: no such offer or branch. */
enum err application_new(struct db *, struct pool *, struct application *,
			 const struct actor *);

/* Another offer or branch. */
enum err application_set_offer(struct db *, struct application *,
			       const char *offer, const struct actor *);
enum err application_set_branch(struct db *, struct application *,
				const char *branch, const struct actor *);

/* Another name, mail or mobile; a changed address has to be confirmed anew. */
struct application_contact {
	const char *name, *email, *mobile;
};
enum err application_set_contact(struct db *, struct pool *,
				 struct application *,
				 const struct application_contact *,
				 const struct actor *);

/* The code of a channel ("mobile", "email") was right. */
enum err application_mark_code(struct db *, struct application *,
			       const char *channel, const struct actor *);

/* The details, as bank/details.h writes them; ${tax_id} is what an existing
 * customer is found by. Whose identity was established is looked at again if
 * anything changed. */
enum err application_set_details(struct db *, struct pool *,
				 struct application *, const char *details,
				 const char *tax_id, const struct actor *);

/* Keeps unfinished ones for the form; ERR_CONFLICT if there are good ones. */
enum err application_keep_details(struct db *, struct pool *,
				  struct application *, const char *details,
				  const struct actor *);

/* Every document that is needed is there. */
enum err application_mark_documents(struct db *, struct application *,
				    const struct actor *);

/* What came out of a check; also of one that was sent, not of one that was
 * decided. "none": it has to be made again, as when the person puts another
 * document in the place of the one that was looked at. */
enum err application_mark_identity(struct db *, struct application *,
				   const char *provider, const char *identity,
				   const struct actor *);

/* Sends it to the bank. Again: OK, nothing happens. ERR_CONFLICT: a step is not
 * done (application_step names it). */
enum err application_send(struct db *, struct application *,
			  const struct actor *);

/* The bank asks for steps to be done again ("documents identity", of mobile,
 * email, details, documents, identity), in words of ${reason}: they are not
 * done any more, and the person has as long as for a new application.
 * ERR_INPUT: other steps, or none. */
enum err application_ask(struct db *, struct application *, const char *steps,
			 const char *reason, const struct actor *);

/* It is decided: writes state, reason, customer, account, user and existing as
 * they stand in the struct; for approved the opening has filled them. Its user
 * alone can be written again. */
enum err application_decide(struct db *, struct application *,
			    const struct actor *);

/* A message to its mail, share/html/mail/${template} in its language; adds
 * name, bank, reference and base to ${data}. */
enum err application_tell(struct db *, struct pool *,
			  const struct application *, const char *template,
			  json_object *data);

/* Wipes what is sealed; the row and its record stay. Its sessions and links
 * end. Documents and what else there is about it are not looked at. */
enum err application_wipe(struct db *, struct application *,
			  const struct actor *);

/* Expires and wipes what was begun, or asked about, and not sent until its
 * end, APPLICATION_RUN at a time. Never inside db_write. */
enum { APPLICATION_RUN = 100 };
enum err application_expire_due(struct db *);

#endif
