/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* challenge_impl.h: what the challenge*.c files share; nobody else's. */
#ifndef CLICKNET_CHALLENGE_IMPL_H
#define CLICKNET_CHALLENGE_IMPL_H

#include "bank/challenge.h"

/* The columns challenge_read wants; the customer is the user's if no other. */
#define CHALLENGE_SEEN                                                       \
	"SELECT c.id, c.purpose, c.bank_user, "                              \
	"coalesce(c.customer, u.customer) AS customer, c.session, "          \
	"c.subject, c.data, c.bound, c.code_hash, c.channel, c.sent_to, "    \
	"c.sent_at, c.expires_at, c.tries_left, c.resends_left, c.state "    \
	"FROM challenge c LEFT JOIN bank_user u ON u.id = c.bank_user "

/* A row into ${c}, and its code's hash. ERR_INTERNAL: changed by another. */
enum err challenge_read(struct stmt *, struct pool *, struct challenge *c,
			uint8_t hash[SECRET_HASH]);

/* Its id, times and counts, as one that begins now; and its row, with a hash
 * that is no code's. */
void challenge_begin(struct challenge *, const char *state);
enum err challenge_codeless(struct db *, struct pool *, struct challenge *);

/* A code's hash; what was asked for, sealed, as :data. */
void challenge_code(const struct challenge *, const char *code,
		    uint8_t hash[SECRET_HASH]);
void challenge_put_data(struct stmt *, struct pool *,
			const struct challenge *);

/* One resend less, if it is time for one (ERR_EXPIRED, ERR_RATE); and its row
 * then, with a new code's hash. */
enum err challenge_resend(struct challenge *);
enum err challenge_sent(struct db *, const struct challenge *,
			const uint8_t hash[SECRET_HASH]);

/* As :edge the first id of the last hour: ids are ordered by time, so that one
 * range of them is looked at. */
void challenge_put_hour(struct stmt *);

#endif
