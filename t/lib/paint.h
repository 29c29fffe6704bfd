/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* paint.h: pictures as strangers might send them, and a look at one of ours.
 */
#ifndef CLICKNET_TEST_PAINT_H
#define CLICKNET_TEST_PAINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "lib/pool.h"

/* Red above left, green above right, blue below left, white below right. */
struct paint {
	int width, height;
	int turn;	  /* EXIF orientation; 0: no EXIF */
	bool little;	  /* EXIF in Intel's order */
	bool gps;	  /* EXIF with a place: the text PAINT_PLACE */
	bool progressive; /* JPEG; or interlaced, PNG; or lossless, WebP */
	bool gray;	  /* one colour: JPEG, PNG with a bit a pixel */
	bool alpha;	  /* PNG, WebP: below right is not there at all */
	bool deep;	  /* PNG: 16 bits */
	bool cmyk;	  /* JPEG */
	bool noise;	  /* no two pixels alike */
};
#define PAINT_PLACE "52N31E-secret-place"
struct painted {
	char *data; /* pool memory */
	size_t len;
};
struct painted paint_jpeg(struct pool *, struct paint);
struct painted paint_png(struct pool *, struct paint);
struct painted paint_webp(struct pool *, struct paint);

/* More behind, or less of it. */
struct painted paint_add(struct pool *, struct painted, const void *data,
			 size_t len);
struct painted paint_cut(struct painted, size_t len);

/* The colour of a JPEG's pixel as 0xrrggbb; −1 if it cannot be read. */
long paint_look(const void *jpeg, size_t len, int x, int y);

/* Are they nearly the same? JPEG is not exact. */
bool paint_like(long a, long b);

/* "jpeg", "png" or "webp", then "800x600" and words: turn6 little gps
 * progressive gray alpha deep cmyk noise. False: not understood. */
bool paint_words(struct pool *, int count, char **words, struct painted *);

#endif
