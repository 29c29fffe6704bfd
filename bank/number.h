/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* number.h: account numbers with check digits, so that a typing error is no
 * other person's account. */
#ifndef CLICKNET_NUMBER_H
#define CLICKNET_NUMBER_H

#include <stdbool.h>
#include <stdint.h>
#include "lib/db.h"
#include "lib/pool.h"

/* With BANK_COUNTRY and BANK_CODE set a number is an IBAN: country, two check
 * digits, the bank's code, and the serial filled up with zeros to the
 * country's length (national check digits inside it are not made). Else it is
 * "CN", two check digits computed the same way, and twelve digits. */

/* The number of a serial, in pool memory; NULL if it does not fit. */
const char *number_of(struct pool *, int64_t serial);

/* A number no account has, not to be guessed from others; inside db_write.
 * ERR_INTERNAL (logged) if the settings leave no room for one. */
enum err number_make(struct db *, struct pool *, const char **number);

/* False if the check digits are wrong; spaces and case are forgiven. A number
 * of a form that has none (an imported one) has none that are wrong: true. */
bool number_valid(const char *typed);

/* NULL if BANK_COUNTRY and BANK_CODE make account numbers, else why not. */
const char *number_fault(const char *country, const char *code);

#endif
