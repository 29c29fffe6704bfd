/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* picture_turn.c: the only reader of EXIF: which way up a picture is. */
#include "lib/picture_impl.h"

#include <string.h>

enum {
	TIFF_HEAD = 8,
	ENTRY = 12,
	ORIENTATION = 0x112,
	SHORT = 3,
	SOI = 0xd8,
	SOS = 0xda,
	APP1 = 0xe1,
	APP2 = 0xe2
};

/* Numbers in the byte order the data say. */
static uint32_t
number(const uint8_t *at, int bytes, bool little)
{
	uint32_t n = 0;
	int i;

	for (i = 0; i < bytes; i++)
		n = n << 8 | at[little ? bytes - 1 - i : i];
	return n;
}

/* TIFF 6.0: a header, then the first directory, where it says. */
int
picture_turn(const uint8_t *tiff, size_t len)
{
	bool little;
	size_t at, n;

	if (len < TIFF_HEAD ||
	    (memcmp(tiff, "II*\0", 4) != 0 && memcmp(tiff, "MM\0*", 4) != 0))
		return 1;
	little = tiff[0] == 'I';
	at = number(tiff + 4, 4, little);
	if (at > len - 2)
		return 1;
	n = number(tiff + at, 2, little);
	for (at += 2; n > 0 && len - at >= ENTRY; n--, at += ENTRY)
		if (number(tiff + at, 2, little) == ORIENTATION)
			break;
	if (n == 0 || len - at < ENTRY ||
	    number(tiff + at + 2, 2, little) != SHORT)
		return 1;
	n = number(tiff + at + 8, 2, little);
	return n < 1 || n > 8 ? 1 : (int)n;
}

/* The segments before the first scan; the first of each kind counts. libjpeg
 * is not asked to keep them: it would keep as many as there are. */
int
picture_turn_jpeg(const uint8_t *file, size_t len, bool *more)
{
	size_t at = 2, n;
	int turn = 0;

	*more = false;
	while (len >= 4 && at <= len - 4 && file[at] == 0xff) {
		if (file[at + 1] == 0xff) {
			at++;
			continue;
		}
		n = number(file + at + 2, 2, false);
		if (file[at + 1] == SOS || n < 2 || n + 2 > len - at)
			break;
		if (turn == 0 && file[at + 1] == APP1 && n >= 8 &&
		    memcmp(file + at + 4, "Exif\0", 6) == 0)
			turn = picture_turn(file + at + 10, n - 8);
		if (file[at + 1] == APP2 && n >= 6 &&
		    memcmp(file + at + 4, "MPF", 4) == 0)
			*more = true;
		at += n + 2;
	}
	return turn == 0 ? 1 : turn;
}
