/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* puzzle.h: a proof of work in the shape of ALTCHA, version 1: cheap to set
 * and to check, a moment's work for whoever solves it. */
#ifndef CLICKNET_PUZZLE_H
#define CLICKNET_PUZZLE_H

#include "lib/err.h"
#include "lib/pool.h"
#include "lib/secret.h"

enum { PUZZLE_HEX = 2 * SECRET_HASH + 1, PUZZLE_SALT = 64 };

/* What a browser is given: find the number, at most ${max}, whose decimal
 * digits behind the salt have SHA-256 ${challenge}. */
struct puzzle {
	char challenge[PUZZLE_HEX], signature[PUZZLE_HEX], salt[PUZZLE_SALT];
	long max;
};

/* Sets one that is good until ${expires_at}. */
void puzzle_make(struct puzzle *, long max, int64_t expires_at);

/* Checks what came back: base64 of the JSON object {algorithm, challenge,
 * number, salt, signature}. OK: *expires_at and ${id}, by which the caller
 * sees to it that it counts once. ERR_EXPIRED: too late at ${now}. ERR_INPUT:
 * anything else. */
enum err puzzle_check(struct pool *, const char *solution, int64_t now,
		      int64_t *expires_at, uint8_t id[SECRET_HASH]);

#endif
