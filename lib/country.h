/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* country.h: the countries and territories of ISO 3166-1. */
#ifndef CLICKNET_COUNTRY_H
#define CLICKNET_COUNTRY_H

/* Codes as the standard has them, in capital letters; the short name in
 * English, a key of share/locale. Static. */
struct country {
	const char *alpha2, *alpha3, *name; /* "DE", "DEU", "Germany" */
};

/* All of them, by alpha-2 code. */
const struct country *country_table(int *count);

/* By either code, capital letters; NULL if there is none. */
const struct country *country_find(const char *code);

#endif
