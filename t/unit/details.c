/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* details.c: tests of what somebody may say about themselves. */
#include "bank/details.h"

#include <string.h>

#include "lib/clock.h"
#include "lib/country.h"
#include "lib/page.h"
#include "t/lib/apply.h"
#include "t/tap.h"

static int32_t
today(void)
{
	return clock_day(BANK_NOW);
}

/* Which fields are complained about. */
static const char *
wrong(struct bank *b, const struct details *d)
{
	struct details_note *n = details_check(b->pool, d, today(), 18);
	struct buf out = {.pool = b->pool};

	buf_puts(&out, "");
	for (; n != NULL; n = n->next)
		buf_printf(&out, "%s%s", out.len > 0 ? " " : "", n->field);
	return out.data;
}

#define WRONG(member, value, fields, ...)                                    \
	do {                                                                 \
		struct details d_ = apply_good();                            \
		d_.member = (value);                                         \
		is_text(wrong(b, &d_), fields, __VA_ARGS__);                 \
	} while (0)

static void
test_check(struct bank *b)
{
	struct details none = {"", "", "", "", "", "", "", "", "", "", "", "",
			       "", false, false};
	struct details d = apply_good();

	is_text(wrong(b, &d), "", "good details are good");
	is_text(wrong(b, &none),
		"given_names family_name birth_date nationality address city "
		"country tax_country tax_id occupation source_of_funds "
		"declarations",
		"all that is missing is said at once");
	WRONG(given_names, "Zoë Ann-Marie", "", "names have their own letters");
	WRONG(given_names, "Нора", "", "in any alphabet");
	WRONG(family_name, "O’Neill Jr.", "", "and some marks");
	WRONG(family_name, "N3u", "family_name", "but no digits");
	WRONG(family_name, "<b>", "family_name", "nor brackets");
	WRONG(postcode, "", "", "not every country has postcodes");
	WRONG(postcode, "SW1A 1AA", "", "some have letters in them");
	WRONG(postcode, "10115!", "postcode", "none has other marks");
	WRONG(country, "XX", "country", "a country is one of the list");
	WRONG(country, "DEU", "country", "by its short code");
	WRONG(country, "de", "country", "as the list writes it");
	WRONG(tax_id, "1-2", "tax_id", "a tax number has four signs");
	WRONG(tax_id, "12/345/67890", "", "some have strokes");
	WRONG(tax_id, "12345;", "tax_id", "none has these");
	WRONG(occupation, "employed|student", "occupation",
	      "an occupation is one of the words");
	WRONG(source_of_funds, "salar", "source_of_funds",
	      "and not part of one");
	WRONG(pep, true, "", "who holds office may ask for an account");
}

static void
test_age(struct bank *b)
{
	WRONG(birth_date, "2008-11-20", "", "who is eighteen today");
	WRONG(birth_date, "2008-11-21", "birth_date", "who is tomorrow");
	WRONG(birth_date, "2008-12-01", "birth_date", "or next month");
	WRONG(birth_date, "1890-01-01", "birth_date", "nobody is that old");
	WRONG(birth_date, "2026-11-21", "birth_date", "or not yet born");
	WRONG(birth_date, "1990-02-30", "birth_date", "a day there never was");
	WRONG(birth_date, "17.05.1990", "birth_date", "one written otherwise");
	is_int(details_age("2008-11-20", today()), 18, "counted to the day");
	is_int(details_age("2008-11-21", today()), 17, "not before it");
	is_int(details_age("2004-02-29", clock_join(2026, 2, 28)), 21,
	       "born on a leap day");
	is_int(details_age("2004-02-29", clock_join(2026, 3, 1)), 22,
	       "a year older in March");
}

static void
test_kept(struct bank *b)
{
	struct application a = apply_begin(b), c;
	struct details d, good = apply_good();

	is_int(details_read(b->pool, &a, &d), OK, "before they are given");
	ok(*d.given_names == '\0' && !d.pep && !d.declarations,
	   "all are empty");
	is_int(apply_do(b, apply_details, &a), OK, "they are given");
	application_get(b->db, b->pool, a.id, &c);
	db_rest(b->db);
	is_int(details_read(b->pool, &c, &d), OK, "and read again");
	is_text(details_text(b->pool, &d), details_text(b->pool, &good),
		"as they were");
	ok(d.declarations && !d.pep && c.details_at == BANK_NOW,
	   "with what was confirmed, and when");
	is_int(bank_count(b, "SELECT count(*) AS n FROM application WHERE "
			     "instr(details, 'Lindenweg')"),
	       0, "sealed");
	is_int(bank_count(b, "SELECT count(*) AS n FROM application WHERE "
			     "tax_index IS NOT NULL"),
	       1, "and found by the tax number alone");
	c.details = "{";
	is_int(details_read(b->pool, &c, &d), ERR_INTERNAL,
	       "what is no JSON is no details");
}

static void
test_countries(void)
{
	const struct country *all;
	const char *last = "";
	int n, i, good = 0, german = 0;

	all = country_table(&n);
	for (i = 0; i < n; i++) {
		good += strlen(all[i].alpha2) == 2 &&
			strlen(all[i].alpha3) == 3 &&
			strcmp(last, all[i].alpha2) < 0 &&
			country_find(all[i].alpha2) == &all[i] &&
			country_find(all[i].alpha3) == &all[i];
		german += *page_words("de", all[i].name) != '\0';
		last = all[i].alpha2;
	}
	is_int(n, 249, "the standard has 249 countries");
	is_int(good, n, "each is found by both its codes, in their order");
	is_int(german, n, "each has a name");
	is_text(country_find("DEU")->name, "Germany", "one of them");
	is_text(page_words("de", "Germany"), "Deutschland", "in German");
	ok(country_find("") == NULL && country_find("ZZ") == NULL &&
		   country_find("ZZZ") == NULL && country_find("DEUT") == NULL,
	   "no other code is one");
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	apply_bank(&b);
	test_check(&b);
	test_age(&b);
	test_kept(&b);
	test_countries();
	bank_close(&b);
	return tap_done();
}
