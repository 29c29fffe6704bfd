/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* picture_scale.c: rows of a large picture become rows of a smaller one, each
 * pixel the average of what it covers. */
#include "lib/picture_impl.h"

#include <stdlib.h>
#include <string.h>

enum { RGB = 3, FINE = 256 };

enum picture_fault
picture_rows(struct picture_job *j, int width, int height)
{
	size_t row;

	j->width = width;
	j->height = height;
	if (j->to_width > width)
		j->to_width = width;
	if (j->to_height > height)
		j->to_height = height;
	row = (size_t)j->to_width * RGB;
	j->room = height;
	j->to_row = 0;
	j->rgb = malloc(row * (size_t)j->to_height);
	j->across = calloc(row, sizeof *j->across);
	j->down = calloc(row, sizeof *j->down);
	return j->rgb == NULL || j->across == NULL || j->down == NULL
		       ? PICTURE_OURS
		       : PICTURE_FINE;
}

/* A length of width * to_width is laid out twice: as pixels that came, each
 * to_width long, and as ours, each width long. */
static void
row_narrow(const struct picture_job *j, const uint8_t *rgb)
{
	uint32_t sum[RGB] = {0}, w = (uint32_t)j->width, *to = j->across;
	uint32_t room = w, part, take;
	int x, c;

	for (x = 0; x < j->width; x++, rgb += RGB) {
		for (part = (uint32_t)j->to_width; part > 0; part -= take) {
			take = part < room ? part : room;
			for (c = 0; c < RGB; c++)
				sum[c] += rgb[c] * take;
			if ((room -= take) != 0)
				continue;
			for (c = 0; c < RGB; c++)
				*to++ = (sum[c] * FINE + w / 2) / w;
			memset(sum, 0, sizeof sum);
			room = w;
		}
	}
}

static void
row_end(struct picture_job *j)
{
	size_t n = (size_t)j->to_width * RGB, i;
	uint8_t *to = j->rgb + n * (size_t)j->to_row++;
	uint32_t whole = FINE * (uint32_t)j->height;

	for (i = 0; i < n; i++) {
		to[i] = (uint8_t)((j->down[i] + whole / 2) / whole);
		j->down[i] = 0;
	}
	j->room = j->height;
}

/* The same from top to bottom. */
void
picture_row(struct picture_job *j, const uint8_t *rgb)
{
	size_t n = (size_t)j->to_width * RGB, i;
	int part, take;

	if (j->to_row >= j->to_height)
		return;
	if (j->to_width == j->width && j->to_height == j->height) {
		memcpy(j->rgb + n * (size_t)j->to_row++, rgb, n);
		return;
	}
	row_narrow(j, rgb);
	for (part = j->to_height; part > 0; part -= take) {
		take = part < j->room ? part : j->room;
		for (i = 0; i < n; i++)
			j->down[i] += j->across[i] * (uint32_t)take;
		if ((j->room -= take) == 0)
			row_end(j);
	}
}

void
picture_flatten(uint8_t *rgb, const uint8_t *rgba, int width)
{
	unsigned white;
	int x, c;

	for (x = 0; x < width; x++, rgba += RGB + 1) {
		white = 255u * (255u - rgba[RGB]);
		for (c = 0; c < RGB; c++)
			*rgb++ = (uint8_t)((rgba[c] * rgba[RGB] + white + 127) /
					   255);
	}
}
