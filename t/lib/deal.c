/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* deal.c: what deal.h shortens. */
#include "t/lib/deal.h"

#include <string.h>

#include "bank/signin.h"
#include "lib/clock.h"

const struct actor deal_actor = {"customer", 0, "192.0.2.7", "a browser"};

static const uint8_t session[SECRET_HASH] = {1, 2, 3};

struct order
deal_order(struct bank *b, const char *from, const char *to,
	   struct money amount)
{
	uint8_t id[SECRET_ID], *request = pool_alloc(b->pool, SECRET_HASH);
	char *key = pool_alloc(b->pool, SECRET_ID_TEXT);

	secret_id(id);
	secret_id_text(key, id);
	secret_hash(request, key, strlen(key));
	return (struct order){
		.pool = b->pool, .user = b->anna_user, .customer = b->anna,
		.session = session, .address = "192.0.2.7", .from = from,
		.to = to, .purpose = "rent", .payee_name = "Ben Okoye",
		.amount = amount, .key = key, .request = request};
}

enum err
deal_give(struct bank *b, struct order *o)
{
	enum err e = payment_order(b->db, o);

	db_rest(b->db);
	return e;
}

enum err
deal_pay(struct bank *b, const char *from, const char *to, int64_t minor)
{
	struct order o = deal_order(b, from, to, money_of(minor, "EUR"));

	return deal_give(b, &o);
}

const uint8_t *
deal_challenge(struct bank *b, const struct order *o)
{
	struct payment *p = pool_alloc(b->pool, sizeof *p);
	enum err e = payment_get(b->db, b->pool, o->id, p);

	db_rest(b->db);
	return e == OK ? p->challenge : NULL;
}

struct confirm
deal_confirm(struct bank *b, const uint8_t *challenge, const char *code)
{
	struct confirm x = {.pool = b->pool, .id = challenge, .code = code,
			    .session = session, .who = &deal_actor};

	x.verdict = confirm_code(b->db, &x);
	db_rest(b->db);
	return x;
}

const char *
deal_wrong(struct bank *b, const char *code)
{
	char *wrong = pool_strdup(b->pool, code);

	wrong[0] = wrong[0] == '9' ? '0' : (char)(wrong[0] + 1);
	return wrong;
}

struct deal_row
deal_look(struct bank *b, int64_t account)
{
	struct stmt *q = db_sql(b->db,
		"SELECT balance, held, seq, used_on, used_amount, used_count "
		"FROM account WHERE id = :id");
	struct deal_row r = {0};

	db_put_int(q, "id", account);
	if (db_row(q))
		r = (struct deal_row){
			db_int(q, "balance"), db_int(q, "held"),
			db_int(q, "seq"), db_int(q, "used_on"),
			db_int(q, "used_amount"), db_int(q, "used_count")};
	db_done(q);
	db_rest(b->db);
	return r;
}

enum err
deal_signin(struct bank *b, const char *user_id, const char *password,
	    struct challenge *c)
{
	struct signin s = {.pool = b->pool, .user_id = user_id,
			   .password = password, .who = &deal_actor};
	enum err e = signin_password(b->db, &s);

	*c = s.challenge;
	db_rest(b->db);
	return e;
}

struct confirm
deal_browser(struct bank *b, const char *user_id)
{
	struct challenge *c = pool_alloc(b->pool, sizeof *c);

	deal_signin(b, user_id, "correct horse", c);
	return deal_confirm(b, c->id, bank_code(b));
}
