/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* signature.c: the only reader and writer of signature. */
#include "bank/signature.h"

#include <string.h>

#include "bank/seal.h"

void
signature_challenge(const struct payment *p, const uint8_t nonce[SECRET_HASH],
		    uint8_t challenge[SECRET_HASH])
{
	struct chain c;

	chain_begin(&c, "clicknet passkey 1");
	chain_bytes(&c, p->id, SECRET_ID);
	chain_int(&c, money_minor(p->amount));
	chain_text(&c, p->amount.currency);
	chain_text(&c, p->payee_name);
	chain_text(&c, p->to);
	chain_text(&c, p->from);
	chain_bytes(&c, nonce, SECRET_HASH);
	chain_end(&c, challenge);
}

const char *
signature_detail(struct pool *pool, const struct signature *s)
{
	struct chain c;
	char id[SECRET_ID_TEXT], text[2 * SECRET_HASH + 1];
	uint8_t hash[SECRET_HASH];

	chain_begin(&c, "clicknet signature 1");
	chain_bytes(&c, s->transfer, SECRET_ID);
	chain_bytes(&c, s->credential.data, s->credential.len);
	chain_bytes(&c, s->public_key.data, s->public_key.len);
	chain_text(&c, s->rp);
	chain_text(&c, s->origin);
	chain_bytes(&c, s->nonce, SECRET_HASH);
	chain_bytes(&c, s->client_data.data, s->client_data.len);
	chain_bytes(&c, s->auth_data.data, s->auth_data.len);
	chain_bytes(&c, s->signature.data, s->signature.len);
	chain_int(&c, s->signed_at);
	chain_end(&c, hash);
	return pool_printf(pool, "%s %s", secret_id_text(id, s->transfer),
			   secret_hex(text, hash, sizeof hash));
}

static void
put_piece(struct stmt *q, const char *name, struct piece p)
{
	db_put_blob(q, name, p.data, p.len);
}

static enum err
signature_write(struct db *db, struct pool *pool, const struct signature *s)
{
	struct stmt *q = db_sql(db,
		"INSERT INTO signature (transfer, credential, public_key, "
		"name, rp, origin, nonce, client_data, auth_data, signature, "
		"signed_at) VALUES (:transfer, :credential, :public_key, "
		":name, :rp, :origin, :nonce, :client_data, :auth_data, "
		":signature, :signed_at)");

	db_put_blob(q, "transfer", s->transfer, SECRET_ID);
	put_piece(q, "credential", s->credential);
	put_piece(q, "public_key", s->public_key);
	seal_put(q, pool, "name", "signature.name", seal_row(s->transfer),
		 s->name);
	db_put_text(q, "rp", s->rp);
	db_put_text(q, "origin", s->origin);
	db_put_blob(q, "nonce", s->nonce, SECRET_HASH);
	put_piece(q, "client_data", s->client_data);
	put_piece(q, "auth_data", s->auth_data);
	put_piece(q, "signature", s->signature);
	db_put_int(q, "signed_at", s->signed_at);
	return db_done(q);
}

enum err
signature_keep(struct db *db, struct pool *pool, const struct signature *s,
	       int64_t customer, const struct actor *who)
{
	enum err e = signature_write(db, pool, s);

	if (e != OK)
		return e;
	return audit_add(db, customer, who, "transfer.signed",
			 signature_detail(pool, s));
}

static struct piece
get_piece(struct stmt *q, struct pool *pool, const char *column)
{
	struct piece p;
	const void *data = db_blob(q, column, &p.len);

	p.data = pool_strndup(pool, data != NULL ? data : "", p.len);
	return p;
}

static enum err
signature_read(struct stmt *q, struct pool *pool, struct signature *s)
{
	memset(s, 0, sizeof *s);
	db_copy(q, "transfer", s->transfer, SECRET_ID);
	db_copy(q, "nonce", s->nonce, SECRET_HASH);
	s->credential = get_piece(q, pool, "credential");
	s->public_key = get_piece(q, pool, "public_key");
	s->client_data = get_piece(q, pool, "client_data");
	s->auth_data = get_piece(q, pool, "auth_data");
	s->signature = get_piece(q, pool, "signature");
	s->rp = pool_strdup(pool, db_text(q, "rp"));
	s->origin = pool_strdup(pool, db_text(q, "origin"));
	s->signed_at = db_int(q, "signed_at");
	return seal_get(q, pool, "name", "signature.name",
			seal_row(s->transfer), &s->name);
}

enum err
signature_get(struct db *db, struct pool *pool,
	      const uint8_t transfer[SECRET_ID], struct signature *out)
{
	struct stmt *q = db_sql(db,
		"SELECT transfer, credential, public_key, name, rp, origin, "
		"nonce, client_data, auth_data, signature, signed_at "
		"FROM signature WHERE transfer = :transfer");
	enum err e = ERR_MISSING, done;

	db_put_blob(q, "transfer", transfer, SECRET_ID);
	if (db_row(q))
		e = signature_read(q, pool, out);
	done = db_done(q);
	return done != OK ? done : e;
}
