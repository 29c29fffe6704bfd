/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* import_offer.c: what the bank offers to strangers, row by row. */
#include <string.h>

#include "bank/import_impl.h"
#include "bank/offer.h"
#include "lib/settings.h"
#include "lib/utf8.h"

enum { SUMMARY_MAX = 200, FEATURES_MAX = 2000, TERMS_MAX = 10000, AGE = 18,
       AGE_MAX = 99 };
enum {
	OFFER_PRODUCT, OFFER_CATEGORY, OFFER_CURRENCY, OFFER_SUMMARY,
	OFFER_FEATURES, OFFER_TERMS, OFFER_FEE, OFFER_MIN, OFFER_AGE
};
const char *const import_offer_columns[] = {
	"product_code", "category", "currency?", "summary?", "features?",
	"terms?", "monthly_fee?", "opening_min?", "age_min?", NULL};

/* One file says one thing of a product. */
static enum err
offer_once(struct importing *r, const char *code)
{
	const char *told = pool_printf(r->row, "offer %s", code);

	if (import_spoiled(r, told))
		return import_complain(r, OFFER_PRODUCT,
				       "%s is offered twice in this file.",
				       code);
	import_spoil(r, told);
	return OK;
}

static enum err
product_read(struct importing *r, struct offer *o)
{
	const char *code;
	enum err e = import_code(r, OFFER_PRODUCT, &code);

	if (e != OK || (e = offer_once(r, code)) != OK)
		return e;
	e = product_get(r->db, r->row, code, &o->product);
	return e != ERR_MISSING ? e
				: import_complain(r, OFFER_PRODUCT,
						  "There is no product %s.",
						  code);
}

/* What an account of a product can be. */
static bool
category_fits(const char *category, const char *product)
{
	if (strcmp(product, "loan") == 0)
		return strcmp(category, "deposit") != 0;
	if (strcmp(product, "current") == 0)
		return strcmp(category, "loan") != 0;
	return strcmp(product, "savings") == 0 &&
	       strcmp(category, "deposit") == 0;
}

static enum err
category_read(struct importing *r, struct offer *o)
{
	o->category = import_text(r, OFFER_CATEGORY);
	if (!offer_category(o->category))
		return import_complain(r, OFFER_CATEGORY, "\"%s\" is no "
				       "category: deposit, loan or card.",
				       o->category);
	if (!category_fits(o->category, o->product.category))
		return import_complain(r, OFFER_CATEGORY, "%s is a %s "
				       "account, which is no %s.",
				       o->product.code, o->product.category,
				       o->category);
	return OK;
}

static enum err
currency_read(struct importing *r, struct offer *o)
{
	o->currency = import_text(r, OFFER_CURRENCY);
	if (*o->currency == '\0')
		o->currency = settings()->BANK_CURRENCY;
	return money_known(o->currency)
		       ? OK
		       : import_complain(r, OFFER_CURRENCY,
					 "\"%s\" is no currency as EUR.",
					 o->currency);
}

/* The next line of *text behind those of ${b}, blanks around it taken off.
 * False if something in it cannot be seen. */
static bool
line_take(struct buf *b, const char **text)
{
	size_t len = strcspn(*text, "|\r\n"), kept = len;
	const char *line;

	while (kept > 0 && (*text)[kept - 1] == ' ')
		kept--;
	line = pool_strndup(b->pool, *text, kept);
	if (b->len > 0 && kept > 0)
		buf_putc(b, '\n');
	buf_puts(b, line);
	*text += len;
	*text += strspn(*text, "|\r\n ");
	return !utf8_hides(line);
}

/* Lines are told from each other by "|" or by the line's end. */
static enum err
lines_read(struct importing *r, int column, long max, const char **out)
{
	const char *text = import_text(r, column);
	struct buf b = {.pool = r->row};
	bool seen = true;

	buf_puts(&b, "");
	text += strspn(text, "|\r\n ");
	while (*text != '\0')
		seen = line_take(&b, &text) && seen;
	*out = b.data;
	if (!seen)
		return import_complain(r, column,
				       "There are characters in this that "
				       "cannot be seen.");
	return utf8_length(*out) <= max
		       ? OK
		       : import_complain(r, column, "This is longer than %ld "
					 "characters.", max);
}

static enum err
age_read(struct importing *r, int64_t *out)
{
	if (*import_text(r, OFFER_AGE) == '\0') {
		*out = AGE;
		return OK;
	}
	if (import_count(r, OFFER_AGE, out) != OK)
		return ERR_INPUT;
	return *out <= AGE_MAX ? OK
			       : import_complain(r, OFFER_AGE,
						 "Nobody has to be older than "
						 "%d.", AGE_MAX);
}

enum err
import_offer(struct importing *r)
{
	struct offer o = {.position = r->i->offers};
	enum err e;

	if ((e = product_read(r, &o)) != OK ||
	    (e = category_read(r, &o)) != OK ||
	    (e = currency_read(r, &o)) != OK ||
	    (e = import_words(r, OFFER_SUMMARY, 0, SUMMARY_MAX,
			      &o.summary)) != OK ||
	    (e = lines_read(r, OFFER_FEATURES, FEATURES_MAX, &o.features)) !=
		    OK ||
	    (e = lines_read(r, OFFER_TERMS, TERMS_MAX, &o.terms)) != OK ||
	    (e = import_bound(r, OFFER_FEE, o.currency, &o.monthly_fee)) !=
		    OK ||
	    (e = import_bound(r, OFFER_MIN, o.currency, &o.opening_min)) !=
		    OK ||
	    (e = age_read(r, &o.age_min)) != OK)
		return e;
	return offer_set(r->db, &o);
}
