/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* applicants.c: people who wait for Didit, for tests of what it says.
 *	applicants add N          N of them, each with all that is asked before
 *	applicants list           how they stand, a JSON object a line
 *	applicants due            every lease and wait is over
 * The settings file is CLICKNET_CONF. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bank/details.h"
#include "bank/didit.h"
#include "bank/master.h"
#include "t/lib/helper.h"

static struct pool *pool;

/* What every one of them applies for. */
static enum err
offer_work(struct db *db, void *arg)
{
	enum err e = db_script(db,
		"INSERT INTO branch (code, name) VALUES ('WAIT', 'Waiting') "
		"ON CONFLICT DO NOTHING;"
		"INSERT INTO product (code, name, category) VALUES "
		"('WAIT', 'Waiting', 'current') ON CONFLICT DO NOTHING;"
		"INSERT INTO offer (product, category, currency) VALUES "
		"('WAIT', 'deposit', 'EUR') ON CONFLICT DO NOTHING;");

	(void)arg;
	return e != OK ? e : master_seal_product(db, "WAIT");
}

static struct details
person(void)
{
	return (struct details){
		.given_names = "Nora", .family_name = "Neu",
		.birth_date = "1994-02-28", .nationality = "DE",
		.address = "Lindenweg 3", .address_more = "",
		.postcode = "10115", .city = "Berlin", .country = "DE",
		.tax_id = "12 345 678 901", .tax_country = "DE",
		.occupation = "employed", .source_of_funds = "salary",
		.declarations = true};
}

static enum err
add_one(struct db *db, const struct actor *who)
{
	struct application a = {
		.offer = "WAIT", .branch = "WAIT", .language = "de",
		.name = "Nora Neu", .email = "nora@new.example",
		.mobile = "+4915112345678"};
	struct details d = person();
	enum err e;

	if ((e = application_new(db, pool, &a, who)) != OK ||
	    (e = application_mark_code(db, &a, "mobile", who)) != OK ||
	    (e = application_mark_code(db, &a, "email", who)) != OK ||
	    (e = details_write(db, pool, &a, &d, who)) != OK ||
	    (e = application_mark_documents(db, &a, who)) != OK)
		return e;
	return didit_want(db, pool, &a, who);
}

static enum err
add_work(struct db *db, void *arg)
{
	const struct actor who = {"stranger", 0, "192.0.2.7", "a browser"};
	enum err e = OK;
	int n = *(int *)arg;

	while (e == OK && n-- > 0)
		e = add_one(db, &who);
	return e;
}

static enum err
due_work(struct db *db, void *arg)
{
	(void)arg;
	return db_script(db,
		"UPDATE didit SET ask_at = 0 WHERE state = 'open' OR "
		"state = 'wanted'; UPDATE didit_picture SET due_at = 0;");
}

static void
put(json_object *o, const char *name, const char *text)
{
	json_object_object_add(o, name, json_object_new_string(text));
}

static void
row_show(struct stmt *q)
{
	static const char *const texts[] = {
		"reference", "session", "check_state", "status", "identity",
		"provider", "results", "pictures"};
	static const char *const numbers[] = {"status_at", "acts", "events",
					      "tries", "links"};
	json_object *o = json_object_new_object();
	size_t i;

	for (i = 0; i < sizeof texts / sizeof *texts; i++)
		put(o, texts[i], db_text(q, texts[i]));
	for (i = 0; i < sizeof numbers / sizeof *numbers; i++)
		json_object_object_add(o, numbers[i], json_object_new_int64(
			db_int(q, numbers[i])));
	puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN));
	json_object_put(o);
}

static void
list(struct db *db)
{
	struct stmt *q = db_sql(db,
		"SELECT d.reference, coalesce(d.session_id, '') AS session, "
		"d.state AS check_state, d.status, d.status_at, d.tries, "
		"a.identity, a.provider, "
		"(SELECT count(*) FROM audit WHERE subject = -a.id AND "
		"act = 'application.identity') AS acts, "
		"(SELECT count(*) FROM didit_event e WHERE "
		"e.session_id = d.session_id) AS events, "
		"(SELECT coalesce(group_concat(result, ' '), '') FROM "
		"(SELECT result FROM identity_check i WHERE "
		"i.application = a.id ORDER BY result)) AS results, "
		"(SELECT coalesce(group_concat(what, ' '), '') FROM (SELECT "
		"p.kind || ':' || p.side || ':' || p.state AS what FROM "
		"didit_picture p WHERE p.reference = d.reference "
		"ORDER BY p.kind)) AS pictures, "
		"(SELECT count(*) FROM didit_picture p WHERE p.reference = "
		"d.reference AND p.url IS NOT NULL) AS links "
		"FROM didit d JOIN application a ON a.id = d.application "
		"ORDER BY a.id, d.reference");

	while (db_row(q))
		row_show(q);
	need(db_done(q), "list");
}

static void
run(struct db *db, int argc, char **argv)
{
	const char *verb = argv[1];
	int n;

	if (strcmp(verb, "add") == 0 && argc == 3) {
		n = (int)strtol(argv[2], NULL, 10);
		need(db_write(db, offer_work, NULL), "offer");
		need(db_write(db, add_work, &n), verb);
	} else if (strcmp(verb, "due") == 0) {
		need(db_write(db, due_work, NULL), verb);
	} else if (strcmp(verb, "list") == 0) {
		list(db);
	} else {
		need(ERR_INPUT, verb);
	}
}

int
main(int argc, char **argv)
{
	struct db *db;

	pool = pool_new();
	need(argc < 2 ? ERR_INPUT : OK, "a verb is missing");
	db = helper_open(pool, false);
	run(db, argc, argv);
	helper_close(db);
	pool_free(pool);
	return 0;
}
