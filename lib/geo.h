/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* geo.h: places on the earth in millionths of a degree, and how far apart they
 * are, without a floating-point number. */
#ifndef CLICKNET_GEO_H
#define CLICKNET_GEO_H

#include <stdbool.h>
#include <stdint.h>

struct place {
	int64_t lat_e6, lon_e6; /* north and east are positive */
};
enum { GEO_LAT_MAX = 90, GEO_LON_MAX = 180 };

/* "52.138420" or "-7.4" as millionths, at most ${max} degrees; digits behind
 * the sixth decimal are passed over. False if it is none. */
bool geo_degrees(const char *text, int max, int64_t *e6);

/* "52.138420,-7.386150", a blank after the comma allowed. */
bool geo_read(const char *text, struct place *out);

/* Metres along the great circle, on a sphere as large as the earth: within
 * 0.6 % of what a surveyor says, which is the earth's own flatness. */
int64_t geo_distance(struct place, struct place);

#endif
