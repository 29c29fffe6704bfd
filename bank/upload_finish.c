/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* upload_finish.c: how a file that came in parts becomes a document. */
#include <string.h>

#include "bank/seal.h"
#include "bank/upload_impl.h"
#include "lib/turn.h"

/* A file being put together again. */
struct joining {
	struct upload_part *part;
	char *file;
	size_t len;
	struct picture picture;
};

/* Opened one by one, in memory of its own: no second file's worth of it. */
static enum err
part_join(struct stmt *q, struct joining *j)
{
	struct pool *pool = pool_new();
	const struct upload *u = &j->part->upload;
	const void *data;
	size_t len;
	enum err e;

	e = seal_get_bytes(q, pool, "data",
			   upload_where(pool, db_int(q, "number")),
			   seal_row(u->id), &data, &len);
	if (e == OK && j->len + len > (size_t)u->size)
		e = ERR_INTERNAL;
	if (e == OK) {
		memcpy(j->file + j->len, data, len);
		j->len += len;
	}
	pool_free(pool);
	return e;
}

static enum err
parts_join(struct db *db, struct joining *j)
{
	struct stmt *q = db_sql(db, "SELECT number, data FROM upload_chunk "
				    "WHERE upload = :id ORDER BY number");
	enum err e = OK, done;

	db_put_blob(q, "id", j->part->upload.id, SECRET_ID);
	while (e == OK && db_row(q))
		e = part_join(q, j);
	done = db_done(q);
	db_rest(db);
	return done != OK ? done : e;
}

/* Whose last part came twice at once: the other one finishes it. */
static enum err
finish_work(struct db *db, void *arg)
{
	struct joining *j = arg;
	struct upload_part *p = j->part;
	enum err e = upload_remove(db, &p->upload);

	if (e != OK)
		return e == ERR_MISSING ? ERR_CONFLICT : e;
	return document_keep(db, p->pool, &p->document, &j->picture, p->who,
			     &p->complaint);
}

/* What became no picture is not kept; its sentence stands. */
static enum err
give_up(struct db *db, struct upload_part *p, enum err why)
{
	enum err e = upload_drop(db, p->application, p->upload.id);

	return e == OK || e == ERR_MISSING ? why : e;
}

static enum err
all_there(struct db *db, struct upload_part *p)
{
	const struct upload *u = &p->upload;

	if (u->count < u->parts) {
		p->missing = true;
		return ERR_CONFLICT;
	}
	if (u->bytes == u->size)
		return OK;
	p->complaint = "The file is smaller than was announced.";
	return give_up(db, p, ERR_INPUT);
}

enum err
upload_finish(struct db *db, struct upload_part *p)
{
	struct joining j = {.part = p};
	enum err e;

	if ((e = all_there(db, p)) != OK)
		return e;
	db_rest(db);
	if ((e = turn_take(p->pool)) != OK)
		return e;
	j.file = pool_alloc(p->pool, (size_t)p->upload.size);
	if ((e = parts_join(db, &j)) != OK)
		return e;
	if (j.len != (size_t)p->upload.size)
		return ERR_CONFLICT;
	p->document = (struct document){.application = p->application,
					.kind = p->upload.kind,
					.side = p->upload.side,
					.source = "person"};
	e = document_make(db, p->pool, &p->document, j.file, j.len, &j.picture,
			  &p->complaint);
	if (e == ERR_INPUT || e == ERR_TOO_BIG)
		return give_up(db, p, e);
	if (e != OK || (e = db_write(db, finish_work, &j)) != OK)
		return e;
	p->done = true;
	return OK;
}
