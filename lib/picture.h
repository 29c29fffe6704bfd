/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* picture.h: a stranger's picture becomes one of ours: decoded, turned the
 * right way up, made no larger than needed, and drawn anew as a plain JPEG
 * with nothing in it but the picture. */
#ifndef CLICKNET_PICTURE_H
#define CLICKNET_PICTURE_H

#include <stddef.h>
#include <stdint.h>
#include "lib/err.h"
#include "lib/pool.h"

/* The long side of what is made, at most; the long side of what is read, at
 * most; and the bytes a decoder and the new picture may need together. A
 * picture whose decoder needs more is made smaller, down to PICTURE_LEAST,
 * or refused. */
enum {
	PICTURE_SIDE = 2400,
	PICTURE_LEAST = 1600,
	PICTURE_SIDE_READ = 20000,
	PICTURE_BYTES = 34 << 20,
	PICTURE_QUALITY = 85
};

struct picture {
	int64_t pixels_max; /* given: of the picture that is read */
	const void *jpeg;   /* made, pool memory */
	size_t len;
	int64_t width, height;
};

/* Makes ${out} of JPEG, PNG or WebP bytes, told apart by what they are.
 * Nothing is decoded before the size in the header is known to be bearable.
 * ERR_TOO_BIG or ERR_INPUT with *complaint, an English sentence (static, a
 * key of share/locale), if it is not to be had; ERR_INTERNAL. Needs up to
 * PICTURE_BYTES beside the pool: see turn.h. */
enum err picture_make(struct pool *, const void *data, size_t len,
		      struct picture *out, const char **complaint);

/* The complaint about a file that begins so, if it is none of the three; NULL
 * if it may be one. For saying so before the rest has come. */
const char *picture_glance(struct pool *, const void *data, size_t len);

#endif
