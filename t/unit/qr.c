/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* qr.c: tests of the picture of a text; t/totp.t reads one with a camera's
 * eyes. */
#include "lib/qr.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "t/tap.h"

enum { SIDE_MAX = 200 };

/* The picture as modules again: 1 is dark. */
static int
side_of(const char *svg, char dark[SIDE_MAX][SIDE_MAX])
{
	const char *at = strstr(svg, "viewBox=\"0 0 ");
	int side = at != NULL ? atoi(at + 13) : 0, x, y, n, back;

	memset(dark, 0, SIDE_MAX * SIDE_MAX);
	at = strstr(svg, " d=\"") + 4;
	while (sscanf(at, "M%d %dh%dv1h-%dz", &x, &y, &n, &back) == 4) {
		if (n != back || x + n > SIDE_MAX || y >= SIDE_MAX)
			return 0;
		memset(dark[y] + x, 1, (size_t)n);
		at = strchr(at, 'z') + 1;
	}
	return *at == '"' ? side : 0;
}

static int
quiet(char dark[SIDE_MAX][SIDE_MAX], int side)
{
	int x, y, n = 0;

	for (y = 0; y < side; y++)
		for (x = 0; x < side; x++)
			if (x < 4 || y < 4 || x >= side - 4 || y >= side - 4)
				n += dark[y][x];
	return n;
}

static void
test_picture(struct pool *pool)
{
	static char dark[SIDE_MAX][SIDE_MAX];
	const char *svg = "", *again = "";
	int side;

	is_int(qr_svg(pool, "https://bank.example", "A <way> & \"more\"", &svg),
	       OK, "a text becomes a picture");
	side = side_of(svg, dark);
	is_int(side, 25 + 8, "of version 2 with four modules around it");
	is_int(quiet(dark, side), 0, "which are quiet");
	ok(dark[4][4] && dark[4][10] && dark[10][4] && !dark[5][5] &&
		   dark[7][7] && dark[4][28] && dark[28][4] && !dark[5][27],
	   "with a finder in three corners");
	ok(strstr(svg, "<rect width=\"33\" height=\"33\" fill=\"#fff\"/>") !=
		   NULL,
	   "on white, in the dark too");
	ok(strstr(svg, "<title>A &lt;way&gt; &amp; &quot;more&quot;</title>") !=
		   NULL,
	   "and what it is called is only text");
	ok(strstr(svg, "style") == NULL, "with no style of its own");
	qr_svg(pool, "https://bank.example", "A <way> & \"more\"", &again);
	is_text(again, svg, "the same text is the same picture");
}

static void
test_bounds(struct pool *pool)
{
	char text[QR_TEXT_MAX + 2];
	const char *svg = NULL;

	is_int(qr_svg(pool, "", "t", &svg), ERR_INPUT, "no text is no picture");
	memset(text, 'x', sizeof text);
	text[QR_TEXT_MAX + 1] = '\0';
	is_int(qr_svg(pool, text, "t", &svg), ERR_TOO_BIG,
	       "one no camera would read is refused");
	ok(svg == NULL, "and nothing is drawn");
	text[QR_TEXT_MAX] = '\0';
	is_int(qr_svg(pool, text, "t", &svg), OK, "the longest is drawn");
	ok(strlen(svg) < 128 * 1024, "in no more than 128 KiB");
}

int
main(void)
{
	struct pool *pool = pool_new();

	test_picture(pool);
	test_bounds(pool);
	pool_free(pool);
	return tap_done();
}
