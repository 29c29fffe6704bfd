/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* mrz_impl.h: where things stand in each form of the lines. */
#ifndef CLICKNET_MRZ_IMPL_H
#define CLICKNET_MRZ_IMPL_H

#include "lib/mrz.h"

/* ${len} characters of a line; a check digit, if any, stands behind them. */
struct mrz_span {
	int line, at, len;
};

struct mrz_layout {
	enum mrz_form form;
	int lines, width;
	struct mrz_span names, number, optional, more; /* more: TD1's second */
	struct mrz_span nationality, birth, sex, expiry, whole_digit;
	struct mrz_span whole[4]; /* what the last check digit is over */
	int tail; /* characters behind the fillers of the last data line */
};
extern const struct mrz_layout mrz_layouts[MRZ_TD3 + 1];

/* The typed text as lines of a form, filled up; a sentence, or NULL. */
const char *mrz_lines(const char *text, struct mrz *out);

#endif
