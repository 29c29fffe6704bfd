/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* news.c: the only reader of event. */
#include "bank/news.h"

#include <json-c/json.h>
#include <string.h>

#include "lib/clock.h"

/* What a customer can be told of by a push; the page that is open decides
 * what it says. */
static const char *const told[] = {"transfer.posted", "transfer.received"};
static const char ending[] = "session.ended";

bool
news_is_for(const struct news *n, const struct listener *who)
{
	size_t i;

	if (n->ending)
		return n->customer == who->customer &&
		       memcmp(n->session, who->session, SECRET_ID) == 0;
	if (n->customer == 0 || n->customer != who->customer ||
	    who->restricted)
		return false;
	for (i = 0; i < sizeof told / sizeof *told; i++)
		if (strcmp(n->type, told[i]) == 0)
			return true;
	return false;
}

/* Which session an ending is of; one that says none is nobody's. */
static bool
session_of(const char *data, uint8_t id[SECRET_ID])
{
	json_object *object = json_tokener_parse(data), *value;
	bool found = json_object_object_get_ex(object, "session_id", &value) &&
		     json_object_is_type(value, json_type_string) &&
		     secret_id_parse(id, json_object_get_string(value));

	json_object_put(object);
	return found;
}

static struct news *
news_of(struct stmt *q, struct pool *pool)
{
	struct news *n = pool_alloc(pool, sizeof *n);

	n->id = db_int(q, "id");
	n->customer = db_int(q, "customer");
	n->at = db_int(q, "created_at");
	n->type = pool_strdup(pool, db_text(q, "type"));
	n->data = pool_strdup(pool, db_text(q, "data"));
	n->ending = strcmp(n->type, ending) == 0 &&
		    session_of(n->data, n->session);
	return n;
}

enum err
news_read(struct db *db, struct pool *pool, int64_t after, int rows,
	  struct news **list, int64_t *last)
{
	struct stmt *q = db_sql(db,
		"SELECT id, type, customer, data, created_at FROM event "
		"WHERE id > :after ORDER BY id LIMIT :rows");

	*list = NULL;
	*last = after;
	db_put_int(q, "after", after);
	db_put_int(q, "rows", rows);
	while (db_row(q)) {
		*list = news_of(q, pool);
		*last = (*list)->id;
		list = &(*list)->next;
	}
	return db_done(q);
}

enum err
news_newest(struct db *db, int64_t *id)
{
	struct stmt *q = db_sql(db, "SELECT max(id) AS newest FROM event");

	*id = db_row(q) ? db_int(q, "newest") : 0;
	return db_done(q);
}

/* ---- names of ids: a small cipher, four rounds of Feistel over two halves,
 * under a key of ours and another for each customer. */

enum { ROUNDS = 4 };

static uint32_t
round_of(int64_t customer, uint32_t round, uint32_t half)
{
	struct {
		char what[8];
		int64_t customer;
		uint32_t round, half;
	} said = {"news id", customer, round, half};
	uint8_t mac[SECRET_HASH];
	uint32_t out;

	secret_mac(mac, SECRET_CURSOR, &said, sizeof said);
	memcpy(&out, mac, sizeof out);
	return out;
}

char *
news_id_text(char out[NEWS_ID], int64_t customer, int64_t id)
{
	uint32_t half[2] = {(uint32_t)((uint64_t)id >> 32), (uint32_t)id}, r;
	uint8_t bytes[8];
	uint32_t i;

	for (i = 0; i < ROUNDS; i++) {
		r = half[0] ^ round_of(customer, i, half[1]);
		half[0] = half[1];
		half[1] = r;
	}
	memcpy(bytes, half, sizeof bytes);
	return secret_hex(out, bytes, sizeof bytes);
}

bool
news_id_parse(const char *text, int64_t customer, int64_t *id)
{
	uint32_t half[2], r, i;
	uint8_t bytes[8];

	if (secret_unhex(bytes, sizeof bytes, text) != sizeof bytes)
		return false;
	memcpy(half, bytes, sizeof bytes);
	for (i = ROUNDS; i-- > 0;) {
		r = half[1] ^ round_of(customer, i, half[0]);
		half[1] = half[0];
		half[0] = r;
	}
	*id = (int64_t)((uint64_t)half[0] << 32 | half[1]);
	return *id > 0;
}

static void
member(json_object *object, const char *name, const char *text)
{
	json_object_object_add(object, name, json_object_new_string(text));
}

const char *
news_text(struct pool *pool, const struct news *n)
{
	json_object *object = pool_json(pool, json_object_new_object());
	json_object *data = json_tokener_parse(n->data);
	char id[NEWS_ID], at[CLOCK_RFC3339];

	if (!json_object_is_type(data, json_type_object)) {
		json_object_put(data);
		data = json_object_new_object();
	}
	member(object, "id", news_id_text(id, n->customer, n->id));
	member(object, "type", n->type);
	member(object, "time", clock_rfc3339(at, n->at));
	json_object_object_add(object, "data", data);
	return json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN);
}
