/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* review_reason.c: why the bank may decline. */
#include "bank/review.h"

#include <string.h>

static const struct review_reason reasons[] = {
	{"identity", "We could not make sure who the person is.", true},
	{"documents", "The documents cannot be read or are not valid.", true},
	{"details", "What was told does not fit the documents.", true},
	{"age", "The person is too young for this product.", true},
	{"residence", "We open no accounts for people who live there.", true},
	{"duplicate", "There is an application or an account already.", true},
	{"policy", "It is beyond what the bank takes on.", false},
	{"screening", "A list names the person.", false},
	{"fraud", "It looks like an attempt to deceive.", false},
};
enum { REASONS = sizeof reasons / sizeof *reasons };

const struct review_reason *
review_reasons(int *count)
{
	*count = REASONS;
	return reasons;
}

const struct review_reason *
review_reason(const char *word)
{
	int i;

	for (i = 0; i < REASONS; i++)
		if (strcmp(reasons[i].word, word) == 0)
			return &reasons[i];
	return NULL;
}
