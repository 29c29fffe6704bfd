/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* paint.c: draws pictures with the libraries that read them. */
#include "t/lib/paint.h"

#include <stdio.h>

#include <jpeglib.h>
#include <png.h>
#include <stdlib.h>
#include <string.h>
#include <webp/encode.h>

static uint32_t
noise_at(int x, int y)
{
	uint32_t n = (uint32_t)x * 2654435761u ^ (uint32_t)y * 2246822519u;

	n ^= n >> 15;
	n *= 2654435761u;
	return n ^ n >> 13;
}

static void
pixel(const struct paint *p, int x, int y, uint8_t rgba[4])
{
	bool right = x >= p->width / 2, below = y >= p->height / 2;
	uint32_t noise = noise_at(x, y);

	rgba[0] = !below ? (right ? 0 : 255) : (right ? 255 : 0);
	rgba[1] = right ? 255 : 0;
	rgba[2] = below ? 255 : 0;
	rgba[3] = p->alpha && right && below ? 0 : 255;
	if (p->alpha && rgba[3] == 0)
		rgba[0] = rgba[1] = rgba[2] = 0;
	if (p->noise)
		memcpy(rgba, &noise, 3);
}

static void
row_of(const struct paint *p, int y, int each, uint8_t *row)
{
	uint8_t rgba[4];
	int x;

	for (x = 0; x < p->width; x++) {
		pixel(p, x, y, rgba);
		if (each == 1)
			row[x] = (uint8_t)((rgba[0] + rgba[1] + rgba[2]) / 3);
		else
			memcpy(row + (size_t)x * (size_t)each, rgba,
			       (size_t)each);
	}
}

/* Whether a row looks as the one above it. */
static bool
row_as_above(const struct paint *p, int y)
{
	return !p->noise && y != 0 && y != p->height / 2;
}

static void
put(struct buf *b, uint32_t n, int bytes, bool little)
{
	int i;

	for (i = 0; i < bytes; i++)
		buf_putc(b, (char)(n >> 8 * (little ? i : bytes - 1 - i)));
}

/* A directory of one or two entries: orientation, and a description that
 * stands for where somebody is. */
static struct buf
exif_of(struct pool *pool, const struct paint *p)
{
	struct buf b = {.pool = pool};
	bool l = p->little;

	buf_put(&b, "Exif\0", 6);
	buf_puts(&b, l ? "II" : "MM");
	put(&b, 42, 2, l);
	put(&b, 8, 4, l);
	put(&b, 2, 2, l);
	put(&b, 0x10e, 2, l);
	put(&b, 2, 2, l);
	put(&b, sizeof PAINT_PLACE, 4, l);
	put(&b, 38, 4, l);
	put(&b, 0x112, 2, l);
	put(&b, 3, 2, l);
	put(&b, 1, 4, l);
	put(&b, (uint32_t)p->turn, 2, l);
	put(&b, 0, 2, l);
	put(&b, 0, 4, l);
	buf_put(&b, PAINT_PLACE, sizeof PAINT_PLACE);
	return b;
}

static void
jpeg_begin(const struct paint *p, j_compress_ptr c)
{
	c->image_width = (JDIMENSION)p->width;
	c->image_height = (JDIMENSION)p->height;
	c->input_components = p->cmyk ? 4 : p->gray ? 1 : 3;
	c->in_color_space = p->cmyk   ? JCS_CMYK
			    : p->gray ? JCS_GRAYSCALE
				      : JCS_RGB;
	jpeg_set_defaults(c);
	jpeg_set_quality(c, 90, TRUE);
	if (p->progressive)
		jpeg_simple_progression(c);
	jpeg_start_compress(c, TRUE);
}

struct painted
paint_jpeg(struct pool *pool, struct paint p)
{
	struct jpeg_compress_struct c;
	struct jpeg_error_mgr mgr;
	struct painted out;
	struct buf exif;
	unsigned char *made = NULL;
	unsigned long len = 0;
	uint8_t *row = pool_alloc(pool, 4 * (size_t)p.width);

	c.err = jpeg_std_error(&mgr);
	jpeg_create_compress(&c);
	jpeg_mem_dest(&c, &made, &len);
	jpeg_begin(&p, &c);
	if (p.turn != 0 || p.gps) {
		exif = exif_of(pool, &p);
		jpeg_write_marker(&c, JPEG_APP0 + 1, (uint8_t *)exif.data,
				  (unsigned)exif.len);
	}
	while (c.next_scanline < c.image_height) {
		if (!row_as_above(&p, (int)c.next_scanline))
			row_of(&p, (int)c.next_scanline, c.input_components,
			       row);
		jpeg_write_scanlines(&c, &row, 1);
	}
	jpeg_finish_compress(&c);
	jpeg_destroy_compress(&c);
	out.data = pool_strndup(pool, (char *)made, len);
	out.len = len;
	free(made);
	return out;
}

static void
png_put(png_structp png, png_bytep data, size_t len)
{
	buf_put(png_get_io_ptr(png), data, len);
}

static void
png_flush_none(png_structp png)
{
	(void)png;
}

/* Black or white, or with twice the bits. */
static void
png_row(const struct paint *p, int y, uint8_t *row)
{
	int each = p->gray ? 1 : p->alpha ? 4 : 3, x;

	row_of(p, y, each, row);
	if (p->gray)
		for (x = 0; x < p->width; x++)
			row[x] = row[x] > 100;
	if (p->deep)
		for (x = p->width * each - 1; x >= 0; x--)
			row[2 * x] = row[2 * x + 1] = row[x];
}

static void
png_rows(const struct paint *p, png_structp png, uint8_t *row)
{
	int passes = png_set_interlace_handling(png), pass, y;

	png_set_packing(png);
	for (pass = 0; pass < passes; pass++) {
		for (y = 0; y < p->height; y++) {
			if (!row_as_above(p, y))
				png_row(p, y, row);
			png_write_row(png, row);
		}
	}
}

struct painted
paint_png(struct pool *pool, struct paint p)
{
	png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL,
						  NULL, NULL);
	png_infop info = png_create_info_struct(png);
	struct buf b = {.pool = pool};
	png_text text = {.compression = PNG_TEXT_COMPRESSION_NONE,
			 .key = (char[]){"Location"},
			 .text = (char[]){PAINT_PLACE}};

	png_set_write_fn(png, &b, png_put, png_flush_none);
	png_set_IHDR(png, info, (png_uint_32)p.width, (png_uint_32)p.height,
		     p.gray   ? 1
		     : p.deep ? 16
			      : 8,
		     p.gray    ? PNG_COLOR_TYPE_GRAY
		     : p.alpha ? PNG_COLOR_TYPE_RGBA
			       : PNG_COLOR_TYPE_RGB,
		     p.progressive ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
		     PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
	if (p.gps)
		png_set_text(png, info, &text, 1);
	png_write_info(png, info);
	png_rows(&p, png, pool_alloc(pool, 8 * (size_t)p.width));
	png_write_end(png, NULL);
	png_destroy_write_struct(&png, &info);
	return (struct painted){b.data, b.len};
}

/* The simple form put into the extended one, with EXIF behind the picture. */
static struct painted
webp_with_exif(struct pool *pool, const struct paint *p, struct painted in)
{
	struct buf b = {.pool = pool}, exif = exif_of(pool, p);

	buf_puts(&b, "RIFF");
	put(&b, (uint32_t)(in.len - 8 + 18 + 8 + exif.len + (exif.len & 1)), 4,
	    true);
	buf_puts(&b, "WEBPVP8X");
	put(&b, 10, 4, true);
	put(&b, 8, 4, true);
	put(&b, (uint32_t)p->width - 1, 3, true);
	put(&b, (uint32_t)p->height - 1, 3, true);
	buf_put(&b, in.data + 12, in.len - 12);
	buf_puts(&b, "EXIF");
	put(&b, (uint32_t)exif.len, 4, true);
	buf_put(&b, exif.data, exif.len);
	if (exif.len & 1)
		buf_putc(&b, '\0');
	return (struct painted){b.data, b.len};
}

struct painted
paint_webp(struct pool *pool, struct paint p)
{
	size_t row = 4 * (size_t)p.width;
	uint8_t *all = malloc(row * (size_t)p.height), *made = NULL;
	struct painted out;
	int y;

	for (y = 0; y < p.height; y++)
		if (row_as_above(&p, y))
			memcpy(all + row * (size_t)y,
			       all + row * (size_t)(y - 1), row);
		else
			row_of(&p, y, 4, all + row * (size_t)y);
	if (p.progressive)
		out.len = WebPEncodeLosslessRGBA(all, p.width, p.height,
						 (int)row, &made);
	else
		out.len = WebPEncodeRGBA(all, p.width, p.height, (int)row, 90,
					 &made);
	out.data = pool_strndup(pool, (char *)made, out.len);
	WebPFree(made);
	free(all);
	return p.turn != 0 || p.gps ? webp_with_exif(pool, &p, out) : out;
}

struct painted
paint_add(struct pool *pool, struct painted p, const void *data, size_t len)
{
	struct buf b = {.pool = pool};

	buf_put(&b, p.data, p.len);
	buf_put(&b, data, len);
	return (struct painted){b.data, b.len};
}

struct painted
paint_cut(struct painted p, size_t len)
{
	return (struct painted){p.data, len < p.len ? len : p.len};
}

long
paint_look(const void *jpeg, size_t len, int x, int y)
{
	struct jpeg_decompress_struct d;
	struct jpeg_error_mgr mgr;
	JSAMPARRAY line;
	long found = -1;

	d.err = jpeg_std_error(&mgr);
	jpeg_create_decompress(&d);
	jpeg_mem_src(&d, jpeg, len);
	jpeg_read_header(&d, TRUE);
	jpeg_start_decompress(&d);
	line = d.mem->alloc_sarray((j_common_ptr)&d, JPOOL_IMAGE,
				   d.output_width * 3, 1);
	while (d.output_components == 3 && x < (int)d.output_width &&
	       (int)d.output_scanline <= y && y < (int)d.output_height) {
		jpeg_read_scanlines(&d, line, 1);
		found = line[0][3 * x] << 16 | line[0][3 * x + 1] << 8 |
			line[0][3 * x + 2];
	}
	jpeg_destroy_decompress(&d);
	return found;
}

bool
paint_like(long a, long b)
{
	int i, far = 0, one;

	for (i = 0; i < 24; i += 8) {
		one = (int)(a >> i & 255) - (int)(b >> i & 255);
		far += one < 0 ? -one : one;
	}
	return a >= 0 && b >= 0 && far < 40;
}

static bool
word_read(struct paint *p, const char *word)
{
	const struct {
		const char *word;
		bool *flag;
	} flags[] = {{"little", &p->little},
		     {"gps", &p->gps},
		     {"progressive", &p->progressive},
		     {"gray", &p->gray},
		     {"alpha", &p->alpha},
		     {"deep", &p->deep},
		     {"cmyk", &p->cmyk},
		     {"noise", &p->noise}};
	size_t i;

	for (i = 0; i < sizeof flags / sizeof *flags; i++)
		if (strcmp(word, flags[i].word) == 0)
			return *flags[i].flag = true;
	return sscanf(word, "turn%d", &p->turn) == 1 ||
	       sscanf(word, "%dx%d", &p->width, &p->height) == 2;
}

bool
paint_words(struct pool *pool, int count, char **words, struct painted *out)
{
	struct paint p = {.width = 64, .height = 48};
	int i;

	for (i = 1; i < count; i++)
		if (!word_read(&p, words[i]))
			return false;
	if (count > 0 && strcmp(words[0], "jpeg") == 0)
		*out = paint_jpeg(pool, p);
	else if (count > 0 && strcmp(words[0], "png") == 0)
		*out = paint_png(pool, p);
	else if (count > 0 && strcmp(words[0], "webp") == 0)
		*out = paint_webp(pool, p);
	else
		return false;
	return true;
}
