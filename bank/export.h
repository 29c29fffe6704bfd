/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* export.h: the book in forms other programs read. */
#ifndef CLICKNET_EXPORT_H
#define CLICKNET_EXPORT_H

#include <stdio.h>
#include "lib/db.h"
#include "lib/pool.h"

/* hledger, ledger: a journal, one transaction per transfer, dated with the
 * bank's day it was booked on. It is seen from the customers' side, so that
 * every figure has the sign it has on a statement: their accounts are
 * "assets:customers:NUMBER", the bank's own are "equity:bank:...",
 * "expenses:bank:..." (fees, interest charged) and "revenues:bank:..."
 * (interest paid); turning every sign shows the bank's side. It ends with a
 * transaction that asserts each customer account's balance.
 * csv: one row per posting of a customer's account; the columns an import
 * reads, and the public id of the transfer. No cell is a formula. */
enum export_format { EXPORT_HLEDGER, EXPORT_LEDGER, EXPORT_CSV };

/* Writes all of one snapshot, or what touches one account (its ${number};
 * NULL: all). ERR_MISSING: there is no such account. ERR_BUSY: ${out} took no
 * more. */
enum err export_book(struct db *, enum export_format, const char *number,
		     FILE *out);

#endif
