/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* upload.h: files that come in parts, in any order, over lines that break. */
#ifndef CLICKNET_UPLOAD_H
#define CLICKNET_UPLOAD_H

#include "bank/document.h"

/* A part's bytes, a file's bytes, a file's parts; how many files an
 * application may have on their way: one more, and the oldest goes. What is
 * not whole a day after it was begun goes too (housekeeping). */
enum {
	UPLOAD_PART = 100 * 1000,
	UPLOAD_BYTES = 5000 * 1000,
	UPLOAD_PARTS = 100,
	UPLOAD_OPEN = 3
};

/* A file on its way; texts in pool memory. */
struct upload {
	struct upload *next;
	uint8_t id[SECRET_ID];
	int64_t application;
	const char *kind, *side;
	int64_t size, parts;    /* of the whole, as announced */
	int64_t bytes, count;   /* of what is there */
	int64_t created_at;
	bool there[UPLOAD_PARTS];
};

/* Those on their way, oldest first. */
enum err upload_list(struct db *, struct pool *, int64_t application,
		     struct upload **list);

/* One part. The first begins the file; when all are there, or ${last} says
 * that none will come any more, it is made a document. ${upload} is as it
 * stands then; ${done}: it is a document now, and the upload is over.
 * The endings, with a sentence in ${complaint}:
 * ERR_TOO_BIG: the file or the part is; ERR_INPUT: it is no such part, more
 * bytes than announced, or (the upload is over then) no picture;
 * ERR_CONFLICT: another file of this kind is on its way, this part came with
 * other bytes, it is not the time for documents; parts are missing (${missing}
 * then; without a sentence). ERR_LIMIT, ERR_BUSY as document_add. Calls
 * db_write. */
struct upload_part {
	struct pool *pool;
	int64_t application;
	const char *kind, *side;
	int64_t size, parts, number; /* number: from 0; −1: none, only last */
	const void *data;
	size_t len;
	bool last;
	const struct actor *who;
	/* out */
	struct upload upload;
	struct document document;
	bool done, missing;
	const char *complaint;
};
enum err upload_put(struct db *, struct upload_part *);

/* What is said of a file that is too large, and of one nobody asked for. */
extern const char upload_too_big[], upload_unwanted[];

/* Forgets one; calls db_write. ERR_MISSING. */
enum err upload_drop(struct db *, int64_t application,
		     const uint8_t id[SECRET_ID]);

#endif
