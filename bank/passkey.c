/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* passkey.c: the only reader and writer of passkey. */
#include "bank/passkey.h"

#include <string.h>

#include "bank/ceremony.h"
#include "bank/notice.h"
#include "bank/seal.h"
#include "lib/clock.h"

void
passkey_handle(int64_t user, uint8_t handle[SECRET_HASH])
{
	static const char use[] = "passkey user";
	char bytes[sizeof use + sizeof user];

	memcpy(bytes, use, sizeof use);
	memcpy(bytes + sizeof use, &user, sizeof user);
	secret_mac(handle, SECRET_INDEX, bytes, sizeof bytes);
}

char *
passkey_print(char out[PASSKEY_PRINT], struct piece key)
{
	uint8_t hash[SECRET_HASH];

	secret_hash(hash, key.data, key.len);
	return secret_hex(out, hash, (PASSKEY_PRINT - 1) / 2);
}

/* Whose it is, and what opens it. */
static void
passkey_chain(const struct passkey *p, struct chain *c)
{
	chain_begin(c, "passkey");
	chain_bytes(c, p->id, SECRET_ID);
	chain_int(c, p->user);
	chain_bytes(c, p->credential.data, p->credential.len);
	chain_bytes(c, p->public_key.data, p->public_key.len);
}

#define PASSKEY_SEEN                                                         \
	"SELECT p.id, p.bank_user, u.customer, u.user_id, p.credential, "    \
	"p.public_key, p.name, p.sign_count, p.aaguid, p.backed_up, "        \
	"p.made_at, p.used_at, p.seal FROM passkey p "                       \
	"JOIN bank_user u ON u.id = p.bank_user "

static struct piece
piece_read(struct stmt *q, struct pool *pool, const char *column)
{
	struct piece p;
	const void *data = db_blob(q, column, &p.len);

	p.data = pool_strndup(pool, data != NULL ? data : "", p.len);
	return p;
}

static enum err
passkey_read(struct stmt *q, struct pool *pool, struct passkey *p)
{
	struct chain c;

	memset(p, 0, sizeof *p);
	db_copy(q, "id", p->id, SECRET_ID);
	db_copy(q, "aaguid", p->aaguid, WEBAUTHN_AAGUID);
	p->credential = piece_read(q, pool, "credential");
	p->public_key = piece_read(q, pool, "public_key");
	p->user = db_int(q, "bank_user");
	p->customer = db_int(q, "customer");
	p->user_id = pool_strdup(pool, db_text(q, "user_id"));
	p->sign_count = db_int(q, "sign_count");
	p->made_at = db_int(q, "made_at");
	p->used_at = db_int(q, "used_at");
	p->backed_up = db_int(q, "backed_up") != 0;
	passkey_chain(p, &c);
	p->changed = !seal_fits(q, &c);
	return seal_get(q, pool, "name", "passkey.name", seal_row(p->id),
			&p->name);
}

enum err
passkey_list(struct db *db, struct pool *pool, int64_t user,
	     struct passkey **list)
{
	struct stmt *q = db_sql(db, PASSKEY_SEEN
				"WHERE p.bank_user = :bank_user "
				"ORDER BY p.id LIMIT 200");
	enum err e = OK, done;

	*list = NULL;
	db_put_int(q, "bank_user", user);
	while (e == OK && db_row(q)) {
		*list = pool_alloc(pool, sizeof **list);
		e = passkey_read(q, pool, *list);
		list = &(*list)->next;
	}
	done = db_done(q);
	return done != OK ? done : e;
}

static enum err
passkey_one(struct stmt *q, struct pool *pool, struct passkey *out)
{
	enum err e = ERR_MISSING, done;

	if (db_row(q))
		e = passkey_read(q, pool, out);
	done = db_done(q);
	return done != OK ? done : e;
}

enum err
passkey_find(struct db *db, struct pool *pool, struct piece credential,
	     struct passkey *out)
{
	struct stmt *q = db_sql(db, PASSKEY_SEEN
				"WHERE p.credential = :credential");

	db_put_blob(q, "credential", credential.data, credential.len);
	return passkey_one(q, pool, out);
}

enum err
passkey_get(struct db *db, struct pool *pool, int64_t user,
	    const uint8_t id[SECRET_ID], struct passkey *out)
{
	struct stmt *q = db_sql(db, PASSKEY_SEEN
				"WHERE p.id = :id AND "
				"p.bank_user = :bank_user");

	db_put_blob(q, "id", id, SECRET_ID);
	db_put_int(q, "bank_user", user);
	return passkey_one(q, pool, out);
}

static enum err
passkey_write(struct db *db, struct pool *pool, const struct passkey *p)
{
	struct stmt *q = db_sql(db,
		"INSERT INTO passkey (id, bank_user, credential, public_key, "
		"name, sign_count, aaguid, backed_up, made_at, seal) VALUES "
		"(:id, :bank_user, :credential, :public_key, :name, "
		":sign_count, :aaguid, :backed_up, :made_at, :seal)");
	struct chain c;

	passkey_chain(p, &c);
	seal_bind(q, &c);
	db_put_blob(q, "id", p->id, SECRET_ID);
	db_put_int(q, "bank_user", p->user);
	db_put_blob(q, "credential", p->credential.data, p->credential.len);
	db_put_blob(q, "public_key", p->public_key.data, p->public_key.len);
	seal_put(q, pool, "name", "passkey.name", seal_row(p->id), p->name);
	db_put_int(q, "sign_count", p->sign_count);
	db_put_blob(q, "aaguid", p->aaguid, WEBAUTHN_AAGUID);
	db_put_int(q, "backed_up", p->backed_up);
	db_put_int(q, "made_at", p->made_at);
	return db_done(q);
}

static void
passkey_fill(struct passkey_new *n)
{
	struct passkey *p = &n->made;

	*p = (struct passkey){
		.user = n->user, .customer = n->customer, .name = n->name,
		.credential = n->w.id, .public_key = n->w.key,
		.sign_count = n->w.sign_count,
		.backed_up = n->w.backed_up, .made_at = clock_now()};
	memcpy(p->aaguid, n->w.aaguid, WEBAUTHN_AAGUID);
	secret_id(p->id);
}

/* Is what was sent the answer to a question of this session? */
static enum err
answer_check(struct db *db, struct passkey_new *n)
{
	struct passkey known;
	struct ceremony c;
	enum err e;

	e = ceremony_take(db, "create", n->ceremony, n->session, &c, &n->why);
	if (e != OK || n->why != NULL)
		return e;
	n->w.challenge = c.challenge;
	if ((n->why = webauthn_create(&n->w)) != NULL)
		return OK;
	e = passkey_find(db, n->w.pool, n->w.id, &known);
	if (e == OK)
		n->why = "known already";
	return e == ERR_MISSING ? OK : e;
}

static enum err
add_work(struct db *db, void *arg)
{
	struct passkey_new *n = arg;
	char print[PASSKEY_PRINT];
	enum err e;

	if ((e = answer_check(db, n)) != OK)
		return e;
	if (n->why != NULL)
		return audit_add(db, n->customer, n->who, "passkey.refused",
				 n->why);
	passkey_fill(n);
	if ((e = passkey_write(db, n->w.pool, &n->made)) != OK ||
	    (e = audit_add(db, n->customer, n->who, "passkey.add",
			   passkey_print(print, n->made.public_key))) != OK)
		return e;
	return notice_send(db, n->w.pool, n->customer, "passkey_added", n->who);
}

enum err
passkey_add(struct db *db, struct passkey_new *n)
{
	enum err e = db_write(db, add_work, n);

	return e == OK && n->why != NULL ? ERR_PASSKEY : e;
}

static enum err
rename_work(struct db *db, void *arg)
{
	const struct passkey_change *c = arg;
	struct stmt *q = db_sql(db,
		"UPDATE passkey SET name = :name WHERE id = :id AND "
		"bank_user = :bank_user");
	enum err e;

	seal_put(q, c->pool, "name", "passkey.name", seal_row(c->id), c->name);
	db_put_blob(q, "id", c->id, SECRET_ID);
	db_put_int(q, "bank_user", c->user);
	if ((e = db_done(q)) != OK)
		return e;
	if (db_changes(db) == 0)
		return ERR_MISSING;
	return audit_add(db, c->customer, c->who, "passkey.rename", "");
}

enum err
passkey_rename(struct db *db, struct passkey_change *c)
{
	return db_write(db, rename_work, c);
}

static enum err
remove_work(struct db *db, void *arg)
{
	const struct passkey_change *c = arg;
	char print[PASSKEY_PRINT];
	struct passkey p;
	struct stmt *q;
	enum err e;

	if ((e = passkey_get(db, c->pool, c->user, c->id, &p)) != OK)
		return e;
	q = db_sql(db, "DELETE FROM passkey WHERE id = :id");
	db_put_blob(q, "id", c->id, SECRET_ID);
	if ((e = db_done(q)) != OK ||
	    (e = audit_add(db, c->customer, c->who, "passkey.remove",
			   passkey_print(print, p.public_key))) != OK)
		return e;
	return notice_send(db, c->pool, c->customer, "passkey_removed",
			   c->who);
}

enum err
passkey_remove(struct db *db, struct passkey_change *c)
{
	return db_write(db, remove_work, c);
}

enum err
passkey_used(struct db *db, const struct passkey *p, const struct webauthn *w)
{
	struct stmt *q = db_sql(db,
		"UPDATE passkey SET sign_count = :sign_count, "
		"backed_up = :backed_up, used_at = :used_at WHERE id = :id");

	db_put_int(q, "sign_count", w->sign_count);
	db_put_int(q, "backed_up", w->backed_up);
	db_put_int(q, "used_at", clock_now());
	db_put_blob(q, "id", p->id, SECRET_ID);
	return db_done(q);
}

enum err
passkey_check(struct db *db, int64_t *count,
	      void (*tell)(void *arg, const char *user_id), void *arg)
{
	struct stmt *q = db_sql(db, PASSKEY_SEEN "ORDER BY p.id");
	struct pool *pool = pool_new();
	struct passkey p;

	for (*count = 0; db_row(q); ++*count) {
		if (passkey_read(q, pool, &p) != OK || p.changed)
			tell(arg, p.user_id);
		pool_reset(pool);
	}
	pool_free(pool);
	return db_done(q);
}

/* The next one after it; ERR_MISSING. */
static enum err
passkey_next(struct db *db, struct pool *pool, struct passkey *p)
{
	struct stmt *q = db_sql(db, PASSKEY_SEEN "WHERE p.id > :id "
				    "ORDER BY p.id LIMIT 1");

	uint8_t last[SECRET_ID];
	enum err e;

	memcpy(last, p->id, sizeof last);
	db_put_blob(q, "id", last, sizeof last);
	if ((e = passkey_one(q, pool, p)) != OK)
		return e;
	/* An id of another length would be met again and again. */
	return memcmp(p->id, last, sizeof last) > 0 ? OK : ERR_INTERNAL;
}

enum err
passkey_seal_all(struct db *db, struct pool *pool)
{
	struct passkey p = {.user = 0};
	struct chain c;
	struct stmt *q;
	enum err e;

	while ((e = passkey_next(db, pool, &p)) == OK) {
		q = db_sql(db, "UPDATE passkey SET seal = :seal "
			       "WHERE id = :id");
		passkey_chain(&p, &c);
		seal_bind(q, &c);
		db_put_blob(q, "id", p.id, SECRET_ID);
		if ((e = db_done(q)) != OK)
			break;
	}
	return e == ERR_MISSING ? OK : e;
}
