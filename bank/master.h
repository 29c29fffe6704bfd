/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* master.h: the seals of master data: what products, accounts and holders are,
 * which no posting tells. */
#ifndef CLICKNET_MASTER_H
#define CLICKNET_MASTER_H

#include "lib/db.h"
#include "lib/pool.h"

enum master { MASTER_PRODUCT, MASTER_ACCOUNT, MASTER_HOLDER, MASTER_KINDS };

/* Seals a row as it stands; inside db_write, by who has just written it.
 * ERR_MISSING if there is none. */
enum err master_seal_product(struct db *, const char *code);
enum err master_seal_account(struct db *, int64_t id);
enum err master_seal_holder(struct db *, int64_t customer, int64_t account);

/* Seals all there are, believing them: for a bank of an earlier version;
 * inside db_write. */
enum err master_seal_all(struct db *, struct pool *);

/* Looks at all rows of a kind; tells of each that is not as it was sealed. */
enum err master_check(struct db *, enum master, int64_t *count,
		      void (*tell)(void *arg, const char *row), void *arg);

#endif
