/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* picture.c: the only file that decides which pictures are taken. */
#include "lib/picture_impl.h"

#include <stdlib.h>
#include <string.h>

#include "lib/sniff.h"

#define PLEASE " Please send it as JPEG, PNG or WebP."

/* What decodes a kind of file. Of the others people send there are sentences
 * that name them; they are told apart by how their type begins. */
static const struct kind {
	const char *type;
	enum picture_fault (*read)(struct picture_job *);
	const char *complaint;
} kinds[] = {
	{"image/jpeg", picture_jpeg, NULL},
	{"image/png", picture_png, NULL},
	{"image/webp", picture_webp, NULL},
	{"image/heic", NULL, "This is a HEIC picture." PLEASE},
	{"image/heif", NULL, "This is a HEIC picture." PLEASE},
	{"image/avif", NULL, "This is an AVIF picture." PLEASE},
	{"image/gif", NULL, "This is a GIF picture." PLEASE},
	{"image/tiff", NULL, "This is a TIFF picture." PLEASE},
	{"image/svg", NULL, "This is a drawing (SVG), not a photo." PLEASE},
	{"application/pdf", NULL, "This is a PDF, not a photo." PLEASE},
	{"", NULL, "This is not a picture we can read." PLEASE},
};

static const struct {
	enum err e;
	const char *complaint;
} faults[PICTURE_FAULTS] = {
	[PICTURE_FINE] = {OK, NULL},
	[PICTURE_TOO_MANY] = {ERR_TOO_BIG,
			      "This picture has more pixels than we accept. "
			      "Please take it again with a lower resolution."},
	[PICTURE_TOO_HEAVY] =
		{ERR_TOO_BIG,
		 "This picture is stored in a way that takes too much work. "
		 "Please save it as an ordinary JPEG and send it again."},
	[PICTURE_BROKEN] = {ERR_INPUT,
			    "This picture is damaged. Please take it again."},
	[PICTURE_CUT] =
		{ERR_INPUT,
		 "The end of this picture is missing. Please send it again."},
	[PICTURE_TAIL] =
		{ERR_INPUT,
		 "There is something else in this file behind the picture. "
		 "Please send the picture alone."},
	[PICTURE_MOVES] = {ERR_INPUT,
			   "This is a moving picture. Please send a photo."},
	[PICTURE_PRINT] =
		{ERR_INPUT,
		 "This picture is made for printing (CMYK). "
		 "Please save it as an ordinary JPEG and send it again."},
	[PICTURE_EMPTY] = {ERR_INPUT, "This file is empty."},
	[PICTURE_OURS] = {ERR_INTERNAL, NULL},
};

static const struct kind *
kind_of(const char *type)
{
	const struct kind *k = kinds;

	while (strncmp(type, k->type, strlen(k->type)) != 0)
		k++;
	return k;
}

enum picture_fault
picture_size(const struct picture_job *j, int64_t width, int64_t height)
{
	if (width < 1 || height < 1)
		return PICTURE_BROKEN;
	if (width > PICTURE_SIDE_READ || height > PICTURE_SIDE_READ ||
	    width * height > j->pixels_max)
		return PICTURE_TOO_MANY;
	return PICTURE_FINE;
}

static int
side_of(int64_t side, int64_t of, int64_t longest)
{
	int64_t made = of * side / longest;

	return made < 1 ? 1 : (int)made;
}

enum picture_fault
picture_fit(struct picture_job *j, int64_t width, int64_t height, int64_t heavy,
	    int each)
{
	int64_t longest = width > height ? width : height;
	int64_t side = longest < PICTURE_SIDE ? longest : PICTURE_SIDE;

	for (;;) {
		j->to_width = side_of(side, width, longest);
		j->to_height = side_of(side, height, longest);
		if (heavy + (int64_t)each * j->to_width * j->to_height <=
		    PICTURE_BYTES)
			return PICTURE_FINE;
		if (side <= PICTURE_LEAST)
			return PICTURE_TOO_HEAVY;
		side = side * 7 / 8;
		if (side < PICTURE_LEAST)
			side = PICTURE_LEAST;
	}
}

const char *
picture_glance(struct pool *pool, const void *data, size_t len)
{
	return kind_of(sniff(pool, data, len))->complaint;
}

static enum picture_fault
job_do(struct pool *pool, struct picture_job *j, const struct kind *k,
       struct picture *out)
{
	enum picture_fault fault = k->read(j);

	if (fault == PICTURE_FINE)
		fault = picture_write(pool, j, out);
	free(j->rgb);
	free(j->across);
	free(j->down);
	return fault;
}

enum err
picture_make(struct pool *pool, const void *data, size_t len,
	     struct picture *out, const char **complaint)
{
	struct picture_job j = {.data = data,
				.len = len,
				.pixels_max = out->pixels_max,
				.turn = 1};
	enum picture_fault fault = PICTURE_EMPTY;
	const struct kind *k;

	if (len != 0) {
		k = kind_of(sniff(pool, data, len));
		if (k->read == NULL) {
			*complaint = k->complaint;
			return ERR_INPUT;
		}
		fault = job_do(pool, &j, k, out);
	}
	*complaint = faults[fault].complaint;
	return faults[fault].e;
}
