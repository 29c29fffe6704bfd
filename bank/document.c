/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* document.c: the only reader and writer of document and document_data. */
#include "bank/document.h"

#include <string.h>

#include "bank/application.h"
#include "bank/rate.h"
#include "bank/seal.h"
#include "lib/clock.h"
#include "lib/settings.h"
#include "lib/turn.h"

static bool
is(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

/* What a person can send, and the sides it has. */
static const struct {
	const char *kind, *sides[2];
} kinds[] = {
	{"passport", {"front", NULL}},		 {"id_card", {"front", "back"}},
	{"residence_permit", {"front", "back"}}, {"selfie", {"", NULL}},
	{"proof_of_address", {"", NULL}},
};
enum { KINDS = sizeof kinds / sizeof *kinds, PAPERS = 3, SIDES = 2 };

bool
document_wanted(const char *kind, const char *side)
{
	int k, s;

	for (k = 0; k < KINDS; k++)
		for (s = 0; s < SIDES && is(kinds[k].kind, kind); s++)
			if (kinds[k].sides[s] != NULL &&
			    is(kinds[k].sides[s], side))
				return true;
	return false;
}

static bool
is_there(const struct document *d, const char *kind, const char *side)
{
	while (d != NULL && (!is(d->kind, kind) || !is(d->side, side)))
		d = d->next;
	return d != NULL;
}

bool
document_complete(const struct document *list)
{
	int k, s;

	if (!is_there(list, "selfie", ""))
		return false;
	for (k = 0; k < PAPERS; k++) {
		for (s = 0; s < SIDES; s++)
			if (kinds[k].sides[s] != NULL &&
			    !is_there(list, kinds[k].kind, kinds[k].sides[s]))
				break;
		if (s == SIDES)
			return true;
	}
	return false;
}

static struct document *
document_read(struct stmt *q, struct pool *pool)
{
	struct document *d = pool_alloc(pool, sizeof *d);

	db_copy(q, "id", d->id, sizeof d->id);
	db_copy(q, "sha256", d->sha256, sizeof d->sha256);
	d->application = db_int(q, "application");
	d->kind = pool_strdup(pool, db_text(q, "kind"));
	d->side = pool_strdup(pool, db_text(q, "side"));
	d->source = pool_strdup(pool, db_text(q, "source"));
	d->width = db_int(q, "width");
	d->height = db_int(q, "height");
	d->size = db_int(q, "size");
	d->made_at = db_int(q, "made_at");
	return d;
}

enum err
document_list(struct db *db, struct pool *pool, int64_t application,
	      struct document **list)
{
	struct stmt *q = db_sql(
		db,
		"SELECT id, application, kind, side, source, width, height, "
		"size, sha256, made_at FROM document WHERE "
		"application = :application AND replaced = 0 ORDER BY id");

	*list = NULL;
	db_put_int(q, "application", application);
	while (db_row(q)) {
		*list = document_read(q, pool);
		list = &(*list)->next;
	}
	return db_done(q);
}

enum err
document_data(struct db *db, struct pool *pool, int64_t application,
	      const uint8_t id[SECRET_ID], const void **jpeg, size_t *len)
{
	struct stmt *q =
		db_sql(db, "SELECT p.data FROM document d JOIN document_data p "
			   "ON p.document = d.id WHERE d.id = :id AND "
			   "d.application = :application");
	enum err e = ERR_MISSING, done;

	db_put_blob(q, "id", id, SECRET_ID);
	db_put_int(q, "application", application);
	if (db_row(q))
		e = seal_get_bytes(q, pool, "data", "document_data.data",
				   seal_row(id), jpeg, len);
	done = db_done(q);
	return done != OK ? done : e;
}

static enum err
document_count(struct db *db, int64_t application, int64_t *n)
{
	struct stmt *q = db_sql(db, "SELECT count(*) AS n FROM document "
				    "WHERE application = :application");

	db_put_int(q, "application", application);
	*n = db_row(q) ? db_int(q, "n") : 0;
	return db_done(q);
}

static enum err
older_replace(struct db *db, const struct document *d)
{
	struct stmt *q = db_sql(
		db, "UPDATE document SET replaced = 1 WHERE replaced = 0 AND "
		    "application = :application AND kind = :kind AND "
		    "side = :side");

	db_put_int(q, "application", d->application);
	db_put_text(q, "kind", d->kind);
	db_put_text(q, "side", d->side);
	return db_done(q);
}

static enum err
document_insert(struct db *db, const struct document *d)
{
	struct stmt *q = db_sql(
		db,
		"INSERT INTO document (id, application, kind, side, source, "
		"width, height, size, sha256, made_at) VALUES (:id, "
		":application, :kind, :side, :source, :width, :height, :size, "
		":sha256, :made_at)");

	db_put_blob(q, "id", d->id, sizeof d->id);
	db_put_int(q, "application", d->application);
	db_put_text(q, "kind", d->kind);
	db_put_text(q, "side", d->side);
	db_put_text(q, "source", d->source);
	db_put_int(q, "width", d->width);
	db_put_int(q, "height", d->height);
	db_put_int(q, "size", d->size);
	db_put_blob(q, "sha256", d->sha256, sizeof d->sha256);
	db_put_int(q, "made_at", d->made_at);
	return db_done(q);
}

static enum err
data_insert(struct db *db, struct pool *pool, const struct document *d,
	    const struct picture *p)
{
	struct stmt *q = db_sql(db, "INSERT INTO document_data "
				    "(document, data) VALUES (:id, :data)");

	db_put_blob(q, "id", d->id, sizeof d->id);
	seal_put_bytes(q, pool, "data", "document_data.data", seal_row(d->id),
		       p->jpeg, p->len);
	return db_done(q);
}

/* May it come now? */
static enum err
document_allow(struct db *db, const struct document *d,
	       const struct application *a, const char **complaint)
{
	int64_t n;
	enum err e;

	if (is(d->source, "person") && !application_open(a, "documents")) {
		*complaint = "Documents cannot be changed now.";
		return ERR_CONFLICT;
	}
	if ((e = document_count(db, d->application, &n)) != OK)
		return e;
	if (n < DOCUMENT_MOST)
		return OK;
	*complaint = "There are too many pictures with this application. "
		     "Please ask the bank.";
	return ERR_LIMIT;
}

/* Didit's pictures come when it is done, which may be after all is sent. */
static bool
takes_documents(const struct application *a)
{
	return is(a->state, "started") || is(a->state, "asked");
}

/* What the picture means for the application. What Didit looked at it took
 * itself: no other picture changes that. */
static enum err
step_mark(struct db *db, struct pool *pool, const struct document *d,
	  struct application *a, const struct actor *who)
{
	struct document *list;
	enum err e = OK;

	if (is(d->source, "person") && !is(a->identity, "none") &&
	    !is(a->provider, "didit"))
		e = application_mark_identity(db, a, a->provider, "none", who);
	if (e == OK && a->documents_at == 0 && takes_documents(a) &&
	    (e = document_list(db, pool, d->application, &list)) == OK &&
	    document_complete(list))
		e = application_mark_documents(db, a, who);
	return e;
}

static void
document_fill(struct document *d, const struct picture *p)
{
	secret_id(d->id);
	secret_hash(d->sha256, p->jpeg, p->len);
	d->width = p->width;
	d->height = p->height;
	d->size = (int64_t)p->len;
	d->made_at = clock_now();
	d->replaced = false;
}

enum err
document_keep(struct db *db, struct pool *pool, struct document *d,
	      const struct picture *p, const struct actor *who,
	      const char **complaint)
{
	const char *detail = pool_printf(pool, "%s%s%s", d->kind,
					 *d->side != '\0' ? " " : "", d->side);
	struct application a;
	enum err e;

	*complaint = NULL;
	document_fill(d, p);
	if ((e = application_get(db, pool, d->application, &a)) != OK ||
	    (e = document_allow(db, d, &a, complaint)) != OK ||
	    (e = older_replace(db, d)) != OK ||
	    (e = document_insert(db, d)) != OK ||
	    (e = data_insert(db, pool, d, p)) != OK ||
	    (e = application_audit(db, &a, who, "document.add", detail)) != OK)
		return e;
	return step_mark(db, pool, d, &a, who);
}

static const char *
rate_who(struct pool *pool, const struct document *d)
{
	return pool_printf(pool, "%lld", (long long)d->application);
}

/* No work for what could not be kept. */
static enum err
document_look(struct db *db, struct pool *pool, const struct document *d,
	      const char **complaint)
{
	struct application a;
	struct rate rate;
	enum err e;

	*complaint = NULL;
	if ((e = application_get(db, pool, d->application, &a)) != OK ||
	    (e = document_allow(db, d, &a, complaint)) != OK ||
	    (e = rate_look(db, RATE_PICTURE, rate_who(pool, d), &rate)) != OK)
		return e;
	if (!rate.full)
		return OK;
	*complaint = "Too many of these files were no pictures. "
		     "Please try again in an hour.";
	return ERR_RATE;
}

struct waste {
	struct pool *pool;
	const struct document *document;
};

static enum err
waste_work(struct db *db, void *arg)
{
	const struct waste *w = arg;

	return rate_count(db, RATE_PICTURE, rate_who(w->pool, w->document),
			  NULL);
}

enum err
document_make(struct db *db, struct pool *pool, const struct document *d,
	      const void *file, size_t len, struct picture *p,
	      const char **complaint)
{
	struct waste w = {pool, d};
	enum err e = document_look(db, pool, d, complaint), counted;

	db_rest(db);
	if (e != OK || (e = turn_take(pool)) != OK)
		return e;
	*p = (struct picture){.pixels_max = settings()->KYC_PICTURE_PIXELS};
	e = picture_make(pool, file, len, p, complaint);
	if (e != ERR_INPUT && e != ERR_TOO_BIG)
		return e;
	counted = db_write(db, waste_work, &w);
	return counted != OK ? counted : e;
}

struct keeping {
	struct pool *pool;
	struct document *document;
	struct picture picture;
	const struct actor *who;
	const char **complaint;
};

static enum err
keep_work(struct db *db, void *arg)
{
	struct keeping *k = arg;

	return document_keep(db, k->pool, k->document, &k->picture, k->who,
			     k->complaint);
}

enum err
document_add(struct db *db, struct pool *pool, struct document *d,
	     const void *file, size_t len, const struct actor *who,
	     const char **complaint)
{
	struct keeping k = {.pool = pool,
			    .document = d,
			    .who = who,
			    .complaint = complaint};
	enum err e;

	e = document_make(db, pool, d, file, len, &k.picture, complaint);
	return e != OK ? e : db_write(db, keep_work, &k);
}
