/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* import_product.c: products, defined by a row or by being needed. */
#include <ctype.h>
#include <string.h>

#include "bank/import_impl.h"
#include "bank/product.h"
#include "lib/settings.h"

enum {
	PRODUCT_CODE, PRODUCT_NAME, PRODUCT_CATEGORY, PRODUCT_INTEREST,
	PRODUCT_MIN, PRODUCT_MAX, PRODUCT_AMOUNT, PRODUCT_COUNT, PRODUCT_FEE
};
const char *const import_product_columns[] = {
	"code", "name", "category?", "interest_rate?", "per_transfer_min?",
	"per_transfer_max?", "daily_amount?", "daily_count?", "transfer_fee?",
	NULL};

/* Digits, at most four places, as hundredths: "1.25" is 125. */
static enum err
rate_read(struct importing *r, int column, int64_t *out)
{
	const char *text = import_text(r, column), *c = text;
	int decimals = 0;
	bool point = false;

	*out = 0;
	for (; *c != '\0' && c - text < 8; c++) {
		if (*c == '.' && !point && c > text) {
			point = true;
			continue;
		}
		if (!isdigit((unsigned char)*c) || (decimals += point) > 2)
			break;
		*out = *out * 10 + *c - '0';
	}
	if (*c != '\0' || (point && decimals == 0))
		return import_complain(r, column, "\"%s\" is no rate in "
				       "percent as 1.25.", text);
	for (; decimals < 2; decimals++)
		*out *= 10;
	return OK;
}

static enum err
category_read(struct importing *r, const char **out)
{
	*out = import_text(r, PRODUCT_CATEGORY);
	if (**out == '\0')
		*out = "current";
	if (strcmp(*out, "current") == 0 || strcmp(*out, "savings") == 0 ||
	    strcmp(*out, "loan") == 0)
		return OK;
	return import_complain(r, PRODUCT_CATEGORY, "\"%s\" is no category: "
			       "current, savings or loan.", *out);
}

enum err
import_product(struct importing *r)
{
	const char *currency = settings()->BANK_CURRENCY;
	struct product p = {0};
	enum err e;

	if ((e = import_code(r, PRODUCT_CODE, &p.code)) != OK ||
	    (e = import_words(r, PRODUCT_NAME, 1, 60, &p.name)) != OK ||
	    (e = category_read(r, &p.category)) != OK ||
	    (e = rate_read(r, PRODUCT_INTEREST, &p.interest_bp)) != OK ||
	    (e = import_bound(r, PRODUCT_MIN, currency,
			      &p.per_transfer_min)) != OK ||
	    (e = import_bound(r, PRODUCT_MAX, currency,
			      &p.per_transfer_max)) != OK ||
	    (e = import_bound(r, PRODUCT_AMOUNT, currency,
			      &p.daily_amount)) != OK ||
	    (e = import_count(r, PRODUCT_COUNT, &p.daily_count)) != OK ||
	    (e = import_bound(r, PRODUCT_FEE, currency,
			      &p.transfer_fee)) != OK)
		return e;
	if ((e = product_add(r->db, &p)) == ERR_CONFLICT)
		return import_complain(r, PRODUCT_CODE,
				       "There is a product %s already.",
				       p.code);
	return e;
}

static const char *
category_guess(const char *code)
{
	if (strcasestr(code, "sav") != NULL)
		return "savings";
	return strcasestr(code, "loan") != NULL ? "loan" : "current";
}

/* "CURRENT" is "Current". */
static const char *
name_guess(struct pool *pool, const char *code)
{
	char *name = pool_strdup(pool, code), *c;

	for (c = name + 1; *c != '\0'; c++)
		*c = *c == '_' ? ' ' : (char)tolower((unsigned char)*c);
	return name;
}

enum err
import_product_need(struct importing *r, const char *code)
{
	struct product p;
	enum err e = product_get(r->db, r->row, code, &p);

	if (e != ERR_MISSING)
		return e;
	p = (struct product){
		.code = code, .name = name_guess(r->row, code),
		.category = category_guess(code), .per_transfer_min = 1};
	if ((e = product_add(r->db, &p)) == OK) {
		r->i->products++;
		import_note(r, "The product %s was made: a %s account "
			    "\"%s\" without limits and fees.",
			    code, p.category, p.name);
	}
	return e;
}
