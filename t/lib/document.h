/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* document.h: passports and cards for tests, with right check digits. */
#ifndef CLICKNET_TEST_DOCUMENT_H
#define CLICKNET_TEST_DOCUMENT_H

#include <stdint.h>
#include "lib/pool.h"

/* The lines of one. ${code} "P" is a passport (TD3), others are a card (TD1).
 * Names as on the document ("NEU", "NORA<MARIA"), dates as YYMMDD, states of
 * three letters, fillers included ("D<<"). Pool memory. */
struct document_lines {
	const char *code, *state, *number, *family, *given, *birth, *expiry;
	char sex;
};
const char *document_lines(struct pool *, const struct document_lines *);

/* Their picture, front of a passport and both sides of a card, without the
 * picture itself, for the application ${id}. */
struct bank;
void document_sent(struct bank *, int64_t id, const char *kind);

/* Nora Neu's passport, who is of t/lib/apply.h. */
struct document_lines document_nora(void);

#endif
