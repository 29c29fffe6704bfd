/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* retention.h: what people sent with an application is wiped when its time is
 * over. What stays proves what was done, and tells nobody about whom: the
 * rows, the hashes of pictures, the decisions and the chained record. */
#ifndef CLICKNET_RETENTION_H
#define CLICKNET_RETENTION_H

#include "bank/application.h"

/* Everything sealed about one application, pictures and evidence too; on its
 * record. Inside db_write. */
enum err retention_wipe(struct db *, struct application *,
			const struct actor *);

/* Wipes applications that were declined KYC_KEEP_DECLINED_DAYS ago, approved
 * KYC_KEEP_APPROVED_DAYS ago (0: never), and what is left about those that
 * expired; RETENTION_RUN at a time. Never inside db_write. */
enum { RETENTION_RUN = 50 };
enum err retention_run(struct db *);

#endif
