/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* picture_png.c: the only includer of libpng. */
#include "lib/picture_impl.h"

#include <stdlib.h>
#include <string.h>

#include <png.h>

enum { RGBA = 4, PADDING = 64, CHUNK_MAX = 1 << 20 };

/* A file as it is read, and why that ended. All that is allocated is here, so
 * that a jump out of libpng finds it. */
struct reading {
	struct picture_job *job;
	size_t at;
	enum picture_fault fault;
	uint8_t *all, **rows; /* of an interlaced picture */
	uint8_t *line;
};

static void
end(png_structp png, enum picture_fault fault)
{
	struct reading *r = png_get_error_ptr(png);

	r->fault = fault;
	png_longjmp(png, 1);
}

static void
on_error(png_structp png, png_const_charp why)
{
	(void)why;
	end(png, PICTURE_BROKEN);
}

static void
on_warning(png_structp png, png_const_charp why)
{
	(void)png;
	(void)why;
}

static void
read_some(png_structp png, png_bytep to, size_t len)
{
	struct reading *r = png_get_io_ptr(png);

	if (len > r->job->len - r->at)
		end(png, PICTURE_CUT);
	memcpy(to, r->job->data + r->at, len);
	r->at += len;
}

static void
must(png_structp png, enum picture_fault fault)
{
	if (fault != PICTURE_FINE)
		end(png, fault);
}

/* Whatever it was, rows of RGB and how opaque will come. */
static void
header_read(struct reading *r, png_structp png, png_infop info)
{
	struct picture_job *j = r->job;
	int64_t width, height, heavy = 0;

	png_read_info(png, info);
	width = png_get_image_width(png, info);
	height = png_get_image_height(png, info);
	must(png, picture_size(j, width, height));
	if (png_get_interlace_type(png, info) != PNG_INTERLACE_NONE)
		heavy = width * height * RGBA;
	must(png, picture_fit(j, width, height, heavy, 3));
	png_set_expand(png);
	png_set_scale_16(png);
	png_set_gray_to_rgb(png);
	png_set_filler(png, 0xff, PNG_FILLER_AFTER);
	if (heavy != 0)
		png_set_interlace_handling(png);
	png_read_update_info(png, info);
	if (png_get_rowbytes(png, info) != (size_t)width * RGBA)
		end(png, PICTURE_BROKEN);
	must(png, picture_rows(j, (int)width, (int)height));
}

static void
rows_read(struct reading *r, png_structp png)
{
	struct picture_job *j = r->job;
	int y;

	r->line = malloc((size_t)j->width * RGBA);
	if (r->line == NULL)
		end(png, PICTURE_OURS);
	for (y = 0; y < j->height; y++) {
		png_read_row(png, r->line, NULL);
		picture_flatten(r->line, r->line, j->width);
		picture_row(j, r->line);
	}
}

static void
interlaced_read(struct reading *r, png_structp png)
{
	struct picture_job *j = r->job;
	size_t row = (size_t)j->width * RGBA, n = (size_t)j->height, y;

	r->all = malloc(row * n);
	r->rows = calloc(n, sizeof *r->rows);
	if (r->all == NULL || r->rows == NULL)
		end(png, PICTURE_OURS);
	for (y = 0; y < n; y++)
		r->rows[y] = r->all + row * y;
	png_read_image(png, r->rows);
	for (y = 0; y < n; y++) {
		picture_flatten(r->rows[y], r->rows[y], j->width);
		picture_row(j, r->rows[y]);
	}
}

/* What is not needed to draw it is passed over unread. */
static void
read_all(struct reading *r, png_structp png, png_infop info)
{
	png_set_read_fn(png, r, read_some);
	png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
	png_set_chunk_malloc_max(png, CHUNK_MAX);
	png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
	header_read(r, png, info);
	if (png_get_interlace_type(png, info) == PNG_INTERLACE_NONE)
		rows_read(r, png);
	else
		interlaced_read(r, png);
	png_read_end(png, NULL);
	if (r->job->len - r->at > PADDING)
		end(png, PICTURE_TAIL);
}

enum picture_fault
picture_png(struct picture_job *j)
{
	struct reading r = {.job = j};
	png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &r,
						 on_error, on_warning);
	png_infop info = png != NULL ? png_create_info_struct(png) : NULL;

	if (info == NULL)
		r.fault = PICTURE_OURS;
	else if (setjmp(png_jmpbuf(png)) == 0)
		read_all(&r, png, info);
	png_destroy_read_struct(&png, &info, NULL);
	free(r.all);
	free(r.rows);
	free(r.line);
	return r.fault;
}
