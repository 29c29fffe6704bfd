/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* document.h: the pictures that come with an application: of documents, and
 * of the person. */
#ifndef CLICKNET_DOCUMENT_H
#define CLICKNET_DOCUMENT_H

#include "bank/event.h"
#include "lib/picture.h"

/* How many an application may have, replaced ones counted. */
enum { DOCUMENT_MOST = 60 };

/* A picture as it was made anew; texts in pool memory or static. */
struct document {
	struct document *next;
	uint8_t id[SECRET_ID];
	int64_t application;
	const char *kind;   /* passport, id_card, residence_permit, selfie,
			       proof_of_address, portrait */
	const char *side;   /* front, back; "" of what has no sides */
	const char *source; /* person, didit */
	int64_t width, height, size, made_at;
	bool replaced;      /* a newer one has its place */
	uint8_t sha256[SECRET_HASH];
};

/* Is this what a person may send? */
bool document_wanted(const char *kind, const char *side);

/* Is the person there, and one document with all its sides? */
bool document_complete(const struct document *list);

/* Those that were not replaced, oldest first. */
enum err document_list(struct db *, struct pool *, int64_t application,
		       struct document **list);

/* The JPEG of one of this application's, replaced ones too; pool memory.
 * ERR_MISSING. */
enum err document_data(struct db *, struct pool *, int64_t application,
		       const uint8_t id[SECRET_ID], const void **jpeg,
		       size_t *len);

/* Makes a picture of a file anew and keeps it in the place of the one before;
 * application, kind, side and source are given, the rest is filled in. The
 * last needed one ends the step "documents"; a person's new one after the
 * identity was looked at means that it has to be looked at again. *complaint
 * is a sentence, NULL if there is none to add to the error: of picture_make;
 * ERR_CONFLICT: it is not the time for a person's; ERR_LIMIT: there were too
 * many; ERR_RATE: too many in a short time were no pictures; ERR_BUSY: others'
 * come first. Calls db_write. */
enum err document_add(struct db *, struct pool *, struct document *,
		      const void *file, size_t len, const struct actor *,
		      const char **complaint);

/* The two halves of it: the work, unless it could not be kept, or too much of
 * it was for nothing (ERR_RATE); and keeping it, inside db_write. */
enum err document_make(struct db *, struct pool *, const struct document *,
		       const void *file, size_t len, struct picture *,
		       const char **complaint);
enum err document_keep(struct db *, struct pool *, struct document *,
		       const struct picture *, const struct actor *,
		       const char **complaint);

#endif
