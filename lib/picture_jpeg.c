/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* picture_jpeg.c: the only includer of libjpeg. */
#include "lib/picture_impl.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jerror.h>
#include <jpeglib.h>

/* A scan is work for every pixel, and may be a few bytes long. */
enum { EIGHTHS = 8, SCANS = 64, PADDING = 64 };

/* libjpeg ends by calling error_exit; nothing else here jumps. */
struct ending {
	struct jpeg_error_mgr mgr;
	jmp_buf out;
	enum picture_fault fault;
};

static void
end(j_common_ptr c, enum picture_fault fault)
{
	struct ending *e = (struct ending *)c->err;

	e->fault = fault;
	longjmp(e->out, 1);
}

static void
error_exit(j_common_ptr c)
{
	int code = c->err->msg_code;

	end(c, code == JERR_OUT_OF_MEMORY || code == JERR_NO_BACKING_STORE
		       ? PICTURE_TOO_HEAVY
		       : PICTURE_BROKEN);
}

/* What libjpeg would paint over is a picture that is not whole. Bytes too
 * many before a marker are some cameras' habit and harm nothing. */
static void
emit_message(j_common_ptr c, int level)
{
	int code = c->err->msg_code;

	if (level < 0 && code != JWRN_EXTRANEOUS_DATA)
		end(c, code == JWRN_JPEG_EOF || code == JWRN_HIT_MARKER
			       ? PICTURE_CUT
			       : PICTURE_BROKEN);
}

static void
output_message(j_common_ptr c)
{
	(void)c;
}

static void
progress_monitor(j_common_ptr c)
{
	if (((j_decompress_ptr)c)->input_scan_number > SCANS)
		end(c, PICTURE_TOO_HEAVY);
}

static struct jpeg_error_mgr *
ending_new(struct ending *e)
{
	jpeg_std_error(&e->mgr);
	e->mgr.error_exit = error_exit;
	e->mgr.emit_message = emit_message;
	e->mgr.output_message = output_message;
	e->fault = PICTURE_FINE;
	return &e->mgr;
}

/* What comes in several scans is kept as a whole until the last. */
static int64_t
coefficients(j_decompress_ptr d)
{
	const jpeg_component_info *c = d->comp_info;
	int64_t blocks = 0;
	int i;

	if (!jpeg_has_multiple_scans(d))
		return 0;
	for (i = 0; i < d->num_components; i++, c++)
		blocks += (int64_t)(c->width_in_blocks + 4) *
			  (c->height_in_blocks + 4);
	return blocks * (int64_t)sizeof(JBLOCK);
}

static void
must(j_decompress_ptr d, enum picture_fault fault)
{
	if (fault != PICTURE_FINE)
		end((j_common_ptr)d, fault);
}

/* The header: what it will be, and as small as the transform alone gets it
 * without falling below. */
static void
header_read(struct picture_job *j, j_decompress_ptr d)
{
	unsigned want;

	jpeg_read_header(d, TRUE);
	must(d, picture_size(j, d->image_width, d->image_height));
	if (d->jpeg_color_space == JCS_CMYK || d->jpeg_color_space == JCS_YCCK)
		must(d, PICTURE_PRINT);
	must(d, picture_fit(j, d->image_width, d->image_height, coefficients(d),
			    3));
	d->out_color_space = JCS_RGB;
	d->do_block_smoothing = FALSE;
	d->scale_denom = EIGHTHS;
	want = (unsigned)(j->to_width > j->to_height ? j->to_width
						     : j->to_height);
	for (d->scale_num = 1; d->scale_num < EIGHTHS; d->scale_num++) {
		jpeg_calc_output_dimensions(d);
		if (d->output_width >= want || d->output_height >= want)
			break;
	}
}

/* Cameras put behind a picture: nothing, padding, further pictures that it
 * tells of, a short film, Samsung's notes. What else is there is no part of
 * a photo; nothing of it would be kept, but the sender should know. */
static bool
tail_known(const uint8_t *tail, size_t len, bool more)
{
	size_t i;

	if (len <= PADDING || (more && memcmp(tail, "\xff\xd8\xff", 3) == 0) ||
	    memcmp(tail + 4, "ftyp", 4) == 0 ||
	    memcmp(tail + len - 4, "SEFT", 4) == 0)
		return true;
	for (i = 0; i < len && tail[i] == 0; i++)
		;
	return i == len;
}

static void
read_all(struct picture_job *j, j_decompress_ptr d)
{
	JSAMPARRAY line;
	bool more;

	j->turn = picture_turn_jpeg(j->data, j->len, &more);
	jpeg_mem_src(d, j->data, j->len);
	header_read(j, d);
	jpeg_start_decompress(d);
	must(d, picture_rows(j, (int)d->output_width, (int)d->output_height));
	line = d->mem->alloc_sarray((j_common_ptr)d, JPOOL_IMAGE,
				    d->output_width * 3, 1);
	while (d->output_scanline < d->output_height) {
		jpeg_read_scanlines(d, line, 1);
		picture_row(j, line[0]);
	}
	jpeg_finish_decompress(d);
	if (!tail_known(d->src->next_input_byte, d->src->bytes_in_buffer, more))
		must(d, PICTURE_TAIL);
}

enum picture_fault
picture_jpeg(struct picture_job *j)
{
	struct jpeg_progress_mgr progress = {.progress_monitor =
						     progress_monitor};
	struct jpeg_decompress_struct d = {.err = NULL};
	struct ending e;

	d.err = ending_new(&e);
	if (setjmp(e.out) == 0) {
		jpeg_create_decompress(&d);
		d.mem->max_memory_to_use = PICTURE_BYTES;
		d.progress = &progress;
		read_all(j, &d);
	}
	jpeg_destroy_decompress(&d);
	return e.fault;
}

/* Where in job->rgb the pixel is that is seen at x, y. */
static long
pixel_at(const struct picture_job *j, long x, long y)
{
	long right = j->to_width - 1, bottom = j->to_height - 1, was = x;

	if (j->turn >= 5) { /* on its side */
		x = y;
		y = was;
	}
	if (j->turn == 2 || j->turn == 3 || j->turn == 7 || j->turn == 8)
		x = right - x;
	if (j->turn == 3 || j->turn == 4 || j->turn == 6 || j->turn == 7)
		y = bottom - y;
	return (y * j->to_width + x) * 3;
}

static void
write_all(const struct picture_job *j, j_compress_ptr c)
{
	JSAMPARRAY line;
	JDIMENSION x;
	long at, step;

	c->image_width =
		(JDIMENSION)(j->turn >= 5 ? j->to_height : j->to_width);
	c->image_height =
		(JDIMENSION)(j->turn >= 5 ? j->to_width : j->to_height);
	c->input_components = 3;
	c->in_color_space = JCS_RGB;
	jpeg_set_defaults(c);
	jpeg_set_quality(c, PICTURE_QUALITY, TRUE);
	jpeg_start_compress(c, TRUE);
	line = c->mem->alloc_sarray((j_common_ptr)c, JPOOL_IMAGE,
				    c->image_width * 3, 1);
	while (c->next_scanline < c->image_height) {
		at = pixel_at(j, 0, c->next_scanline);
		step = pixel_at(j, 1, c->next_scanline) - at;
		for (x = 0; x < c->image_width; x++, at += step)
			memcpy(line[0] + 3 * x, j->rgb + at, 3);
		jpeg_write_scanlines(c, line, 1);
	}
	jpeg_finish_compress(c);
}

enum picture_fault
picture_write(struct pool *pool, const struct picture_job *j,
	      struct picture *out)
{
	struct jpeg_compress_struct c = {.err = NULL};
	unsigned char *made = NULL;
	unsigned long len = 0;
	struct ending e;

	c.err = ending_new(&e);
	if (setjmp(e.out) == 0) {
		jpeg_create_compress(&c);
		jpeg_mem_dest(&c, &made, &len);
		write_all(j, &c);
		out->jpeg = pool_strndup(pool, (const char *)made, len);
		out->len = len;
		out->width = c.image_width;
		out->height = c.image_height;
	}
	jpeg_destroy_compress(&c);
	free(made);
	return e.fault == PICTURE_FINE ? PICTURE_FINE : PICTURE_OURS;
}
