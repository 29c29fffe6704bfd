/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* picture.c: tests of what becomes of strangers' pictures, and of files that
 * only look like some. */
#include "lib/picture.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/picture_impl.h"
#include "lib/sniff.h"
#include "lib/turn.h"
#include "t/lib/paint.h"
#include "t/tap.h"

enum { RED = 0xff0000, GREEN = 0x00ff00, BLUE = 0x0000ff, WHITE = 0xffffff };
enum { PIXELS = 40 * 1000 * 1000 };

static struct picture made;
static const char *why;

static enum err
make(struct pool *pool, struct painted p)
{
	made = (struct picture){.pixels_max = PIXELS};
	why = NULL;
	return picture_make(pool, p.data, p.len, &made, &why);
}

static void
refused(struct pool *pool, struct painted p, enum err want, const char *text,
	const char *name)
{
	enum err e = make(pool, p);

	ok(e == want && made.jpeg == NULL && why != NULL &&
		   strstr(why, text) != NULL && strstr(why, "lease") != NULL,
	   "%s: %s", name, why == NULL ? "taken" : why);
}

/* The colours in the corners, in reading order. */
static bool
corners(long a, long b, long c, long d)
{
	int w = (int)made.width, h = (int)made.height;

	return paint_like(paint_look(made.jpeg, made.len, w / 8, h / 8), a) &&
	       paint_like(paint_look(made.jpeg, made.len, w - 1 - w / 8, h / 8),
			  b) &&
	       paint_like(paint_look(made.jpeg, made.len, w / 8, h - 1 - h / 8),
			  c) &&
	       paint_like(paint_look(made.jpeg, made.len, w - 1 - w / 8,
				     h - 1 - h / 8),
			  d);
}

static bool
as_drawn(int width, int height)
{
	return made.width == width && made.height == height &&
	       corners(RED, GREEN, BLUE, WHITE);
}

static void
test_kinds(struct pool *pool)
{
	struct paint p = {.width = 320, .height = 200};

	is_int(make(pool, paint_jpeg(pool, p)), OK, "a JPEG is taken");
	ok(as_drawn(320, 200), "as it was");
	ok(memcmp(made.jpeg, "\xff\xd8\xff", 3) == 0, "and made a JPEG");
	is_int(make(pool, paint_png(pool, p)), OK, "a PNG is taken");
	ok(as_drawn(320, 200), "as it was");
	is_int(make(pool, paint_webp(pool, p)), OK, "a WebP is taken");
	ok(as_drawn(320, 200), "as it was");
	p.progressive = true;
	is_int(make(pool, paint_jpeg(pool, p)), OK, "a progressive JPEG too");
	ok(as_drawn(320, 200), "as it was");
	is_int(make(pool, paint_png(pool, p)), OK, "an interlaced PNG too");
	ok(as_drawn(320, 200), "as it was");
	is_int(make(pool, paint_webp(pool, p)), OK, "a lossless WebP too");
	ok(as_drawn(320, 200), "as it was");
	p.alpha = true;
	is_int(make(pool, paint_png(pool, p)), OK, "one with holes too");
	ok(as_drawn(320, 200), "on white");
	is_int(make(pool, paint_webp(pool, p)), OK, "a WebP with holes too");
	ok(as_drawn(320, 200), "on white");
	p.progressive = false;
	is_int(make(pool, paint_webp(pool, p)), OK, "lossy with holes too");
	ok(as_drawn(320, 200), "on white");
	p.deep = true;
	is_int(make(pool, paint_png(pool, p)), OK, "one with 16 bits too");
	ok(as_drawn(320, 200), "as it was");
	p = (struct paint){.width = 320, .height = 200, .gray = true};
	is_int(make(pool, paint_jpeg(pool, p)), OK, "one without colours too");
	ok(corners(0x555555, 0x555555, 0x555555, WHITE), "as it was");
	is_int(make(pool, paint_png(pool, p)), OK, "in black and white too");
	ok(corners(0, 0, 0, WHITE), "as it was");
	p = (struct paint){.width = 1, .height = 1};
	is_int(make(pool, paint_jpeg(pool, p)), OK, "one pixel is a picture");
	is_int(made.width * made.height, 1, "of one pixel");
}

static void
test_turns(struct pool *pool)
{
	static const struct {
		int width, height;
		long colours[4];
	} seen[9] = {
		{0},
		{320, 200, {RED, GREEN, BLUE, WHITE}},
		{320, 200, {GREEN, RED, WHITE, BLUE}},
		{320, 200, {WHITE, BLUE, GREEN, RED}},
		{320, 200, {BLUE, WHITE, RED, GREEN}},
		{200, 320, {RED, BLUE, GREEN, WHITE}},
		{200, 320, {BLUE, RED, WHITE, GREEN}},
		{200, 320, {WHITE, GREEN, BLUE, RED}},
		{200, 320, {GREEN, WHITE, RED, BLUE}},
	};
	struct paint p = {.width = 320, .height = 200};
	const long *c;

	for (p.turn = 1; p.turn <= 8; p.turn++) {
		p.little = p.turn % 2 == 0;
		c = seen[p.turn].colours;
		make(pool, paint_jpeg(pool, p));
		ok(made.width == seen[p.turn].width &&
			   made.height == seen[p.turn].height &&
			   corners(c[0], c[1], c[2], c[3]),
		   "a JPEG taken with the camera held the %d. way is upright",
		   p.turn);
		make(pool, paint_webp(pool, p));
		ok(made.width == seen[p.turn].width &&
			   corners(c[0], c[1], c[2], c[3]),
		   "so is a WebP");
	}
	p.turn = 9;
	make(pool, paint_jpeg(pool, p));
	ok(as_drawn(320, 200), "there is no ninth");
}

static bool
holds(const void *data, size_t len, const char *text)
{
	return memmem(data, len, text, strlen(text)) != NULL;
}

static void
test_metadata(struct pool *pool)
{
	struct paint p = {.width = 64, .height = 48, .gps = true, .turn = 1};
	struct painted in[] = {paint_jpeg(pool, p), paint_png(pool, p),
			       paint_webp(pool, p)};
	int i;

	for (i = 0; i < 3; i++) {
		ok(holds(in[i].data, in[i].len, PAINT_PLACE),
		   "what a camera tells of a place goes in");
		is_int(make(pool, in[i]), OK, "the picture is taken");
		ok(!holds(made.jpeg, made.len, PAINT_PLACE) &&
			   !holds(made.jpeg, made.len, "Exif"),
		   "and the place does not come out");
	}
}

static void
test_sizes(struct pool *pool)
{
	struct paint p = {.width = tap_times(4000, 2500),
			  .height = tap_times(3000, 625)};
	int height = tap_times(1800, 600);

	is_int(make(pool, paint_jpeg(pool, p)), OK, "a camera's JPEG is taken");
	ok(as_drawn(2400, height), "and made smaller");
	is_int(make(pool, paint_png(pool, p)), OK, "so is a PNG");
	ok(as_drawn(2400, height), "and made smaller");
	is_int(make(pool, paint_webp(pool, p)), OK, "so is a WebP");
	ok(as_drawn(2400, height), "and made smaller");
	p.turn = 6;
	is_int(make(pool, paint_jpeg(pool, p)), OK, "held upright too");
	ok(made.width == height && made.height == 2400 &&
		   corners(BLUE, RED, WHITE, GREEN),
	   "and made smaller");
	p = (struct paint){.width = 5000, .height = 3};
	is_int(make(pool, paint_jpeg(pool, p)), OK, "a line is a picture");
	ok(made.width == 2400 && made.height == 1, "of one line");
	is_int(make(pool, paint_png(pool, p)), OK, "in a PNG too");
	ok(made.width == 2400 && made.height == 1, "of one line");
	p = (struct paint){.width = 3, .height = 5000};
	is_int(make(pool, paint_webp(pool, p)), OK, "upright too");
	ok(made.width == 1 && made.height == 2400, "of one column");
	p = (struct paint){.width = 3100, .height = 2900, .progressive = true};
	is_int(make(pool, paint_jpeg(pool, p)), OK,
	       "a large progressive one is taken");
	ok(made.width >= PICTURE_LEAST && made.width < PICTURE_SIDE &&
		   corners(RED, GREEN, BLUE, WHITE),
	   "and made smaller still: %d", (int)made.width);
}

/* A grey picture's average is the same grey, whatever it is made of. */
static void
test_average(struct pool *pool)
{
	struct paint p = {.width = tap_times(4801, 2404),
			  .height = tap_times(3200, 402),
			  .noise = true};
	long colour;

	make(pool, paint_png(pool, p));
	colour = paint_look(made.jpeg, made.len, 1200, tap_times(800, 200));
	ok(made.width == 2400 && colour >= 0, "noise is taken");
	ok(made.len < 4 << 20, "in no more than 4 MiB");
}

/* The size in a header, as somebody wrote it there. */
static void
size_forge(struct painted p, const char *mark, int skip, int bytes,
	   uint32_t width, uint32_t height, bool little)
{
	uint8_t *at = memmem(p.data, p.len, mark, strlen(mark));
	uint32_t both[2] = {width, height};
	int i, n;

	at += skip;
	if (bytes == 2 && !little) { /* JPEG: the height comes first */
		both[0] = height;
		both[1] = width;
	}
	for (n = 0; n < 2; n++)
		for (i = 0; i < bytes; i++)
			*at++ = (uint8_t)(both[n] >>
					  8 * (little ? i : bytes - 1 - i));
}

static void
test_bombs(struct pool *pool)
{
	struct paint p = {.width = 64, .height = 48};
	struct painted bomb = paint_jpeg(pool, p);

	size_forge(bomb, "\xff\xc0", 5, 2, 60000, 60000, false);
	refused(pool, bomb, ERR_TOO_BIG, "pixels", "a JPEG bomb");
	bomb = paint_jpeg(pool, p);
	size_forge(bomb, "\xff\xc0", 5, 2, 6400, 6400, false);
	refused(pool, bomb, ERR_TOO_BIG, "pixels", "one just too large");
	bomb = paint_webp(pool, p);
	size_forge(bomb, "\x9d\x01\x2a", 3, 2, 16383, 16383, true);
	refused(pool, bomb, ERR_TOO_BIG, "pixels", "a WebP bomb");
	p = (struct paint){.width = 19999, .height = 19999, .gray = true};
	bomb = paint_png(pool, p);
	ok(bomb.len < 200 * 1024, "400 million pixels in %d kB",
	   (int)(bomb.len / 1000));
	refused(pool, bomb, ERR_TOO_BIG, "pixels", "a PNG bomb");
	p = (struct paint){.width = 20001, .height = 3};
	refused(pool, paint_png(pool, p), ERR_TOO_BIG, "pixels",
		"a line too long");
	p = (struct paint){.width = 6300, .gray = true};
	p.height = tap_times(6300, 630);
	is_int(make(pool, paint_png(pool, p)), OK, "what just fits is taken");
	ok(made.width == 2400, "and made smaller");
	p.height = 6300;
	p.progressive = true;
	refused(pool, paint_png(pool, p), ERR_TOO_BIG, "too much work",
		"not interlaced");
	p.gray = false;
	p.width = p.height = 5000;
	refused(pool, paint_jpeg(pool, p), ERR_TOO_BIG, "too much work",
		"nor progressive");
	p = (struct paint){.width = 4000, .height = 3000, .progressive = true};
	refused(pool, paint_webp(pool, p), ERR_TOO_BIG, "too much work",
		"nor lossless");
}

/* The last scan of a progressive JPEG a hundred times, with nothing in it
 * that contradicts what came before. */
static void
test_scans(struct pool *pool)
{
	struct paint p = {.width = 64, .height = 48, .progressive = true};
	struct painted in = paint_jpeg(pool, p), out = paint_cut(in, 0);
	char *scan = in.data + in.len;
	int i;

	while (memcmp(scan, "\xff\xda", 2) != 0)
		scan--;
	out = paint_cut(in, (size_t)(scan - in.data));
	for (i = 0; i < 300; i++)
		out = paint_add(pool, out, scan,
				in.len - (size_t)(scan - in.data) - 2);
	out = paint_add(pool, out, "\xff\xd9", 2);
	ok(make(pool, out) != OK && why != NULL,
	   "three hundred scans are refused: %s", why == NULL ? "" : why);
}

static void
test_cut(struct pool *pool)
{
	struct paint p = {.width = 640, .height = 480, .noise = true};
	struct painted in[] = {paint_jpeg(pool, p), paint_png(pool, p),
			       paint_webp(pool, p)};
	static const char *const kinds[] = {"JPEG", "PNG", "WebP"};
	int i, k;

	for (k = 0; k < 3; k++) {
		refused(pool, paint_cut(in[k], in[k].len / 2), ERR_INPUT,
			"end of this picture", kinds[k]);
		refused(pool, paint_cut(in[k], in[k].len - 100), ERR_INPUT,
			"end of this picture", "all but its end");
		for (i = 1; i < 400; i += 7)
			if (make(pool, paint_cut(in[k], (size_t)i)) == OK)
				break;
		ok(i >= 400, "no beginning of it is a picture");
	}
	p.progressive = true;
	in[0] = paint_jpeg(pool, p);
	refused(pool, paint_cut(in[0], in[0].len / 2), ERR_INPUT,
		"end of this picture", "a progressive JPEG");
	in[1] = paint_png(pool, p);
	refused(pool, paint_cut(in[1], in[1].len / 2), ERR_INPUT,
		"end of this picture", "an interlaced PNG");
}

static void
test_broken(struct pool *pool)
{
	struct paint p = {.width = 640, .height = 480, .noise = true};
	struct painted in = paint_png(pool, p);

	memset(in.data + in.len / 2, 'x', 100);
	refused(pool, in, ERR_INPUT, "damaged", "a PNG with a hole");
	in = paint_webp(pool, p);
	memset(in.data + 20, 'x', 40);
	refused(pool, in, ERR_INPUT, "damaged", "a WebP with a hole");
	in = paint_jpeg(pool, p);
	memset(in.data + 20, 'x', 200);
	refused(pool, in, ERR_INPUT, "damaged", "a JPEG without its tables");
	in = paint_jpeg(pool, p);
	size_forge(in, "\xff\xc0", 5, 2, 0, 10, false);
	refused(pool, in, ERR_INPUT, "damaged", "one of no width");
	p.cmyk = true;
	refused(pool, paint_jpeg(pool, p), ERR_INPUT, "printing", "CMYK");
}

static void
test_tails(struct pool *pool)
{
	struct paint p = {.width = 64, .height = 48};
	struct painted j = paint_jpeg(pool, p), png = paint_png(pool, p);
	struct painted webp = paint_webp(pool, p), in;
	char zip[400], page[400];
	char film[400] = "\0\0\0\x18"
			 "ftypmp42",
	     notes[400];

	memset(zip, 'z', sizeof zip);
	memcpy(zip, "PK\3\4", 4);
	memset(page, ' ', sizeof page);
	memcpy(page, "<html><script>alert(1)</script>", 31);
	refused(pool, paint_add(pool, j, zip, sizeof zip), ERR_INPUT,
		"something else", "a JPEG that is a ZIP too");
	refused(pool, paint_add(pool, j, page, sizeof page), ERR_INPUT,
		"something else", "one that is a page too");
	refused(pool, paint_add(pool, png, zip, sizeof zip), ERR_INPUT,
		"something else", "a PNG that is a ZIP too");
	refused(pool, paint_add(pool, webp, zip, sizeof zip), ERR_INPUT,
		"something else", "a WebP that is a ZIP too");
	is_int(make(pool, paint_add(pool, j, zip, 64)), OK,
	       "a little behind it does no harm");
	ok(!holds(made.jpeg, made.len, "zzzz"), "and is gone");
	memset(notes, 0, sizeof notes);
	is_int(make(pool, paint_add(pool, j, notes, sizeof notes)), OK,
	       "nor does a camera's padding");
	memset(notes, 'n', sizeof notes);
	memcpy(notes + sizeof notes - 4, "SEFT", 4);
	is_int(make(pool, paint_add(pool, j, notes, sizeof notes)), OK,
	       "nor its maker's notes");
	is_int(make(pool, paint_add(pool, j, film, sizeof film)), OK,
	       "nor a short film");
	ok(!holds(made.jpeg, made.len, "ftyp"), "which is gone");
	refused(pool, paint_add(pool, j, j.data, j.len), ERR_INPUT,
		"something else", "a second picture it does not tell of");
	in = paint_add(pool, paint_cut(j, 2), "\xff\xe2\0\x08MPF\0\0", 10);
	in = paint_add(pool, in, j.data + 2, j.len - 2);
	is_int(make(pool, paint_add(pool, in, j.data, j.len)), OK,
	       "one it tells of does no harm");
}

static void
test_others(struct pool *pool)
{
	static const char gif[] =
		"GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff!\xf9"
		"\4\1\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;";
	static const char heic[] = "\0\0\0\x18"
				   "ftypheic\0\0\0\0mif1heic";
	static const char avif[] = "\0\0\0\x1c"
				   "ftypavif\0\0\0\0avifmif1miaf";
	static const char svg[] =
		"<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/"
		"svg\"><script>alert(1)</script></svg>";
	static const char bare[] =
		"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"x()\"/>";
	static const char pdf[] = "%PDF-1.7\n1 0 obj\n<<>>\nendobj\n";
	static const char page[] = "<!DOCTYPE html><html><script>x()</script>";
	static const char zip[] = "PK\3\4\24\0\0\0\10\0";
#define THE(text) (struct painted){(char *)(uintptr_t)(text), sizeof(text) - 1}

	refused(pool, THE(gif), ERR_INPUT, "GIF", "a GIF");
	refused(pool, THE(heic), ERR_INPUT, "HEIC", "a HEIC");
	refused(pool, THE(avif), ERR_INPUT, "JPEG, PNG or WebP", "an AVIF");
	refused(pool, THE(svg), ERR_INPUT, "SVG", "an SVG");
	refused(pool, THE(bare), ERR_INPUT, "SVG", "one without a head");
	refused(pool, THE(pdf), ERR_INPUT, "PDF", "a PDF");
	refused(pool, THE(page), ERR_INPUT, "not a picture", "a page");
	refused(pool, THE(zip), ERR_INPUT, "not a picture", "a ZIP");
	refused(pool, THE("II*\0\10\0\0\0\0\0"), ERR_INPUT, "TIFF", "a TIFF");
	is_int(make(pool, THE("")), ERR_INPUT, "nothing is no picture");
	is_text(why, "This file is empty.", "which is said");
	is_text(sniff(pool, "", 0), "application/x-empty", "nothing is empty");
}

#define TURN(text) picture_turn((const uint8_t *)(text), sizeof(text) - 1)
#define LITTLE "II*\0\10\0\0\0"

static void
test_exif(struct pool *pool)
{
	(void)pool;
	is_int(TURN(LITTLE "\1\0\22\1\3\0\1\0\0\0\6\0\0\0"), 6,
	       "EXIF says which way up");
	is_int(TURN("MM\0*\0\0\0\10\0\1\1\22\0\3\0\0\0\1\0\3\0\0"), 3,
	       "in either order of bytes");
	is_int(TURN(LITTLE "\1\0\22\1\3\0\1\0\0\0\0\0\0\0"), 1,
	       "no way is upright");
	is_int(TURN(LITTLE "\1\0\22\1\4\0\1\0\0\0\6\0\0\0"), 1,
	       "so is another kind of number");
	is_int(TURN(LITTLE "\1\0\23\1\3\0\1\0\0\0\6\0\0\0"), 1,
	       "and another fact");
	is_int(TURN(LITTLE "\2\0\23\1\3\0\1\0\0\0\6\0\0\0"), 1,
	       "and one that is not there");
	is_int(TURN(LITTLE "\1\0\22\1\3\0\1\0\0"), 1, "or cut");
	is_int(TURN(LITTLE "\0\0"), 1, "or no facts");
	is_int(TURN(LITTLE "\1"), 1, "or half a count");
	is_int(TURN("II*\0\377\377\377\377abcd"), 1, "or far away");
	is_int(TURN("II+\0\10\0\0\0abcd"), 1, "or none at all");
	is_int(TURN("II*"), 1, "or too short");
}

#define IN_JPEG(text, more)                                                  \
	picture_turn_jpeg((const uint8_t *)("\377\330" text),                \
			  sizeof("\377\330" text) - 1, more)
#define UPSIDE                                                               \
	"\377\341\0\42"                                                      \
	"Exif\0\0" LITTLE "\1\0\22\1\3\0\1\0\0\0\3\0\0\0" "1234"

static void
test_segments(struct pool *pool)
{
	bool more;

	(void)pool;
	is_int(IN_JPEG(UPSIDE "\377\332\0\2", &more), 3,
	       "a JPEG has it before its picture");
	ok(!more, "and no other picture");
	is_int(IN_JPEG("\377\377" UPSIDE, &more), 3, "with more before it");
	is_int(IN_JPEG("\377\342\0\6MPF\0" UPSIDE, &more), 3,
	       "another segment changes nothing");
	ok(more, "and tells of another picture");
	is_int(IN_JPEG("\377\341\0\10Exif\0\0" UPSIDE, &more), 1,
	       "the first that is EXIF counts");
	is_int(IN_JPEG("\377\341\0\3x" UPSIDE, &more), 3,
	       "a short one is none");
	is_int(IN_JPEG("\377\341\0\10abcdef" UPSIDE, &more), 3,
	       "nor one of something else");
	is_int(IN_JPEG("\377\342\0\3x" UPSIDE, &more), 3,
	       "nor a short one of the other kind");
	ok(!more, "which tells of nothing");
	is_int(IN_JPEG("\377\342\0\6ICC\0" UPSIDE, &more), 3,
	       "nor one of colours");
	ok(!more, "nor does that");
	is_int(IN_JPEG("\377\341\0\1" UPSIDE, &more), 1,
	       "one of less than its length ends it");
	is_int(IN_JPEG("\377\341\377\377" UPSIDE, &more), 1,
	       "so does one of more than there is");
	is_int(IN_JPEG("\377\332\0\2" UPSIDE, &more), 1,
	       "behind the picture nobody looks");
	is_int(IN_JPEG("xxxx", &more), 1, "nor where no segment is");
	is_int(IN_JPEG("", &more), 1, "nor where nothing is");
}

/* A WebP in its extended form, made by hand around one of the simple form. */
static struct painted
extended(struct pool *pool, char flags, const char *chunks, size_t len)
{
	struct painted in = paint_webp(
		pool, (struct paint){.width = 16, .height = 12});
	struct buf b = {.pool = pool};
	int i;

	buf_put(&b, "RIFF\0\0\0\0WEBPVP8X\n\0\0\0", 20);
	buf_putc(&b, flags);
	buf_put(&b, "\0\0\0\17\0\0\13\0\0", 9);
	buf_put(&b, in.data + 12, in.len - 12);
	buf_put(&b, chunks, len);
	for (i = 0; i < 4; i++)
		b.data[4 + i] = (char)((b.len - 8) >> 8 * i);
	return (struct painted){b.data, b.len};
}

static void
test_chunks(struct pool *pool)
{
	static const char exif[] = "EXIF\26\0\0\0" LITTLE
				   "\1\0\22\1\3\0\1\0\0\0\6\0\0\0";
	static const char odd[] = "ABCD\1\0\0\0x";
	static const char far[] = "EXIF\377\377\0\0" LITTLE
				  "\1\0\22\1\3\0\1\0\0\0\6\0\0\0";
	struct painted p = extended(pool, 8, exif, sizeof exif - 1);

	is_int(make(pool, p), OK, "a WebP with EXIF alone");
	ok(made.width == 12 && made.height == 16, "is turned");
	make(pool, extended(pool, 8, far, sizeof far - 1));
	ok(why == NULL || strstr(why, "lease") != NULL,
	   "one that says there is more of it is read, or refused");
	is_int(make(pool, extended(pool, 0, odd, sizeof odd - 1)), OK,
	       "one with half of something at the end");
	is_int(made.width, 16, "is as it was");
	refused(pool, extended(pool, 2, "ANIM\6\0\0\0\0\0\0\0\0\0", 14),
		ERR_INPUT, "moving", "one that moves");
	refused(pool, paint_cut(p, 12), ERR_INPUT, "end of this",
		"a beginning alone");
	memset(p.data + 30, 'x', 30);
	refused(pool, p, ERR_INPUT, "damaged", "one without a picture");
}

/* Without the table of what files are, nothing is a picture. */
static void
test_no_table(struct pool *pool)
{
	struct painted p = paint_jpeg(pool,
				      (struct paint){.width = 9, .height = 9});
	int status = -1;
	pid_t child = fork();

	if (child == 0) {
		setenv("MAGIC", "/nonexistent", 1);
		exit(make(pool, p) == ERR_INPUT && why != NULL ? 0 : 1);
	}
	waitpid(child, &status, 0);
	is_int(status, 0, "where files cannot be told apart none is taken");
	is_int(make(pool, p), OK, "where they can this one is");
}

/* On a stack as small as a program's threads have. */
static void *
small_stack(void *pool)
{
	struct paint p = {.width = 3000, .height = tap_times(2000, 500)};

	return make(pool, paint_jpeg(pool, p)) == OK &&
			       make(pool, paint_png(pool, p)) == OK &&
			       make(pool, paint_webp(pool, p)) == OK
		       ? pool
		       : NULL;
}

static void
test_stack(struct pool *pool)
{
	pthread_attr_t attr;
	pthread_t thread;
	void *done = NULL;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 256 * 1024);
	pthread_create(&thread, &attr, small_stack, pool);
	pthread_join(thread, &done);
	pthread_attr_destroy(&attr);
	ok(done == pool, "a thread's stack is large enough for all of them");
}

static void *
wait_turn(void *told)
{
	struct pool *pool = pool_new();
	enum err e = turn_take(pool);

	__atomic_add_fetch((int *)told, e == OK ? 1 : 100, __ATOMIC_SEQ_CST);
	pool_free(pool);
	return NULL;
}

static void
test_turn_taking(struct pool *pool)
{
	struct pool *mine = pool_new();
	pthread_t threads[TURN_WAIT + 1];
	int told = 0, i;

	is_int(turn_take(mine), OK, "who comes first has the turn");
	is_int(turn_take(mine), OK, "and still has it");
	is_int(turn_take(pool), OK, "whatever it is for");
	for (i = 0; i <= TURN_WAIT; i++)
		pthread_create(&threads[i], NULL, wait_turn, &told);
	while (__atomic_load_n(&told, __ATOMIC_SEQ_CST) < 100)
		;
	is_int(told, 100, "one too many is sent away, the others wait");
	pool_free(mine);
	for (i = 0; i <= TURN_WAIT; i++)
		pthread_join(threads[i], NULL);
	is_int(told, 100 + TURN_WAIT, "and have it one after the other");
}

int
main(void)
{
	/* The last ones are of tens of millions of pixels. */
	static void (*const tests[])(struct pool *) = {
		test_no_table, test_kinds, test_turns, test_metadata,
		test_average, test_scans, test_cut, test_broken, test_tails,
		test_others, test_exif, test_segments, test_chunks,
		test_turn_taking, test_sizes, test_bombs, test_stack};
	int count = sizeof tests / sizeof *tests;
	int left_out = tap_skims() ? 3 : 0;
	struct rusage use;
	int i;

	if (left_out > 0)
		printf("# large pictures are left out: each takes this checker "
		       "ten seconds; that of addresses looks at them\n");
	fflush(stdout); /* a test forks */
	for (i = 0; i < count - left_out; i++) {
		struct pool *pool = pool_new();

		tests[i](pool);
		pool_free(pool);
	}
	getrusage(RUSAGE_SELF, &use);
	printf("# %ld MiB at most, with what drew the pictures\n",
	       use.ru_maxrss / 1024);
	return tap_done();
}
