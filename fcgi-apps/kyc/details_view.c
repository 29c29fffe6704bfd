/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* details_view.c: an applicant's details in words, and the lists to choose
 * from. */
#include <stdlib.h>
#include <string.h>

#include "fcgi-apps/kyc/details.h"
#include "fcgi-apps/view.h"
#include "lib/country.h"
#include "lib/page.h"
#include "lib/words.h"

enum { COUNTRIES = 300, FOLDED = 60 };

static void
country_view(struct req *rq, json_object *v, const char *member,
	     const char *code)
{
	const struct country *c = country_find(code);

	if (!rq->wants_json && c != NULL)
		view_text(v, member, page_words(rq->who.language, c->name));
}

/* For {{#occupation_employed}}: what is chosen is said in the template. */
static void
word_view(struct req *rq, json_object *v, const char *name, const char *word)
{
	if (!rq->wants_json && *word != '\0')
		view_flag(v, pool_printf(rq->pool, "%s_%s", name, word));
}

void
details_view(struct req *rq, json_object *v, const struct details *d)
{
	view_text(v, "given_names", d->given_names);
	view_text(v, "family_name", d->family_name);
	view_text(v, "birth_date", d->birth_date);
	view_text(v, "nationality", d->nationality);
	view_text(v, "address", d->address);
	view_text(v, "address_more", d->address_more);
	view_text(v, "postcode", d->postcode);
	view_text(v, "city", d->city);
	view_text(v, "country", d->country);
	view_text(v, "tax_country", d->tax_country);
	view_text(v, "tax_id", d->tax_id);
	view_text(v, "occupation", d->occupation);
	view_text(v, "source_of_funds", d->source_of_funds);
	view_bool(v, "pep", d->pep);
	view_bool(v, "declarations", d->declarations);
	country_view(rq, v, "nationality_name", d->nationality);
	country_view(rq, v, "country_name", d->country);
	country_view(rq, v, "tax_country_name", d->tax_country);
}

/* A country as its list shows it, in the language's own order. */
struct option {
	const char *code, *name;
	char folded[FOLDED];
};

static int
option_compare(const void *a, const void *b)
{
	return strcmp(((const struct option *)a)->folded,
		      ((const struct option *)b)->folded);
}

static int
options_sort(struct req *rq, struct option list[COUNTRIES])
{
	const struct country *all;
	int count, i;

	all = country_table(&count);
	for (i = 0; i < count && i < COUNTRIES; i++) {
		list[i].code = all[i].alpha2;
		list[i].name = page_words(rq->who.language, all[i].name);
		words_fold(list[i].folded, FOLDED, list[i].name);
	}
	qsort(list, (size_t)i, sizeof *list, option_compare);
	return i;
}

/* The person's own words go before what is known. */
static const char *
chosen(struct req *rq, const char *name, const char *known)
{
	return pairs_find(&rq->params, name) != NULL ? req_param(rq, name)
						     : known;
}

static void
country_choices(struct req *rq, json_object *v, const struct details *d)
{
	const struct {
		const char *name, *flag, *code;
	} fields[] = {
		{"nationality", "is_nationality",
		 chosen(rq, "nationality", d->nationality)},
		{"country", "is_country", chosen(rq, "country", d->country)},
		{"tax_country", "is_tax_country",
		 chosen(rq, "tax_country", d->tax_country)},
	};
	struct option *list = pool_alloc(rq->pool, COUNTRIES * sizeof *list);
	json_object *array = json_object_new_array(), *one;
	int n = options_sort(rq, list), i;
	size_t k;

	for (i = 0; i < n; i++) {
		one = json_object_new_object();
		view_text(one, "code", list[i].code);
		view_text(one, "name", list[i].name);
		for (k = 0; k < sizeof fields / sizeof *fields; k++)
			if (strcmp(fields[k].code, list[i].code) == 0)
				view_flag(one, fields[k].flag);
		json_object_array_add(array, one);
	}
	json_object_object_add(v, "countries", array);
}

void
details_choices(struct req *rq, json_object *v, const struct details *d,
		bool known)
{
	const char *pep = !known ? "" : d->pep ? "true" : "false";
	const char *declared = d->declarations ? "true" : "";

	country_choices(rq, v, d);
	word_view(rq, v, "occupation",
		  chosen(rq, "occupation", d->occupation));
	word_view(rq, v, "funds",
		  chosen(rq, "source_of_funds", d->source_of_funds));
	word_view(rq, v, "pep", chosen(rq, "pep", pep));
	if (!known)
		declared = req_param(rq, "declarations");
	view_bool(v, "declared", strcmp(declared, "true") == 0);
}
