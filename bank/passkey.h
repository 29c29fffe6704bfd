/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* passkey.h: the passkeys a person has: made, named, removed, used. */
#ifndef CLICKNET_PASSKEY_H
#define CLICKNET_PASSKEY_H

#include "bank/event.h"
#include "lib/webauthn.h"

enum { PASSKEY_NAME = 60 }; /* characters at most */

/* In pool memory. */
struct passkey {
	struct passkey *next;
	uint8_t id[SECRET_ID];
	int64_t user, customer;
	struct piece credential;
	struct piece public_key; /* as webauthn.h has it */
	uint8_t aaguid[WEBAUTHN_AAGUID];
	const char *name, *user_id;
	int64_t sign_count, made_at, used_at; /* used_at 0: never */
	bool backed_up;
	bool changed; /* by another than this program: opens nothing */
};

/* What authenticators know a user by: 32 bytes that tell nobody who it is. */
void passkey_handle(int64_t user, uint8_t handle[SECRET_HASH]);

/* A user's, the oldest first. */
enum err passkey_list(struct db *, struct pool *, int64_t user,
		      struct passkey **list);

/* By what the device calls it, or by its id among a user's: ERR_MISSING. */
enum err passkey_find(struct db *, struct pool *, struct piece credential,
		      struct passkey *out);
enum err passkey_get(struct db *, struct pool *, int64_t user,
		     const uint8_t id[SECRET_ID], struct passkey *out);

/* Adds one that answers a "create" question of this session. Calls db_write;
 * the person is told, the act is on record. ERR_PASSKEY: refused, w.why says
 * why, for the log. */
struct passkey_new {
	struct webauthn w;          /* pool, rp, origin, client_data and
	                             * auth_data are the caller's */
	const uint8_t *ceremony, *session;
	int64_t user, customer;
	const char *name;
	const struct actor *who;
	/* out */
	struct passkey made;
	const char *why;
};
enum err passkey_add(struct db *, struct passkey_new *);

/* Names one of the user's anew, or removes it. Call db_write, on record; who
 * loses one is told. ERR_MISSING: the user has none of that id. */
struct passkey_change {
	struct pool *pool;
	int64_t user, customer;
	const uint8_t *id;
	const char *name;           /* of passkey_rename */
	const struct actor *who;
};
enum err passkey_rename(struct db *, struct passkey_change *);
enum err passkey_remove(struct db *, struct passkey_change *);

/* It was used: what its device said last; inside db_write. */
enum err passkey_used(struct db *, const struct passkey *,
		      const struct webauthn *);

/* As user_check and user_seal_all. */
enum err passkey_check(struct db *, int64_t *count,
		       void (*tell)(void *arg, const char *user_id), void *arg);
enum err passkey_seal_all(struct db *, struct pool *);

/* The beginning of the key's SHA-256 in hex, for the record: which key it was
 * stays known when the row is gone. */
enum { PASSKEY_PRINT = 33 };
char *passkey_print(char out[PASSKEY_PRINT], struct piece key);

#endif
