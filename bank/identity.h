/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* identity.h: who somebody is, as the desk finds it out: the machine-readable
 * lines of their document compared with what they say about themselves. */
#ifndef CLICKNET_IDENTITY_H
#define CLICKNET_IDENTITY_H

#include "bank/details.h"
#include "lib/mrz.h"

/* The desk looks at the lines so often; then people do. */
enum { IDENTITY_CHECKS = 10 };

struct document;

/* The documents a person may show. */
#define IDENTITY_DOCUMENTS "passport|id_card|residence_permit"

/* One thing that was compared; pool memory or static. */
struct identity_finding {
	struct identity_finding *next;
	const char *name;   /* document, name, birth_date, age, nationality,
			       expiry, pictures */
	const char *result; /* passed, review, failed */
	const char *why;    /* in words, for staff */
};

/* Compares them. The worst finding is the result: passed, review or failed.
 * Expired, too young for ${age_min}, or another person by name and birth date:
 * failed; whatever people have to look at: review. */
const char *identity_compare(struct pool *, const struct mrz *,
			     const struct details *, const char *document_kind,
			     int age_min, int32_t today,
			     struct identity_finding **list);

/* The picture of such a document that has its lines: the page with the photo,
 * the back of a card. NULL: it was not sent. */
const struct document *identity_picture(const struct document *list,
					const char *document_kind);

/* A person shows a document. ${mrz} "": they cannot read its lines, and people
 * look. Calls db_write. ERR_INPUT: the lines were not typed as they stand
 * there; ${complaint} says how. ERR_CONFLICT: it is not the time for it
 * (application_open). Otherwise ${result} is what came of it, and the
 * application's identity. */
struct identity_desk {
	struct pool *pool;
	const struct actor *who;
	struct application application; /* in: its id; out: as it stands */
	const char *document_kind, *mrz;
	const char *complaint;  /* an English sentence, static */
	const char *result;
	struct identity_finding *findings;
};
enum err identity_desk(struct db *, struct identity_desk *);

/* What was found out about an application so far, oldest first. */
struct identity_check {
	struct identity_check *next;
	uint8_t id[SECRET_ID];
	int64_t application, made_at;
	const char *provider, *result;
	const char *evidence; /* JSON; "" once wiped. The desk's: document_kind,
				 name, findings: [{name, result, why}], mrz:
				 {form, lines, document, issuer, number,
				 nationality, birth_date, expiry, sex, family,
				 given}, or why: what there was to compare */
};
enum err identity_checks(struct db *, struct pool *, int64_t application,
			 struct identity_check **list);

/* Looks an application up in the screening lists, by what the person says and
 * by the name on the document, and keeps what is found. Inside db_write; part
 * of application_send, and of what Didit tells later. */
enum err identity_screen(struct db *, const struct application *,
			 const struct actor *);

/* The same for every application that waits for the bank, as when there are
 * new lists; how many. Inside db_write. */
enum err identity_screen_sent(struct db *, const struct actor *,
			      int64_t *count);

#endif
