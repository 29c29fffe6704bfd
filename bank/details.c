/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* details.c: an applicant's own words as they are kept. */
#include "bank/details.h"

#include <string.h>

#include "bank/seal.h"

/* Every text, under the name the outside knows. */
struct text {
	const char *name;
	size_t at;
};
#define TEXT(member) {#member, offsetof(struct details, member)}
static const struct text texts[] = {
	TEXT(given_names), TEXT(family_name), TEXT(birth_date),
	TEXT(nationality), TEXT(address), TEXT(address_more), TEXT(postcode),
	TEXT(city), TEXT(country), TEXT(tax_id), TEXT(tax_country),
	TEXT(occupation), TEXT(source_of_funds)};
enum { TEXTS = sizeof texts / sizeof *texts };

static const char **
text_at(struct details *d, int i)
{
	return (const char **)(void *)((char *)d + texts[i].at);
}

static bool
flag_of(json_object *o, const char *name)
{
	json_object *flag;

	return json_object_object_get_ex(o, name, &flag) &&
	       json_object_get_boolean(flag);
}

enum err
details_read(struct pool *pool, const struct application *a,
	     struct details *out)
{
	json_object *o = NULL, *text;
	int i;

	if (*a->details != '\0') {
		if ((o = json_tokener_parse(a->details)) == NULL)
			return ERR_INTERNAL;
		pool_json(pool, o);
	}
	for (i = 0; i < TEXTS; i++)
		*text_at(out, i) =
			json_object_object_get_ex(o, texts[i].name, &text)
				? json_object_get_string(text)
				: "";
	out->pep = flag_of(o, "pep");
	out->declarations = flag_of(o, "declarations");
	return OK;
}

const char *
details_text(struct pool *pool, const struct details *d)
{
	json_object *o = pool_json(pool, json_object_new_object());
	struct details copy = *d;
	int i;

	for (i = 0; i < TEXTS; i++)
		json_object_object_add(
			o, texts[i].name,
			json_object_new_string(*text_at(&copy, i)));
	json_object_object_add(o, "pep", json_object_new_boolean(d->pep));
	json_object_object_add(o, "declarations",
			       json_object_new_boolean(d->declarations));
	return json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN);
}

enum err
details_write(struct db *db, struct pool *pool, struct application *a,
	      const struct details *d, const struct actor *who)
{
	return application_set_details(db, pool, a, details_text(pool, d),
				       d->tax_id, who);
}

/* The first after ${a->id} that has a tax id; ERR_MISSING. */
static enum err
tax_next(struct db *db, struct pool *pool, struct application *a)
{
	struct stmt *q = db_sql(db,
		"SELECT id, details FROM application WHERE id > :id "
		"AND tax_index IS NOT NULL ORDER BY id LIMIT 1");
	enum err e = ERR_MISSING, done;

	db_put_int(q, "id", a->id);
	if (db_row(q)) {
		a->id = db_int(q, "id");
		e = seal_get(q, pool, "details", "application.details", a->id,
			     &a->details);
	}
	done = db_done(q);
	return done != OK ? done : e;
}

enum err
details_index_all(struct db *db, struct pool *pool)
{
	struct application a = {.id = 0};
	struct details d;
	struct stmt *q;
	enum err e;

	while ((e = tax_next(db, pool, &a)) == OK &&
	       (e = details_read(pool, &a, &d)) == OK) {
		q = db_sql(db, "UPDATE application SET tax_index = :tax_index "
			       "WHERE id = :id");
		seal_put_tax(q, d.tax_id);
		db_put_int(q, "id", a.id);
		if ((e = db_done(q)) != OK)
			break;
	}
	return e == ERR_MISSING ? OK : e;
}
