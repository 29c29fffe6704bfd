/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* picture_webp.c: the only includer of libwebp. */
#include "lib/picture_impl.h"

#include <stdlib.h>
#include <string.h>

#include <webp/decode.h>

enum { RIFF_HEAD = 12, CHUNK_HEAD = 8, PADDING = 64, LOSSLESS = 2 };

static size_t
number(const uint8_t *at)
{
	return (size_t)at[0] | (size_t)at[1] << 8 | (size_t)at[2] << 16 |
	       (size_t)at[3] << 24;
}

/* A RIFF file says how long it is. */
static enum picture_fault
length_check(struct picture_job *j)
{
	size_t len;

	if (j->len < RIFF_HEAD)
		return PICTURE_CUT;
	len = number(j->data + 4) + CHUNK_HEAD;
	len += len & 1;
	if (len > j->len + 1)
		return PICTURE_CUT;
	if (j->len > len + PADDING)
		return PICTURE_TAIL;
	return PICTURE_FINE;
}

/* Which way up it is says a chunk behind the picture. */
static int
turn_find(const struct picture_job *j)
{
	size_t at = RIFF_HEAD, n;

	for (; j->len - at >= CHUNK_HEAD; at += n + (n & 1)) {
		n = number(j->data + at + 4);
		at += CHUNK_HEAD;
		if (n >= j->len - at)
			n = j->len - at;
		if (memcmp(j->data + at - CHUNK_HEAD, "EXIF", 4) == 0) {
			if (n > 6 && memcmp(j->data + at, "Exif\0", 6) == 0)
				return picture_turn(j->data + at + 6, n - 6);
			return picture_turn(j->data + at, n);
		}
		if (n + (n & 1) > j->len - at)
			break;
	}
	return 1;
}

/* A lossless picture is held as a whole, and so is what says how opaque
 * another is. */
static enum picture_fault
header_read(struct picture_job *j, WebPDecoderConfig *config)
{
	const WebPBitstreamFeatures *f = &config->input;
	enum picture_fault fault;
	VP8StatusCode status;
	int64_t heavy;

	if ((fault = length_check(j)) != PICTURE_FINE)
		return fault;
	if (!WebPInitDecoderConfig(config))
		return PICTURE_OURS;
	status = WebPGetFeatures(j->data, j->len, &config->input);
	if (status == VP8_STATUS_NOT_ENOUGH_DATA)
		return PICTURE_CUT;
	if (status != VP8_STATUS_OK)
		return PICTURE_BROKEN;
	fault = picture_size(j, f->width, f->height);
	if (fault != PICTURE_FINE)
		return fault;
	if (f->has_animation)
		return PICTURE_MOVES;
	heavy = (int64_t)f->width * f->height;
	heavy *= f->has_alpha ? 5 : f->format == LOSSLESS ? 4 : 0;
	return picture_fit(j, f->width, f->height, heavy, f->has_alpha ? 4 : 3);
}

/* libwebp itself makes it small, row by row. */
static enum picture_fault
pixels_read(struct picture_job *j, WebPDecoderConfig *config)
{
	int each = config->input.has_alpha ? 4 : 3;
	size_t row = (size_t)(j->to_width * each);
	size_t size = row * (size_t)j->to_height;
	VP8StatusCode status;

	if ((j->rgb = malloc(size)) == NULL)
		return PICTURE_OURS;
	config->options.use_scaling = j->to_width != config->input.width ||
				      j->to_height != config->input.height;
	config->options.scaled_width = j->to_width;
	config->options.scaled_height = j->to_height;
	config->output.colorspace = each == 4 ? MODE_RGBA : MODE_RGB;
	config->output.is_external_memory = 1;
	config->output.u.RGBA = (WebPRGBABuffer){j->rgb, (int)row, size};
	status = WebPDecode(j->data, j->len, config);
	if (status == VP8_STATUS_NOT_ENOUGH_DATA ||
	    status == VP8_STATUS_SUSPENDED)
		return PICTURE_CUT;
	if (status == VP8_STATUS_OUT_OF_MEMORY)
		return PICTURE_OURS;
	return status == VP8_STATUS_OK ? PICTURE_FINE : PICTURE_BROKEN;
}

enum picture_fault
picture_webp(struct picture_job *j)
{
	WebPDecoderConfig config;
	enum picture_fault fault = header_read(j, &config);
	int y;

	if (fault != PICTURE_FINE)
		return fault;
	j->turn = turn_find(j);
	fault = pixels_read(j, &config);
	if (fault == PICTURE_FINE && config.input.has_alpha)
		for (y = 0; y < j->to_height; y++)
			picture_flatten(j->rgb + 3l * y * j->to_width,
					j->rgb + 4l * y * j->to_width,
					j->to_width);
	return fault;
}
