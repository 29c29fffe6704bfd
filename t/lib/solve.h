/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* solve.h: solves the bank's captchas, as a browser does. */
#ifndef CLICKNET_TEST_SOLVE_H
#define CLICKNET_TEST_SOLVE_H

#include "lib/puzzle.h"
#include "t/lib/bank.h"

/* The number that fits; -1 if none does. */
long solve_number(const struct puzzle *);

/* A solution with that number, pool memory. */
const char *solve_with(struct pool *, const struct puzzle *, long number);

/* The right one, of a puzzle or of an answer to GET /captcha. */
const char *solve(struct pool *, const struct puzzle *);
const char *solve_answer(struct bank *, const char *answer);

/* Any bytes in base64 with its padding. */
const char *solve_base64(struct pool *, const char *text);

#endif
