/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* session_impl.h: what the files of the sessions share; nobody else's. */
#ifndef CLICKNET_SESSION_IMPL_H
#define CLICKNET_SESSION_IMPL_H

#include "bank/chain.h"
#include "bank/session.h"

/* What is under its seal: who it lets in, where and until when, and when a code
 * was given in it; not when it was last used. */
void session_chain(const struct session *, struct chain *);

/* Over or not. ERR_MISSING: none, or one that was changed. */
enum err session_load(struct db *, struct pool *,
		      const uint8_t token_hash[SECRET_HASH], struct session *);

#endif
