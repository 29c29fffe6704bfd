/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* demo.h: the bank a visitor can try at once. */
#ifndef CLICKNET_DEMO_H
#define CLICKNET_DEMO_H

#include <stdio.h>
#include "lib/db.h"
#include "lib/pool.h"

/* Sets what db/demo/settings.csv says (bank name, currency, zone) in a settings
 * file that was just made. Before demo_make. ERR_MISSING: no db/demo;
 * ERR_INPUT: *why. */
enum err demo_settings(struct pool *, const char **why);

/* Fills a bank that was just made (schema_create) with the demonstration's
 * branches, products, customers, accounts, history and users, from the data in
 * db/demo (schema_dir), through the same functions as everything else, so that
 * the book verifies. Settings are read and the keys are open; MESSAGE_DELIVERY
 * is inbox. Calls db_write as often as it likes. Writes to ${signins} what a
 * visitor has to know to sign in: lines for people, no secret of anybody
 * real. On an error the bank is not of use and is made anew. */
enum err demo_make(struct db *, struct pool *, FILE *signins);

#endif
