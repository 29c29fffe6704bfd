/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* upload.c: what is on its way, and how one more part of it is kept. */
#include <string.h>

#include "bank/application.h"
#include "bank/seal.h"
#include "bank/upload_impl.h"
#include "lib/clock.h"

#define UPLOAD_SEEN                                                            \
	"SELECT id, application, kind, side, size, chunks, created_at "        \
	"FROM upload WHERE application = :application "

static void
upload_read(struct stmt *q, struct pool *pool, struct upload *u)
{
	*u = (struct upload){.application = db_int(q, "application")};
	db_copy(q, "id", u->id, sizeof u->id);
	u->kind = pool_strdup(pool, db_text(q, "kind"));
	u->side = pool_strdup(pool, db_text(q, "side"));
	u->size = db_int(q, "size");
	u->parts = db_int(q, "chunks");
	u->created_at = db_int(q, "created_at");
}

static enum err
parts_look(struct db *db, struct upload *u)
{
	struct stmt *q = db_sql(
		db, "SELECT number, length(data) AS len FROM upload_chunk "
		    "WHERE upload = :id ORDER BY number");
	int64_t number;

	db_put_blob(q, "id", u->id, sizeof u->id);
	while (db_row(q)) {
		number = db_int(q, "number");
		if (number >= UPLOAD_PARTS)
			continue;
		u->there[number] = true;
		u->bytes += db_int(q, "len") - SEAL_MORE;
		u->count++;
	}
	return db_done(q);
}

enum err
upload_find(struct db *db, struct pool *pool, int64_t application,
	    const char *kind, const char *side, struct upload *out)
{
	struct stmt *q =
		db_sql(db, UPLOAD_SEEN "AND kind = :kind AND side = :side");
	bool found;
	enum err e;

	db_put_int(q, "application", application);
	db_put_text(q, "kind", kind);
	db_put_text(q, "side", side);
	if ((found = db_row(q)))
		upload_read(q, pool, out);
	if ((e = db_done(q)) != OK)
		return e;
	return found ? parts_look(db, out) : ERR_MISSING;
}

enum err
upload_list(struct db *db, struct pool *pool, int64_t application,
	    struct upload **list)
{
	struct stmt *q = db_sql(db, UPLOAD_SEEN "ORDER BY id");
	struct upload **end = list, *u;
	enum err e;

	*end = NULL;
	db_put_int(q, "application", application);
	while (db_row(q)) {
		*end = pool_alloc(pool, sizeof **end);
		upload_read(q, pool, *end);
		end = &(*end)->next;
	}
	e = db_done(q);
	for (u = *list; e == OK && u != NULL; u = u->next)
		e = parts_look(db, u);
	return e;
}

const char *
upload_where(struct pool *pool, int64_t number)
{
	return pool_printf(pool, "upload_chunk.data %d", (int)number);
}

static enum err
parts_remove(struct db *db, const struct upload *u)
{
	struct stmt *q = db_sql(db, "DELETE FROM upload_chunk "
				    "WHERE upload = :id");

	db_put_blob(q, "id", u->id, sizeof u->id);
	return db_done(q);
}

enum err
upload_remove(struct db *db, const struct upload *u)
{
	struct stmt *q;
	enum err e = parts_remove(db, u);

	if (e != OK)
		return e;
	q = db_sql(db, "DELETE FROM upload WHERE id = :id AND "
		       "application = :application");
	db_put_blob(q, "id", u->id, sizeof u->id);
	db_put_int(q, "application", u->application);
	if ((e = db_done(q)) != OK)
		return e;
	return db_changes(db) == 0 ? ERR_MISSING : OK;
}

static enum err
drop_work(struct db *db, void *arg)
{
	return upload_remove(db, arg);
}

/* Parts of another's are not touched: the whole is undone then. */
enum err
upload_drop(struct db *db, int64_t application, const uint8_t id[SECRET_ID])
{
	struct upload u = {.application = application};

	memcpy(u.id, id, sizeof u.id);
	return db_write(db, drop_work, &u);
}

/* The oldest make room for one more. */
static enum err
room_make(struct db *db, struct pool *pool, int64_t application)
{
	struct upload *list, *u;
	enum err e = upload_list(db, pool, application, &list);
	int n = 0;

	for (u = list; u != NULL; u = u->next)
		n++;
	for (u = list; e == OK && n >= UPLOAD_OPEN; u = u->next, n--)
		e = upload_remove(db, u);
	return e;
}

static enum err
upload_begin(struct db *db, struct upload_part *p)
{
	struct upload *u = &p->upload;
	struct stmt *q;
	enum err e = room_make(db, p->pool, p->application);

	if (e != OK)
		return e;
	*u = (struct upload){.application = p->application,
			     .kind = p->kind,
			     .side = p->side,
			     .size = p->size,
			     .parts = p->parts,
			     .created_at = clock_now()};
	secret_id(u->id);
	q = db_sql(db, "INSERT INTO upload (id, application, kind, side, size, "
		       "chunks, created_at) VALUES (:id, :application, :kind, "
		       ":side, :size, :chunks, :now)");
	db_put_blob(q, "id", u->id, sizeof u->id);
	db_put_int(q, "application", u->application);
	db_put_text(q, "kind", u->kind);
	db_put_text(q, "side", u->side);
	db_put_int(q, "size", u->size);
	db_put_int(q, "chunks", u->parts);
	db_put_int(q, "now", u->created_at);
	return db_done(q);
}

/* A part that is there already must be the same. */
static enum err
part_compare(struct db *db, struct upload_part *p)
{
	struct stmt *q = db_sql(db, "SELECT data FROM upload_chunk WHERE "
				    "upload = :id AND number = :number");
	enum err e = ERR_MISSING, done;
	const void *data;
	size_t len;

	db_put_blob(q, "id", p->upload.id, SECRET_ID);
	db_put_int(q, "number", p->number);
	if (db_row(q))
		e = seal_get_bytes(q, p->pool, "data",
				   upload_where(p->pool, p->number),
				   seal_row(p->upload.id), &data, &len);
	done = db_done(q);
	if (done != OK || e != OK)
		return done != OK ? done : e;
	if (len == p->len && memcmp(data, p->data, len) == 0)
		return OK;
	p->complaint = "This part of the file came before, and was another.";
	return ERR_CONFLICT;
}

static enum err
part_insert(struct db *db, struct upload_part *p)
{
	struct stmt *q;
	enum err e;

	if (p->upload.bytes + (int64_t)p->len > p->size) {
		p->complaint = "The file is larger than was announced.";
		return ERR_INPUT;
	}
	q = db_sql(db, "INSERT INTO upload_chunk (upload, number, data) "
		       "VALUES (:id, :number, :data)");
	db_put_blob(q, "id", p->upload.id, SECRET_ID);
	db_put_int(q, "number", p->number);
	seal_put_bytes(q, p->pool, "data", upload_where(p->pool, p->number),
		       seal_row(p->upload.id), p->data, p->len);
	if ((e = db_done(q)) != OK)
		return e;
	p->upload.there[p->number] = true;
	p->upload.bytes += (int64_t)p->len;
	p->upload.count++;
	return OK;
}

static enum err
part_keep(struct db *db, struct upload_part *p)
{
	enum err e = upload_find(db, p->pool, p->application, p->kind, p->side,
				 &p->upload);

	if (e == ERR_MISSING && p->number >= 0)
		e = upload_begin(db, p);
	if (e != OK || p->number < 0)
		return e;
	if (p->upload.size != p->size || p->upload.parts != p->parts) {
		p->complaint = "Another file is on its way for this document.";
		return ERR_CONFLICT;
	}
	return p->upload.there[p->number] ? part_compare(db, p)
					  : part_insert(db, p);
}

static enum err
put_work(struct db *db, void *arg)
{
	struct upload_part *p = arg;
	struct application a;
	enum err e;

	p->complaint = NULL;
	e = application_get(db, p->pool, p->application, &a);
	if (e == OK && !application_open(&a, "documents")) {
		p->complaint = "Documents cannot be changed now.";
		e = ERR_CONFLICT;
	}
	return e != OK ? e : part_keep(db, p);
}

const char upload_too_big[] = "This file is larger than 5 MB. "
			      "Please take it with a lower resolution.";
const char upload_unwanted[] = "This is no document we ask for.";

/* What needs no look at what is there. */
static enum err
part_check(struct upload_part *p)
{
	if (p->size > UPLOAD_BYTES) {
		p->complaint = upload_too_big;
		return ERR_TOO_BIG;
	}
	if (p->number >= 0 && p->len > UPLOAD_PART) {
		p->complaint = "A part of a file has at most 100 kB.";
		return ERR_TOO_BIG;
	}
	if (!document_wanted(p->kind, p->side)) {
		p->complaint = upload_unwanted;
		return ERR_INPUT;
	}
	if (p->number < 0)
		return OK;
	if (p->len == 0 || p->size < 1 || p->parts < 1 ||
	    p->parts > UPLOAD_PARTS || p->number >= p->parts ||
	    p->parts > p->size || p->size > p->parts * (int64_t)UPLOAD_PART) {
		p->complaint = "This is no part of a file.";
		return ERR_INPUT;
	}
	if (p->number == 0)
		p->complaint = picture_glance(p->pool, p->data, p->len);
	return p->complaint != NULL ? ERR_INPUT : OK;
}

enum err
upload_put(struct db *db, struct upload_part *p)
{
	enum err e;

	p->complaint = NULL;
	p->done = p->missing = false;
	if ((e = part_check(p)) != OK || (e = db_write(db, put_work, p)) != OK)
		return e;
	return p->last || p->upload.count == p->upload.parts
		       ? upload_finish(db, p)
		       : OK;
}
