/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* details.c: an applicant's own words as they are kept. */
#include "bank/details.h"

#include <string.h>

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
