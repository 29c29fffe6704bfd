/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* queue.c: fills and shows an outbox, for tests of the courier.
 *	queue init SCHEMA               keys, database, two customers
 *	queue add N TEMPLATE CHANNEL ADDRESS LANGUAGE SECONDS JSON
 *	queue code LANGUAGE             a sign-in's code, by the first way
 *	queue list                      the outbox, a JSON object a line
 *	queue inbox                     what was kept, likewise
 *	queue due                       every lease and wait is over
 * The settings file is CLICKNET_CONF. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bank/confirm.h"
#include "bank/customer.h"
#include "bank/message.h"
#include "lib/clock.h"
#include "t/lib/helper.h"

static struct pool *pool;
static char **args;

static enum err
person_add(struct db *db, const char *code, const char *name,
	   const char *language)
{
	struct customer c = {
		.code = code, .name = name, .birth_date = "", .tax_id = "",
		.mobile = "+49 170 0000001", .email = "joerg@mail.example",
		.branch = "", .language = language};

	return customer_add(db, &c);
}

static enum err
init_work(struct db *db, void *schema)
{
	enum err e;

	if ((e = db_script(db, schema)) != OK ||
	    (e = person_add(db, "C000001", "Ada Lovelace", "en")) != OK)
		return e;
	return person_add(db, "C000002", "Jörg Müller", "de");
}

static enum err
add_work(struct db *db, void *arg)
{
	struct route_to to = {args[3], args[4], ""};
	bool german = strcmp(args[5], "de") == 0;
	int64_t end = clock_now() + atoll(args[6]) * CLOCK_SECOND, who;
	int i, n = (int)strtol(args[1], NULL, 10);
	enum err e;

	(void)arg;
	e = customer_find(db, german ? "C000002" : "C000001", &who);
	for (i = 0; e == OK && i < n; i++)
		e = message_queue(db, pool, who, &to, args[2],
				  pool_json(pool, json_tokener_parse(args[7])),
				  end);
	return e;
}

/* The challenge is for tests to look at. */
static enum err
code_work(struct db *db, void *arg)
{
	struct challenge *c = arg;
	enum err e = customer_find(db, strcmp(args[1], "de") == 0
					       ? "C000002" : "C000001",
				   &c->customer);

	return e != OK ? e : confirm_begin(db, pool, c, NULL);
}

static enum err
due_work(struct db *db, void *arg)
{
	(void)arg;
	return db_done(db_sql(db, "UPDATE outbox SET due_at = 0 "
				  "WHERE state = 'queued'"));
}

static void
show(json_object *o)
{
	puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN));
	json_object_put(o);
}

static void
put(json_object *o, const char *name, const char *text)
{
	json_object_object_add(o, name, json_object_new_string(text));
}

static void
code(struct db *db)
{
	struct challenge c = {.purpose = "login"};
	json_object *o = json_object_new_object();
	char id[SECRET_ID_TEXT];

	need(db_write(db, code_work, &c), "code");
	put(o, "challenge", secret_id_text(id, c.id));
	show(o);
}

static void
list(struct db *db)
{
	struct stmt *q = db_sql(db,
		"SELECT id, channel, state, tries, error, due_at, expires_at, "
		"coalesce(provider_id, '') AS provider_id, delivery, "
		"data IS NULL AS wiped FROM outbox ORDER BY id");
	char id[SECRET_ID_TEXT];
	json_object *o;
	size_t len;

	while (db_row(q)) {
		o = json_object_new_object();
		put(o, "id", secret_id_text(id, db_blob(q, "id", &len)));
		put(o, "state", db_text(q, "state"));
		put(o, "channel", db_text(q, "channel"));
		put(o, "error", db_text(q, "error"));
		put(o, "provider_id", db_text(q, "provider_id"));
		put(o, "delivery", db_text(q, "delivery"));
		json_object_object_add(o, "tries",
			json_object_new_int64(db_int(q, "tries")));
		json_object_object_add(o, "wait_ms",
			json_object_new_int64(db_int(q, "due_at") -
					      clock_now()));
		json_object_object_add(o, "wiped",
			json_object_new_boolean(db_int(q, "wiped") == 1));
		show(o);
	}
	need(db_done(q), "list");
}

static void
inbox(struct db *db)
{
	struct kept *k;
	json_object *o;

	need(message_inbox(db, pool, "", 1000, &k), "inbox");
	for (; k != NULL; k = k->next) {
		o = json_object_new_object();
		put(o, "to", k->to);
		put(o, "channel", k->channel);
		put(o, "subject", k->subject);
		put(o, "text", k->text);
		show(o);
	}
}

static char *
schema_read(const char *path)
{
	struct buf b = {.pool = pool};
	FILE *f = fopen(path, "r");
	char part[4096];
	size_t n;

	need(f == NULL ? ERR_MISSING : OK, path);
	while ((n = fread(part, 1, sizeof part, f)) > 0)
		buf_put(&b, part, n);
	fclose(f);
	return b.data;
}

static void
run(struct db *db, int argc)
{
	const char *verb = args[0];

	if (strcmp(verb, "init") == 0 && argc == 2)
		need(db_write(db, init_work, schema_read(args[1])), verb);
	else if (strcmp(verb, "add") == 0 && argc == 8)
		need(db_write(db, add_work, NULL), verb);
	else if (strcmp(verb, "code") == 0 && argc == 2)
		code(db);
	else if (strcmp(verb, "due") == 0)
		need(db_write(db, due_work, NULL), verb);
	else if (strcmp(verb, "list") == 0)
		list(db);
	else if (strcmp(verb, "inbox") == 0)
		inbox(db);
	else
		need(ERR_INPUT, verb);
}

int
main(int argc, char **argv)
{
	struct db *db;

	pool = pool_new();
	args = argv + 1;
	need(argc < 2 ? ERR_INPUT : OK, "a verb is missing");
	db = helper_open(pool, strcmp(args[0], "init") == 0);
	run(db, argc - 1);
	helper_close(db);
	pool_free(pool);
	return 0;
}
