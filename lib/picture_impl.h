/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* picture_impl.h: between picture*.c alone: what a decoder gets, and where
 * its rows go. */
#ifndef CLICKNET_PICTURE_IMPL_H
#define CLICKNET_PICTURE_IMPL_H

#include <stdbool.h>
#include "lib/picture.h"

/* Why a picture is not taken; texts in picture.c. */
enum picture_fault {
	PICTURE_FINE,
	PICTURE_TOO_MANY,
	PICTURE_TOO_HEAVY,
	PICTURE_BROKEN,
	PICTURE_CUT,
	PICTURE_TAIL,
	PICTURE_MOVES,
	PICTURE_PRINT,
	PICTURE_EMPTY,
	PICTURE_OURS,
	PICTURE_FAULTS
};

/* One picture on its way. Rows of ${width} come in from the top and leave as
 * ${to_width} by ${to_height} RGB pixels, not yet turned. */
struct picture_job {
	const uint8_t *data;
	size_t len;
	int64_t pixels_max;
	int width, height; /* of the rows that come */
	int to_width, to_height;
	int turn;		 /* EXIF orientation 1..8 */
	uint8_t *rgb;		 /* to_width * to_height * 3, malloc */
	uint32_t *across, *down; /* a row made narrower, rows added up */
	int to_row, room;	 /* the next of ours, what it still takes */
};

/* Decoders: from a file to job->rgb. */
enum picture_fault picture_jpeg(struct picture_job *);
enum picture_fault picture_png(struct picture_job *);
enum picture_fault picture_webp(struct picture_job *);

/* Is a picture of this size to be read at all? */
enum picture_fault picture_size(const struct picture_job *, int64_t width,
				int64_t height);

/* Chooses to_... for a picture of this size whose decoder needs ${heavy}
 * bytes, ${each} bytes a pixel of ours counted; PICTURE_TOO_HEAVY. */
enum picture_fault picture_fit(struct picture_job *, int64_t width,
			       int64_t height, int64_t heavy, int each);

/* Takes rows of width by height pixels from now on; then each of them, RGB,
 * from the top. The average of what falls on a pixel becomes its colour. */
enum picture_fault picture_rows(struct picture_job *, int width, int height);
void picture_row(struct picture_job *, const uint8_t *rgb);

/* RGB and how opaque, as it looks on white paper; may be the same memory. */
void picture_flatten(uint8_t *rgb, const uint8_t *rgba, int width);

/* The orientation in EXIF data (TIFF), 1 if it says none. For JPEG, where
 * they are in the file; *more if it says that further pictures follow. */
int picture_turn(const uint8_t *tiff, size_t len);
int picture_turn_jpeg(const uint8_t *file, size_t len, bool *more);

/* job->rgb, turned, as a JPEG file in pool memory. */
enum picture_fault picture_write(struct pool *, const struct picture_job *,
				 struct picture *out);

#endif
