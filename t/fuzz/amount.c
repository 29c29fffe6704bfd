/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* amount.c: any bytes as an amount; what is read is read alike by all. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/money.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(bool yes)
{
	if (!yes)
		abort();
}

static void
comes_back(struct money m, const char *currency)
{
	char text[MONEY_TEXT], shown[MONEY_SHOWN];
	struct money back;
	const char *hint;

	must(money_parse(money_text(text, m), currency, &back) == OK);
	must(money_cmp(m, back) == 0);
	money_show(shown, m, " ", ".", false);
	if (money_sign(m) >= 0) {
		must(money_read(shown, currency, &back, &hint) == OK);
		must(money_cmp(m, back) == 0);
	}
}

/* The first byte chooses the currency, the others are what was typed. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const char *const currencies[] = {"EUR", "JPY", "KWD", "CLF",
						 "CHF", "INR", "XXX", "USD"};
	struct money strict, read;
	enum err strictly, kindly;
	const char *currency, *hint;
	char *text;

	if (len == 0)
		return 0;
	currency = currencies[data[0] % 8];
	if ((text = malloc(len)) == NULL)
		return 0;
	memcpy(text, data + 1, len - 1);
	text[len - 1] = '\0';
	strictly = money_parse(text, currency, &strict);
	kindly = money_read(text, currency, &read, &hint);
	if (strictly == OK)
		comes_back(strict, currency);
	if (kindly == OK) {
		must(hint == NULL && money_sign(read) >= 0);
		comes_back(read, currency);
	}
	/* What programs may send people may type, unless it is in doubt. */
	if (strictly == OK && text[0] != '-' && hint == NULL)
		must(kindly == OK && money_cmp(strict, read) == 0);
	free(text);
	return 0;
}
