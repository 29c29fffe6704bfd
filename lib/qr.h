/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* qr.h: a text as a QR code, drawn as SVG. */
#ifndef CLICKNET_QR_H
#define CLICKNET_QR_H

#include "lib/err.h"
#include "lib/pool.h"

enum { QR_TEXT_MAX = 2000 }; /* bytes */

/* The whole picture as a text in pool memory: one path on white (whatever the
 * page's colours) with the quiet zone around it; ${title} is what is read
 * aloud. ERR_TOO_BIG beyond QR_TEXT_MAX; ERR_INPUT if there is no text. */
enum err qr_svg(struct pool *, const char *text, const char *title,
		const char **svg);

#endif
